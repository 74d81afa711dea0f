import { Refusal, invalidRequest } from '../replies';
import type { Endpoint } from '../types';
import { receiveUpload, type UploadRules } from '../upload';

/** https://pay.weixin.qq.com/doc/v3/partner/4012691710 */
const rules: UploadRules = {
	endpoint: 'cancel',
	nameKey: 'file_name',
	digestKey: 'file_digest',
	maxBytes: 2 * 1024 * 1024,
	// The page lists three extensions; `.jpeg` is not among them.
	extensions: /\.(jpg|bmp|png)$/i,
	upperCaseDigest: true,
	octetStream: false,
	tooLarge: () => invalidRequest('图片内容过大'),
	wrongType: () => invalidRequest('图片Content-Type非法'),
	// Merchants report this for the keys of the other upload endpoint (`filename`, `sha256`) in meta.
	wrongKeys: () => new Refusal(401, 'SIGN_ERROR', 'sign not match'),
};

/** Upload of an image of a form for the old flow. */
export const cancelMediaEndpoints: Endpoint[] = [
	{
		method: 'POST',
		path: '/v3/ecommerce/account/cancel-applications/media',
		upload: true,
		handle: (call, world) => receiveUpload(call, world, rules),
	},
];
