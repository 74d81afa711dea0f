import type { KeyObject } from 'node:crypto';
import { buildRequestMessage } from './message';
import type { SignedRequest } from './message';
import { sign } from './signature';

/** Who signs: the platform (provider), never the sub-merchant. */
export interface Signer {
	mchid: string;
	/** Serial number of the merchant API certificate that belongs to the private key. */
	serial: string;
	privateKey: KeyObject;
}

/**
 * Formats the Authorization header. Its values come from checked credentials and from this package, so none
 * of them contains a quotation mark.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365862
 */
export function formatAuthorization(fields: {
	mchid: string;
	serial: string;
	nonce: string;
	timestamp: number;
	signature: string;
}): string {
	const { mchid, serial, nonce, timestamp, signature } = fields;
	return (
		`WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",` +
		`timestamp="${timestamp}",serial_no="${serial}"`
	);
}

/** Builds the message, signs it and formats the header: the three official steps. */
export async function authorize(request: SignedRequest, signer: Signer): Promise<string> {
	const signature = await sign(buildRequestMessage(request), signer.privateKey);
	const { mchid, serial } = signer;
	const { nonce, timestamp } = request;
	return formatAuthorization({ mchid, serial, nonce, timestamp, signature });
}
