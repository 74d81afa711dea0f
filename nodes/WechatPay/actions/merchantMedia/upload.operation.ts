import { fileNameOption, uploadFields } from '../../item/imageFields';
import { merchantMedia, readImage } from '../../item/images';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012760432 */
export const upload: Operation = {
	value: 'upload',
	name: 'Upload Image',
	action: 'Upload image',
	description:
		'Upload an image for Account Cancellation and get its media ID. The old flow has an upload of its own.',
	fields: uploadFields,
	options: [fileNameOption],
	async execute(item) {
		const image = await readImage(item, merchantMedia(item));
		const response = await item.upload(image);
		return { ...response, file_name: image.fileName, sha256: image.digest };
	},
};
