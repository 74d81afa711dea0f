import { paramError } from '../replies';
import type { Endpoint } from '../types';
import { receiveUpload, type UploadRules } from '../upload';

/** https://pay.weixin.qq.com/doc/v3/partner/4012467222 */
const rules: UploadRules = {
	endpoint: 'complaint',
	nameKey: 'filename',
	digestKey: 'sha256',
	maxBytes: 2 * 1024 * 1024,
	// The page names three endings; `.jpeg` is none of them.
	extensions: /\.(jpg|bmp|png)$/i,
	// The page does not say; the upload of the cancellation forms refuses it, and the stricter one is taken.
	octetStream: false,
	// The page lists the common error codes alone: the texts are those of the general upload.
	tooLarge: () => paramError('图片大小不能超过2M'),
	wrongType: () => paramError('图片Content-Type非法'),
	wrongKeys: () => paramError('meta必须且仅包含filename和sha256', { field: '/meta' }),
};

/** Upload of a picture for the answer to a consumer's complaint; its ids mean nothing to the other endpoints. */
export const complaintMediaEndpoints: Endpoint[] = [
	{
		method: 'POST',
		path: '/v3/merchant-service/images/upload',
		upload: true,
		handle: (call, world) => receiveUpload(call, world, rules),
	},
];
