import { InputError } from '../../nodes/WechatPay/failure/errors';
import { describeProblem } from '../../nodes/WechatPay/failure/problems';
import { Problem } from '../../nodes/WechatPay/protocol/problem';

/** How the sentences of these tests call the field that a problem of the protocol is about. */
export const FIELD = 'the field data';

function toInputError(error: unknown, label: string): InputError {
	if (error instanceof Problem) return describeProblem(error, label);
	expect(error).toBeInstanceOf(InputError);
	return error as InputError;
}

/**
 * What `action` refuses with; fails when it does not refuse, or with an error that is not ours.
 *
 * @param label of the field that a problem of the protocol is about
 */
export function refusal(action: () => unknown, label = FIELD): InputError {
	try {
		action();
	} catch (error) {
		return toInputError(error, label);
	}
	throw new Error('nothing was refused');
}

/** The same for what refuses later. */
export async function rejection(action: Promise<unknown>, label = FIELD): Promise<InputError> {
	try {
		await action;
	} catch (error) {
		return toInputError(error, label);
	}
	throw new Error('nothing was refused');
}
