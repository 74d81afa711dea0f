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
		const picture = await readUpload.call(this, i, rules, wechatPay);
		warnOfSize(picture.size, wechatPay);
		const answer = await wechatPay.upload(MERCHANT_MEDIA_PATH, picture);
		return { ...answer, file_name: picture.fileName, sha256: picture.digest };
	},
};
