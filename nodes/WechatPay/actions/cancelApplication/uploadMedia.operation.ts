import { fileNameOption, uploadFields } from '../../item/imageFields';
import { readImage } from '../../item/images';
import { CANCEL_MEDIA } from '../../protocol/media';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012691710 */
export const uploadMedia: Operation = {
	value: 'uploadMedia',
	name: 'Upload Cancel Media',
	action: 'Upload cancel media',
	description: 'Upload the photo of a stamped form and get its media ID',
	fields: uploadFields,
	options: [fileNameOption],
	async execute(item) {
		const image = await readImage(item, CANCEL_MEDIA);
		const response = await item.upload(image);
		return { ...response, file_name: image.fileName, file_digest: image.digest };
	},
};
