import { InputError, WechatPayError } from '../../nodes/WechatPay/failure/errors';

describe('WechatPayError', () => {
	it('carries a message, a hint and details', () => {
		const error = new WechatPayError('what', 'do', {
			code: 'A',
			httpStatus: 400,
			outcome: 'unknown',
		});
		expect(error).toBeInstanceOf(Error);
		expect(error).toMatchObject({
			name: 'WechatPayError',
			message: 'what',
			hint: 'do',
			details: { code: 'A', httpStatus: 400, outcome: 'unknown' },
		});
		expect(new InputError('x')).toMatchObject({ name: 'InputError', hint: '', details: {} });
		expect(new InputError('x')).toBeInstanceOf(WechatPayError);
	});
});
