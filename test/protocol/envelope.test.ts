import fc from 'fast-check';
import { readErrorEnvelope } from '../../nodes/WechatPay/protocol/envelope';

const read = (body: unknown) => readErrorEnvelope(Buffer.from(JSON.stringify(body)));
const NOTHING = { code: '', message: '', issue: '' };

describe('readErrorEnvelope', () => {
	it('reads code, message and detail, but not the submitted value', () => {
		const detail = { field: '/sub_mchid', value: '62220000', issue: 'too short', location: 'body' };
		expect(read({ code: 'PARAM_ERROR', message: '参数错误', detail })).toEqual({
			code: 'PARAM_ERROR',
			message: '参数错误',
			issue: '/sub_mchid: too short',
		});
	});

	it('reads irregular details', () => {
		expect(
			read({ code: 'PARAM_ERROR', message: 'm', detail: { location: null, value: 1 } }),
		).toEqual({ code: 'PARAM_ERROR', message: 'm', issue: '' });
		expect(read({ code: 'a', message: 'm', detail: { field: 'signature', issue: 3 } }).issue).toBe(
			'signature',
		);
		expect(read({ code: 'a', message: 'm', detail: 'text' }).issue).toBe('');
		expect(read({ code: 'a', message: 'm', detail: null }).issue).toBe('');
		expect(read({ code: 'a', message: 'm', detail: ['x'] }).issue).toBe('');
	});

	it('converts the code to upper case and ignores values that are not text', () => {
		expect(read({ code: 'sign_error' }).code).toBe('SIGN_ERROR');
		expect(read({ code: 400, message: { a: 1 } })).toEqual(NOTHING);
	});

	it.each([
		['an empty body', ''],
		['HTML', '<html><body>502 Bad Gateway</body></html>'],
		['cut JSON', '{"code":"SYSTEM_ERR'],
		['null', 'null'],
		['a number', '5'],
		['a text', '"PARAM_ERROR"'],
		['a list', '[{"code":"PARAM_ERROR"}]'],
	])('returns empty strings for %s', (_kind, body) => {
		expect(readErrorEnvelope(Buffer.from(body))).toEqual(NOTHING);
	});

	const strings = (envelope: object) =>
		expect(Object.values(envelope).every((value) => typeof value === 'string')).toBe(true);

	it('returns strings for any bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
				strings(readErrorEnvelope(Buffer.from(bytes)));
			}),
		);
	});

	it('returns strings for any JSON body and envelope', () => {
		const body = fc.oneof(
			fc.jsonValue(),
			fc.record(
				{
					code: fc.jsonValue(),
					message: fc.jsonValue(),
					detail: fc.oneof(
						fc.jsonValue(),
						fc.record({ field: fc.jsonValue(), issue: fc.jsonValue(), value: fc.jsonValue() }),
					),
				},
				{ requiredKeys: [] },
			),
		);
		fc.assert(
			fc.property(body, (value) => {
				const envelope = read(value);
				strings(envelope);
				expect(Object.keys(envelope)).toEqual(['code', 'message', 'issue']);
			}),
		);
	});

	it('ignores inherited property names', () => {
		const body = Buffer.from(
			'{"__proto__":{"code":"A"},"constructor":1,"detail":{"__proto__":{"issue":"B"}}}',
		);
		expect(readErrorEnvelope(body)).toEqual(NOTHING);
	});
});
