import { paramError } from '../replies';
import type { Endpoint } from '../types';
import { receiveUpload, type UploadRules } from '../upload';

/** How uploads are signed: https://pay.weixin.qq.com/doc/v3/partner/4012365863 */
const rules: UploadRules = {
	endpoint: 'merchant',
	nameKey: 'filename',
	digestKey: 'sha256',
	// The pages say 2 MB, 5 MB and (for documents) more: 5 MB is where all of them but one refuse.
	maxBytes: 5 * 1024 * 1024,
	extensions: /\.(jpe?g|bmp|png)$/i,
	octetStream: true,
	tooLarge: () => paramError('图片大小不能超过5M'),
	wrongType: () => paramError('图片Content-Type非法'),
	wrongKeys: () => paramError('meta必须且仅包含filename和sha256', { field: '/meta' }),
};

/** The general upload, whose media ids the cancel application does not take. */
export const merchantMediaEndpoints: Endpoint[] = [
	{
		method: 'POST',
		path: '/v3/merchant/media/upload',
		upload: true,
		handle: (call, world) => receiveUpload(call, world, rules),
	},
];
