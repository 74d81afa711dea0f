import type { Operation } from '../operation';
import { binaryField, fileNameOption, readUpload } from '../pictures';
import { MERCHANT_MEDIA_PATH, rulesAt, warnOfSize } from './shared';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012760432 */
export const upload: Operation = {
	value: 'upload',
	name: 'Upload Image',
	action: 'Upload an image',
	description: 'Get a media ID for Cancel Withdrawal. Create Cancel Application does not take it.',
	fields: [binaryField],
	options: [fileNameOption],
	async execute(i, wechatPay) {
		const rules = rulesAt(wechatPay.origin);
		const media = await readUpload.call(this, i, rules);
		warnOfSize(media.content.length, wechatPay);
		const answer = await wechatPay.upload(MERCHANT_MEDIA_PATH, media, rules);
		return { ...answer, file_name: media.fileName, sha256: media.digest };
	},
};
