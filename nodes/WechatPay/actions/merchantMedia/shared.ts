import { MERCHANT_MEDIA } from '../../protocol/media';
import type { MediaRules } from '../../protocol/media';
import type { ItemTransport } from '../../transport';

export const MERCHANT_MEDIA_PATH = '/v3/merchant/media/upload';

const MEBIBYTE = 1024 * 1024;
const SAFE_BYTES = 2 * MEBIBYTE;

/** The limits at the host of the credential: outside mainland China it is 2 MB for certain. */
export const rulesAt = (origin: string): MediaRules =>
	origin.includes('//apihk.') ? { ...MERCHANT_MEDIA, maxBytes: SAFE_BYTES } : MERCHANT_MEDIA;

/** Between 2 and 5 MB the official pages contradict each other: WeChat Pay decides. */
export function warnOfSize(bytes: number, wechatPay: ItemTransport): void {
	if (bytes <= SAFE_BYTES) return;
	wechatPay.warn(
		'A picture has more than 2 MB. Some pages of WeChat Pay allow 5 MB here, others 2 MB: make it smaller if it is refused.',
	);
}
