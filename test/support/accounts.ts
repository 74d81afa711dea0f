import type { Account } from '../../nodes/WechatPay/client/account';
import { keyPair } from './keys';

// Checked credentials, for tests without the engine.

const merchant = keyPair('merchant');

let count = 0;

/** A credential that no other test has used; plain http, without verification if nothing else is given. */
export const newAccount = (more: Partial<Account> = {}): Account => ({
	fingerprint: `account ${++count}`,
	signer: { mchid: '1900007291', serial: 'AB', privateKey: merchant.privateKey },
	origins: ['http://127.0.0.1'],
	trust: { mode: 'none' },
	...more,
});
