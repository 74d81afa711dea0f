import {
	buildRequestMessage,
	buildResponseMessage,
	getCanonicalUrl,
} from '../../nodes/WechatPay/protocol/message';
import { DEMO } from '../support/vectors';

const request = {
	method: 'POST',
	canonicalUrl: '/v3/x?a=1',
	timestamp: DEMO.timestamp,
	nonce: DEMO.nonce,
	body: Buffer.from('{"name":"注销"}'),
};

describe('buildRequestMessage', () => {
	it('writes five lines that each end with a line feed', () => {
		expect(buildRequestMessage(request).toString('utf8')).toBe(
			'POST\n/v3/x?a=1\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{"name":"注销"}\n',
		);
	});

	it('writes an empty fifth line without a body', () => {
		const message = buildRequestMessage({ ...request, method: 'GET', body: Buffer.alloc(0) });
		expect(message.toString('utf8')).toBe(
			'GET\n/v3/x?a=1\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n',
		);
	});

	it('writes the method in upper case', () => {
		const message = buildRequestMessage({ ...request, method: 'patch' });
		expect(message.toString('utf8')).toMatch(/^PATCH\n/);
	});

	it('adds a line feed after a body that ends with one', () => {
		const message = buildRequestMessage({ ...request, body: Buffer.from('{}\n') });
		expect(message.toString('utf8')).toMatch(/\n\{\}\n\n$/);
	});

	it('keeps the bytes of the body unchanged', () => {
		const body = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x80]);
		const message = buildRequestMessage({ ...request, body });
		expect(message.subarray(-6)).toEqual(Buffer.concat([body, Buffer.from('\n')]));
	});
});

describe('buildResponseMessage', () => {
	it('writes three lines that each end with a line feed', () => {
		const message = buildResponseMessage('1722850421', 'abc', Buffer.from('{"a":"中"}'));
		expect(message.toString('utf8')).toBe('1722850421\nabc\n{"a":"中"}\n');
	});

	it('writes an empty third line without a body', () => {
		expect(buildResponseMessage('1', 'n', Buffer.alloc(0)).toString('utf8')).toBe('1\nn\n\n');
	});
});

describe('getCanonicalUrl', () => {
	it.each([
		['https://api.mch.weixin.qq.com/v3/a?b=c#d', '/v3/a?b=c'],
		['http://127.0.0.1:8600/v3/a', '/v3/a'],
		['https://api.mch.weixin.qq.com', '/'],
		['https://api.mch.weixin.qq.com/v3/%E6%B3%A8?q=%7C&r=a+b%20c', '/v3/%E6%B3%A8?q=%7C&r=a+b%20c'],
		['https://api.mch.weixin.qq.com/v3/注?q=注', '/v3/%E6%B3%A8?q=%E6%B3%A8'],
		['https://api.mch.weixin.qq.com/v3/a|b?c|d', '/v3/a|b?c|d'],
	])('returns path and query as sent for %s', (url, canonical) => {
		expect(getCanonicalUrl(new URL(url))).toBe(canonical);
	});
});
