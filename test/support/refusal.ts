import { InputError } from '../../nodes/WechatPay/protocol/errors';

/** What `action` refuses with; fails when it does not refuse, or with an error that is not ours. */
export function refusal(action: () => unknown): InputError {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return error as InputError;
	}
	throw new Error('nothing was refused');
}

/** The same for what refuses later. */
export async function rejection(action: Promise<unknown>): Promise<InputError> {
	try {
		await action;
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return error as InputError;
	}
	throw new Error('nothing was refused');
}
