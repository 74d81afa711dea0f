import { presentCertificate } from '../replies';
import type { World } from '../types';

/** Which key signs: `publicKey`, `platformCertificate`, `mixed` for both in turn, or a serial number. */
export type SignWith = string;

/** Throws if there is no such key. */
export function checkSignWith(signWith: SignWith | undefined, world: World): void {
	if (signWith === undefined || signWith === 'publicKey') return;
	if (signWith === 'platformCertificate' || signWith === 'mixed') {
		if (presentCertificate(world)) return;
		throw new Error('The merchant has no platform certificate to sign with.');
	}
	const { wechatPayPublicKeyId, platformCertificates } = world.keys;
	const serials = [wechatPayPublicKeyId, ...platformCertificates.map(({ serial }) => serial)];
	if (!serials.includes(signWith)) throw new Error(`There is no key ${signWith}.`);
}

/**
 * The serial number of the signing key; undefined for the key that signs responses to requests that ask for
 * no key. While a merchant migrates to the public key, both keys sign: WeChat Pay migrates a share of the
 * notifications every day, the sandbox signs every second one with the public key.
 */
export function serialFor(
	signWith: SignWith | undefined,
	turn: number,
	world: World,
): string | undefined {
	const certificate = presentCertificate(world)?.serial;
	switch (signWith) {
		case 'publicKey':
			return world.keys.wechatPayPublicKeyId;
		case 'platformCertificate':
			return certificate;
		case 'mixed':
			return turn % 2 === 0 ? world.keys.wechatPayPublicKeyId : certificate;
		default:
			return signWith;
	}
}
