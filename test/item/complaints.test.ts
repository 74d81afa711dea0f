import { constants, createPrivateKey, publicEncrypt } from 'node:crypto';
import { revealPhone } from '../../nodes/WechatPay/item/complaints';
import type { Item } from '../../nodes/WechatPay/item/item';
import { pemPair } from '../support/keys';

const own = pemPair('own');
const encrypted = (phone: string, key: string) =>
	publicEncrypt(
		{ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
		Buffer.from(phone),
	).toString('base64');

const signer = { privateKey: createPrivateKey(own.privateKey) };

/** A complaint as the node gives it if decryption is asked for, and the hints above the output. */
function reveal(payer_phone: unknown) {
	const hints: string[] = [];
	const item = {
		value: () => true,
		hint: (text: string) => hints.push(text),
		run: { client: { account: { signer } } },
	} as unknown as Item;
	const { payer_phone: phone } = revealPhone(item, { payer_phone } as never);
	return { phone, hints };
}

it('revealPhone decrypts the phone number with the merchant key', () => {
	const phone = encrypted('13800138000', own.publicKey);
	expect(reveal(phone)).toEqual({ phone: '13800138000', hints: [] });
});

it('revealPhone keeps a phone number encrypted for another certificate and adds a hint', () => {
	const phone = encrypted('13800138000', pemPair('foreign').publicKey);
	expect(reveal(phone)).toEqual({
		phone,
		hints: [expect.stringMatching(/could not be decrypted.*as received/)],
	});
});

it.each(['18500000000', '', undefined])(
	'revealPhone keeps %p, which is not ciphertext',
	(phone) => {
		expect(reveal(phone)).toEqual({ phone, hints: [] });
	},
);
