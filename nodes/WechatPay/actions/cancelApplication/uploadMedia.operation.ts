import { CANCEL_MEDIA } from '../../protocol/media';
import { binaryField, fileNameOption, readUpload } from '../pictures';
import type { Operation } from '../operation';
import { MEDIA_PATH } from './shared';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012691710 */
export const uploadMedia: Operation = {
	value: 'uploadMedia',
	name: 'Upload Cancel Media',
	action: 'Upload cancel media',
	description: 'Upload the photo of a stamped form and get its media ID',
	fields: [binaryField],
	options: [fileNameOption],
	async execute(i, wechatPay) {
		const picture = await readUpload.call(this, i, CANCEL_MEDIA, wechatPay);
		const answer = await wechatPay.upload(MEDIA_PATH, picture);
		return { ...answer, file_name: picture.fileName, file_digest: picture.digest };
	},
};
