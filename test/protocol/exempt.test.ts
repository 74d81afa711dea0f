import { aboutRequest } from '../../nodes/WechatPay/protocol/aboutRequest';
import { isUnsignedFile } from '../../nodes/WechatPay/protocol/exempt';

describe('isUnsignedFile', () => {
	it.each([
		'/v3/billdownload/file?token=x',
		'/v3/merchant-service/images/ChsyMDAw%2FMDAw:v2',
		'/v3/transferdownload/elecvoucherfile?token=x',
		'/v3/transferdownload/signfile',
		'/v3/statements?date=2026-11-01',
		'/v3/global/statements',
	])('returns true only for GET: %s', (path) => {
		expect(isUnsignedFile('GET', path)).toBe(true);
		expect(isUnsignedFile('POST', path)).toBe(false);
	});

	it.each([
		'/v3/certificates',
		'/v3/billdownload/file/x',
		'/v3/billdownload/files',
		'/v3/x/v3/billdownload/file',
		'/v3/x?a=/v3/billdownload/file',
		'/v3/merchant-service/images/upload',
		'/v3/merchant-service/images/',
		'/v3/merchant-service/images/a/b',
		'/v3/marketing/favor/stocks/1/use-flow',
	])('returns false for GET %s', (path) => expect(isUnsignedFile('GET', path)).toBe(false));
});

describe('aboutRequest', () => {
	it('returns known identifiers from path, query and body', () => {
		expect(
			aboutRequest('/v3/ecommerce/fund/balance/1900000109?account_type=BASIC&date=2026-01-01'),
		).toEqual({ sub_mchid: '1900000109', account_type: 'BASIC' });
		expect(
			aboutRequest('/v3/ecommerce/fund/withdraw/out-request-no/A1?sub_mchid=1900000109'),
		).toEqual({ out_request_no: 'A1', sub_mchid: '1900000109' });
		expect(
			aboutRequest('/v3/profitsharing/orders', {
				sub_mchid: '1900000109',
				out_order_no: 'P1',
				amount: 1,
				receivers: [{ out_order_no: 'X' }],
				transaction_id: 7,
				url: 'https://x',
			}),
		).toEqual({ sub_mchid: '1900000109', out_order_no: 'P1' });
	});

	it('returns nothing without known identifiers', () => {
		expect(aboutRequest('/v3/certificates')).toEqual({});
		expect(aboutRequest('/v3/ecommerce/applyments/')).toEqual({});
		expect(aboutRequest('/v3/x/1900000109?limit=10&offset=0')).toEqual({});
	});
});
