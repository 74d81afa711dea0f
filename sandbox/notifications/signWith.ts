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
 * The serial number of the key to sign with; undefined for the one that also signs answers to those who
 * ask for none. While a merchant moves to the public key, both sign: WeChat Pay moves a share of the
 * notifications every day, here it is every second one.
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
