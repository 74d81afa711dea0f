import type { KeyObject } from 'node:crypto';
import type { InputError } from '../../nodes/WechatPay/failure/errors';
import { refusal } from './refusal';

// What is said of a pasted key that is refused.

/** The labels of the two fields. */
export const LABELS = { private: '"Merchant Private Key"', public: '"WeChat Pay Public Key"' };

/** No error may hold a piece of what was pasted: not of a private key, nor of anything else. */
export function repeatsNothingOf(pasted: string, said: string): void {
	const compact = pasted.replace(/\s/g, '');
	for (const run of compact.match(/[A-Za-z0-9+/=]{20,}/g) ?? []) {
		for (let i = 0; i + 20 <= run.length; i++) {
			if (said.includes(run.slice(i, i + 20))) throw new Error('the message repeats the key');
		}
	}
}

export const tellsNothingOf = (pasted: string, { message, hint, details }: InputError) =>
	repeatsNothingOf(pasted, message + hint + JSON.stringify(details));

/** What is said of a paste that is refused, which repeats nothing of it. */
export function refuse(
	read: (pasted: string) => KeyObject,
	pasted: string,
	label: string,
): InputError {
	const error = refusal(() => read(pasted), label);
	tellsNothingOf(pasted, error);
	return error;
}
