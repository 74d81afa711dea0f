import type { Account } from '../client/account';
import { InputError } from '../failure/errors';

/**
 * Checks that a credential can verify and decrypt notifications.
 *
 * @returns the APIv3 key
 * @throws {InputError} naming the field that is wrong or missing
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082570
 */
export function readReceiver({ trust }: Pick<Account, 'trust'>): string {
	const { mode, apiV3Key } = trust;
	if (mode === 'none') {
		throw new InputError(
			'"Response Verification" is "None": anybody could send a notification',
			'Choose "Public Key" or "Platform Certificate" under "Response Verification" in the credential.',
		);
	}
	if (!apiV3Key) {
		throw new InputError(
			'"APIv3 Secret Key" is empty: notifications are encrypted with it',
			'Enter it in the credential. If none is set on the merchant platform (Account Center, API Security), set it there first: without it WeChat Pay sends no notifications.',
		);
	}
	return apiV3Key;
}
