import { detailsOf, openBench } from '../support/bench';
import { newSubMchid } from '../support/inputs';
import { APPLY } from '../support/paths';

const bench = openBench();

describe('Validate', () => {
	const validate = async (subMchid: string) =>
		await bench.one({ resource: 'cancelWithdrawal', operation: 'validate', subMchid });

	it('returns allowed: true and the balances of a sub-merchant that can be closed', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 100, pending: 5 } } });
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'NORMAL',
			validate_result: 'ALLOW_CANCEL_WITHDRAW',
			account_info: [{ out_account_type: 'BASIC_ACCOUNT', amount: 105 }],
			allowed: true,
		});
		expect(bench.sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
			`GET ${APPLY}/validate-cancel/${subMchid}`,
		]);
	});

	it('returns the block reasons, including unknown ones', async () => {
		const subMchid = newSubMchid();
		const blockReasons = [
			{ type: 'HAS_BLOCKING_CONTROL', description: '存在管控' },
			{ type: 'SOMETHING_NEW', description: '' },
		];
		bench.sandbox.setSubMerchant(subMchid, { kind: 'notAllowed', blockReasons });
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'NORMAL',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			block_reasons: blockReasons,
			allowed: false,
		});
	});

	it('returns allowed: false for a sub-merchant that is already closed', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'alreadyCancelled');
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'HAS_BEEN_CANCELLED',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			allowed: false,
		});
	});

	it('reports the refusal of WeChat Pay', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'noRelation');
		const details = detailsOf(await validate(subMchid));
		expect(details).toMatchObject({ code: 'INVALID_REQUEST', httpStatus: 400 });
		expect(details).toMatchObject({ sub_mchid: subMchid, requestId: expect.any(String) });
	});
});
