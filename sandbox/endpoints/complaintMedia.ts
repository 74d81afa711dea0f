import { guarded } from '../closing/guard';
import { Refusal, invalidRequest, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';
import { receiveUpload, type UploadRules } from '../upload';
import { IMAGES } from './complaints';

/** https://pay.weixin.qq.com/doc/v3/partner/4012467222 */
const rules: UploadRules = {
	endpoint: 'complaint',
	nameKey: 'filename',
	digestKey: 'sha256',
	maxBytes: 2 * 1024 * 1024,
	// The page lists three extensions; `.jpeg` is not among them.
	extensions: /\.(jpg|bmp|png)$/i,
	// Not documented here; refused as by the upload of the cancellation forms, the stricter reading.
	octetStream: false,
	// The page lists only the common error codes: the messages are those of the general upload.
	tooLarge: () => paramError('图片大小不能超过2M'),
	wrongType: () => paramError('图片Content-Type非法'),
	wrongKeys: () => paramError('meta必须且仅包含filename和sha256', { field: '/meta' }),
};

/** What every download returns: the sandbox keeps no images. */
const PIXEL = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/**
 * https://pay.weixin.qq.com/doc/v3/partner/4012467223. The ID is used as it is in the path, without
 * decoding: a client that encodes it again requests another image. Only the IDs in a complaint and its
 * history work here, not those of the upload: https://pay.weixin.qq.com/doc/v3/partner/4015933338
 */
function download(call: Call, world: World): Reply {
	if (!/(^|,)\s*\*\/\*\s*(;|,|$)/.test(call.headers.accept ?? '')) {
		throw new Refusal(400, 'INVALID_REQUEST', 'Http头Accept必须为*/*');
	}
	// Neither code nor message of this refusal is documented; both are the sandbox's.
	const id = call.path.slice(IMAGES.length + 1);
	if (!world.state.closing.images.has(id)) throw invalidRequest('图片不存在');
	return { status: 200, body: PIXEL, headers: { 'Content-Type': 'image/png' }, signed: false };
}

/** Upload of images for replies to complaints, and download of the images in complaints. */
export const complaintMediaEndpoints: Endpoint[] = [
	{
		method: 'POST',
		path: `${IMAGES}/upload`,
		upload: true,
		handle: guarded('complaints', 'complaintFeedback', (call, world) =>
			receiveUpload(call, world, rules),
		),
	},
	{
		method: 'GET',
		path: `${IMAGES}/:mediaId`,
		handle: guarded('complaints', undefined, download),
	},
];
