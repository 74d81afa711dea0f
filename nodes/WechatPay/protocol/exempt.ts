/**
 * The files that WeChat Pay does not sign: bills, images of complaints, receipts, and statements
 * outside mainland China.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
const UNSIGNED_FILES: readonly RegExp[] = [
	/^\/v3\/billdownload\/file$/,
	/^\/v3\/merchant-service\/images\/(?!upload$)[^/]+$/,
	/^\/v3\/transferdownload\/(elecvoucherfile|signfile)$/,
	/^\/v3\/(global\/)?statements$/,
];

/**
 * Whether the response to this request may be unsigned. Only for requests for a file.
 *
 * @param path including its query
 */
export const isUnsignedFile = (method: string, path: string): boolean =>
	method === 'GET' && UNSIGNED_FILES.some((file) => file.test(path.split('?', 1)[0]));
