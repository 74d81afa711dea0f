import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { isSamePair } from '../../nodes/WechatPay/protocol/keys';
import { readAccount, readSigning } from '../../nodes/WechatPay/client/account';
import { keyPair } from '../support/keys';
import { refusal } from '../support/refusal';
import { AES, DEMO, OFFICIAL_RESPONSE } from '../support/vectors';

const merchant = keyPair('merchant');
const pem = {
	private: merchant.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
	public: merchant.publicKey.export({ format: 'pem', type: 'spki' }) as string,
};

const RIGHT: ICredentialDataDecryptedObject = {
	mchid: '1900007291',
	serial: DEMO.serial,
	privateKey: pem.private,
	verification: 'publicKey',
	wechatPayPublicKeyId: OFFICIAL_RESPONSE.serial,
	wechatPayPublicKey: OFFICIAL_RESPONSE.publicKey,
	apiV3SecretKey: '',
	host: 'https://api.mch.weixin.qq.com',
	customHost: '',
	failover: true,
};
/** What n8n shows of a password field, and writes into it by mistake. */
const BLANK = '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6';
const withFields = (fields: object) => ({ ...RIGHT, ...fields }) as ICredentialDataDecryptedObject;

describe('readAccount', () => {
	it('reads a complete credential', () => {
		const { signer, origins, trust, fingerprint } = readAccount(RIGHT);
		expect(signer).toMatchObject({ mchid: '1900007291', serial: DEMO.serial });
		expect(isSamePair(signer.privateKey, merchant.publicKey)).toBe(true);
		expect(origins).toEqual(['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com']);
		expect(trust).toMatchObject({ mode: 'publicKey', publicKey: { id: OFFICIAL_RESPONSE.serial } });
		expect(trust).not.toHaveProperty('apiV3Key');
		expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
	});

	it('uses defaults for a missing host, failover and verification', () => {
		const { mchid, serial, privateKey, wechatPayPublicKeyId, wechatPayPublicKey } = RIGHT;
		const data = { mchid, serial, privateKey, wechatPayPublicKeyId, wechatPayPublicKey };
		const { origins, trust } = readAccount(data);
		expect(origins).toHaveLength(2);
		expect(trust.mode).toBe('publicKey');
	});

	it('trims values and removes colons from the serial number', () => {
		const serial = DEMO.serial.replace(/(..)(?=.)/g, '$1:');
		const { signer } = readAccount(withFields({ mchid: ' 1900007291\n', serial: ` ${serial} ` }));
		expect(signer).toMatchObject({ mchid: '1900007291', serial: DEMO.serial });
	});

	it('accepts the serial number in openssl format', () => {
		const { signer } = readAccount(withFields({ serial: `serial=${DEMO.serial}\n` }));
		expect(signer).toMatchObject({ serial: DEMO.serial });
	});

	it('accepts a numeric Merchant ID', () => {
		expect(readAccount(withFields({ mchid: 1900007291 })).signer.mchid).toBe('1900007291');
	});

	it('omits the backup host when failover is off', () => {
		expect(readAccount(withFields({ failover: false })).origins).toHaveLength(1);
	});

	it('uses the custom host only when Custom is selected', () => {
		const customHost = 'http://127.0.0.1:8600';
		expect(readAccount(withFields({ customHost })).origins[0]).toBe(
			'https://api.mch.weixin.qq.com',
		);
		expect(readAccount(withFields({ customHost, host: 'custom' })).origins).toEqual([customHost]);
	});

	it('keeps the APIv3 key in public key mode', () => {
		const { trust } = readAccount(withFields({ apiV3SecretKey: AES.sealedWith }));
		expect(trust).toMatchObject({ mode: 'publicKey', apiV3Key: AES.sealedWith });
		expect(trust.publicKey).toBeDefined();
	});

	it('requires only the APIv3 key in certificate mode and no keys without verification', () => {
		const no = { wechatPayPublicKeyId: '', wechatPayPublicKey: '' };
		const certificate = {
			...no,
			verification: 'platformCertificate',
			apiV3SecretKey: AES.sealedWith,
		};
		expect(readAccount(withFields(certificate)).trust).toEqual({
			mode: 'platformCertificate',
			apiV3Key: AES.sealedWith,
		});
		expect(readAccount(withFields({ ...no, verification: 'none' })).trust).toEqual({
			mode: 'none',
		});
	});

	it('parses the same credential only once', () => {
		expect(readAccount({ ...RIGHT })).toBe(readAccount({ ...RIGHT }));
		expect(readAccount(withFields({ failover: false }))).not.toBe(readAccount(RIGHT));
		const reversed = Object.fromEntries(Object.entries(RIGHT).reverse()) as typeof RIGHT;
		expect(readAccount(reversed)).toBe(readAccount(RIGHT));
	});

	it('returns different fingerprints for credentials that differ in one field', () => {
		const changes = [
			{},
			{ mchid: '1900007292' },
			{ apiV3SecretKey: AES.sealedWith },
			{ failover: false },
		];
		const prints = changes.map((change) => readAccount(withFields(change)).fingerprint);
		expect(new Set(prints).size).toBe(changes.length);
	});

	it('does not cache an invalid credential', () => {
		const wrong = withFields({ mchid: 'x' });
		refusal(() => readAccount(wrong));
		refusal(() => readAccount(wrong));
	});

	it('reads more credentials than its cache holds', () => {
		for (let i = 0; i < 60; i++) {
			const mchid = String(1_900_000_000 + i);
			expect(readAccount(withFields({ mchid })).signer.mchid).toBe(mchid);
		}
	});
});

describe('readAccount rejects', () => {
	it.each<[string, object, RegExp, RegExp]>([
		['no "Merchant ID"', { mchid: '' }, /^"Merchant ID" is empty$/, /merchant number/],
		[
			'no "Merchant ID" at all',
			{ mchid: undefined },
			/^"Merchant ID" is empty$/,
			/merchant number/,
		],
		[
			'letters in it',
			{ mchid: 'wx12345678' },
			/^"Merchant ID" "wx12345678" is not 8 to 12/,
			/not a sub-merchant/,
		],
		['7 digits', { mchid: '1234567' }, /^"Merchant ID" /, /merchant number/],
		['13 digits', { mchid: '1234567890123' }, /^"Merchant ID" /, /merchant number/],
		['a quote in it', { mchid: '19000072"91' }, /^"Merchant ID" /, /merchant number/],
		[
			'no serial',
			{ serial: '' },
			/^"Merchant Certificate Serial Number" is empty$/,
			/Merchant API Certificate/,
		],
		[
			'the public key ID as serial',
			{ serial: OFFICIAL_RESPONSE.serial },
			/^"Merchant Certificate Serial Number" holds a WeChat Pay public key ID$/,
			/belongs in "WeChat Pay Public Key ID"/,
		],
		[
			'a serial with other letters',
			{ serial: 'XYZ12345' },
			/^"Merchant Certificate Serial Number" is not 8 to 40/,
			/Copy it/,
		],
		[
			'a serial of 41 digits',
			{ serial: 'A'.repeat(41) },
			/^"Merchant Certificate Serial Number" is not/,
			/Copy it/,
		],
		[
			'a serial of 7 digits',
			{ serial: 'ABCDEF1' },
			/^"Merchant Certificate Serial Number" is not/,
			/Copy it/,
		],
		...[undefined, null, 5, ['a'], { key: 'a' }].map((value): [string, object, RegExp, RegExp] => [
			`${JSON.stringify(value)} as private key`,
			{ privateKey: value },
			/^"Merchant Private Key" is empty$/,
			/apiclient_key\.pem/,
		]),
		...[undefined, null, 5].map((value): [string, object, RegExp, RegExp] => [
			`${JSON.stringify(value)} as public key`,
			{ wechatPayPublicKey: value },
			/^"WeChat Pay Public Key" is empty$/,
			/pub_key\.pem/,
		]),
		[
			"n8n's blank value as private key",
			{ privateKey: BLANK },
			/^"Merchant Private Key" holds n8n's placeholder instead of a key$/,
			/masked field.*Paste the key again\.$/,
		],
		[
			"n8n's blank value as public key",
			{ wechatPayPublicKey: BLANK },
			/^"WeChat Pay Public Key" holds n8n's placeholder instead of a key$/,
			/masked field.*Paste the key again\.$/,
		],
		[
			'no private key',
			{ privateKey: '' },
			/^"Merchant Private Key" is empty$/,
			/apiclient_key\.pem/,
		],
		[
			'a public key as private key',
			{ privateKey: pem.public },
			/^"Merchant Private Key" holds a public key$/,
			/apiclient_key\.pem/,
		],
		[
			'no public key ID',
			{ wechatPayPublicKeyId: '' },
			/^"WeChat Pay Public Key ID" is empty$/,
			/Copy it/,
		],
		[
			'a serial as public key ID',
			{ wechatPayPublicKeyId: DEMO.serial },
			/^"WeChat Pay Public Key ID" does not begin with PUB_KEY_ID_$/,
			/Copy it/,
		],
		[
			'a public key ID with a space',
			{ wechatPayPublicKeyId: 'PUB_KEY_ID_01 02' },
			/^"WeChat Pay Public Key ID" /,
			/Copy it/,
		],
		[
			'no public key',
			{ wechatPayPublicKey: '' },
			/^"WeChat Pay Public Key" is empty$/,
			/pub_key\.pem/,
		],
		[
			"the merchant's own public key",
			{ wechatPayPublicKey: pem.public },
			/^"WeChat Pay Public Key" is your own public key$/,
			/pub_key\.pem/,
		],
		[
			'a private key as public key',
			{ wechatPayPublicKey: pem.private },
			/^"WeChat Pay Public Key" holds a private key$/,
			/pub_key\.pem/,
		],
		[
			'an APIv3 key of another length beside the public key',
			{ apiV3SecretKey: 'short' },
			/^"APIv3 Secret Key" has 5 characters instead of 32$/,
			/APIv3 key/,
		],
		[
			'no APIv3 key in certificate mode',
			{ verification: 'platformCertificate' },
			/^"APIv3 Secret Key" is empty$/,
			/APIv3 key/,
		],
		[
			'no APIv3 key at all in certificate mode',
			{ verification: 'platformCertificate', apiV3SecretKey: undefined },
			/^"APIv3 Secret Key" is empty$/,
			/APIv3 key/,
		],
		[
			'null as APIv3 key in certificate mode',
			{ verification: 'platformCertificate', apiV3SecretKey: null },
			/^"APIv3 Secret Key" is empty$/,
			/APIv3 key/,
		],
		[
			'a number as APIv3 key',
			{ verification: 'platformCertificate', apiV3SecretKey: 12345678 },
			/^"APIv3 Secret Key" has 8 characters instead of 32$/,
			/APIv3 key/,
		],
		[
			'an unknown verification',
			{ verification: 'maybe' },
			/^"Response Verification" is not set$/,
			/choose how to verify/,
		],
		[
			'an empty verification',
			{ verification: '' },
			/^"Response Verification" is not set$/,
			/choose how to verify/,
		],
		[
			'another host',
			{ host: 'https://evil.example' },
			/^"API Host" "https:\/\/evil\.example" /,
			/Choose a host/,
		],
		[
			'Custom without a host',
			{ host: 'custom' },
			/^"Custom API Host" is empty$/,
			/scheme, host and port/,
		],
		[
			'plain http elsewhere',
			{ host: 'custom', customHost: 'http://10.0.0.1' },
			/^"Custom API Host" must begin with https/,
			/scheme, host and port/,
		],
	])('%s', (_what, fields, said, remedy) => {
		const { message, hint } = refusal(() => readAccount(withFields(fields)));
		expect(message).toMatch(said);
		expect(hint).toMatch(remedy);
	});
});

it('readAccount never shows a private key that was pasted into another field', () => {
	const fields = [
		'mchid',
		'serial',
		'wechatPayPublicKeyId',
		'wechatPayPublicKey',
		'apiV3SecretKey',
	];
	const body = pem.private.replace(/-----[^-]+-----|\s/g, '');
	for (const field of fields) {
		for (const pasted of [pem.private, body]) {
			const { message, hint } = refusal(() => readAccount(withFields({ [field]: pasted })));
			for (let i = 0; i + 20 <= body.length; i++) {
				expect(message + hint).not.toContain(body.slice(i, i + 20));
			}
		}
	}
});

describe('readSigning', () => {
	it('requires no verification settings', () => {
		const data = withFields({
			wechatPayPublicKey: '',
			wechatPayPublicKeyId: '',
			apiV3SecretKey: 'x',
		});
		expect(readSigning(data).signer.mchid).toBe('1900007291');
		expect(readSigning(data).publicKeyId).toBe('');
	});

	it.each([
		['publicKey', OFFICIAL_RESPONSE.serial],
		[undefined, OFFICIAL_RESPONSE.serial],
		['platformCertificate', ''],
		['none', ''],
	])('returns the public key ID for verification %s: %j', (verification, id) => {
		expect(readSigning(withFields({ verification })).publicKeyId).toBe(id);
	});

	it('rejects the same invalid fields', () => {
		expect(refusal(() => readSigning(withFields({ mchid: 'x' }))).message).toMatch(
			/^"Merchant ID"/,
		);
		expect(refusal(() => readSigning(withFields({ serial: 'x' }))).message).toMatch(
			/^"Merchant Cert/,
		);
		expect(refusal(() => readSigning(withFields({ privateKey: 'x' }))).message).toMatch(
			/^"Merchant Pri/,
		);
		expect(refusal(() => readSigning(withFields({ host: 'x' }))).message).toMatch(/^"API Host"/);
	});
});
