import { constants, publicEncrypt } from 'node:crypto';
import { readJson, type Fields } from '../body';
import { NOTIFY_URL } from '../notifications/urls';
import { json } from '../replies';
import { decryptor } from '../sensitive';
import type { Call, Endpoint, Reply, World } from '../types';

const FIELDS: Fields = {
	notify_url: { type: 'string', maxBytes: 256, pattern: NOTIFY_URL },
	// No length is documented for the request; this is the length of the notification's field.
	echo_message: { type: 'string', required: true, maxBytes: 256 },
	encrypted_echo_message: { type: 'string', maxBytes: 2048 },
};

interface EchoBody {
	notify_url?: string;
	echo_message: string;
	encrypted_echo_message?: string;
}

/** Encrypts for the merchant, with the public key of its API certificate. https://pay.weixin.qq.com/doc/v3/partner/4013059060 */
const encryptForMerchant = (text: string, { keys }: World): string =>
	publicEncrypt(
		{
			key: keys.merchantPublicKeyPem,
			padding: constants.RSA_PKCS1_OAEP_PADDING,
			oaepHash: 'sha1',
		},
		Buffer.from(text, 'utf8'),
	).toString('base64');

/** https://pay.weixin.qq.com/doc/v3/partner/4015139289 */
function echo(call: Call, world: World): Reply {
	const body = readJson<EchoBody>(call, FIELDS);
	// The header is required even without an encrypted field.
	const decrypt = decryptor(call, world);
	const { notify_url: url, echo_message: text, encrypted_echo_message: ciphertext } = body;
	const encrypted =
		ciphertext === undefined
			? undefined
			: encryptForMerchant(decrypt('/encrypted_echo_message', ciphertext), world);
	if (url !== undefined) {
		// The key that the request names also signs the notification.
		const serial = String(call.headers['wechatpay-serial']);
		world.state.changes.emit('changed', {
			kind: 'echo',
			value: { url, text, encrypted, serial },
		});
	}
	return json(200, { echo_message: text, encrypted_echo_message: encrypted });
}

/** Test of signatures, encryption and, with a notify_url, of notifications. */
export const securityEchoEndpoints: Endpoint[] = [
	{ method: 'POST', path: '/v3/security/echo', handle: echo },
];
