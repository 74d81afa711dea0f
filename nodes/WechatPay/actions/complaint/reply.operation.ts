import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { replyRules } from '../../application/complaints';
import { PATHS } from '../../application/paths';
import { InputError } from '../../failure/errors';
import { withLabel } from '../../failure/problems';
import { complaintIdField, readComplaintId, readHistory } from '../../item/complaints';
import { imageFields } from '../../item/imageFields';
import { readImages, uploadImages } from '../../item/images';
import type { ImageRow } from '../../item/images';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { assertLength, labelOf, requireText } from '../../item/values';
import { assertCharacters, toJsonBytes } from '../../protocol/json';
import { COMPLAINT_MEDIA } from '../../protocol/media';
import type { Operation } from '../operation';

const contentField: INodeProperties = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	required: true,
	description:
		'Text for the consumer, up to 500 characters, without emoji. Some WeChat Pay pages state 200.',
};

const imagesField: INodeProperties = {
	displayName: 'Images',
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Image',
	default: {},
	options: [{ displayName: 'Image', name: 'image', values: imageFields }],
	description: 'Up to 4 images, JPG, PNG or BMP, 2 MB each. The consumer sees them.',
};

const MAX_IMAGES = 4;

function readContent(item: Item): string {
	const label = labelOf(contentField);
	const content = requireText(item.text(contentField), label, 'Write what the consumer will read.');
	assertLength(content, 500, label);
	withLabel(label, () => assertCharacters(content, ''));
	return content;
}

function readRows(item: Item): ImageRow[] {
	const { image = [] } = item.value(imagesField.name, {}) as { image?: ImageRow[] };
	if (image.length <= MAX_IMAGES) return image;
	throw new InputError(
		`${labelOf(imagesField)} has ${image.length} rows; WeChat Pay accepts ${MAX_IMAGES} at most`,
		'Remove some.',
	);
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012467213 */
export const reply: Operation = {
	value: 'reply',
	name: 'Reply',
	action: 'Reply to complaint',
	description:
		"Send a message to the consumer. A text already sent since the consumer's last message is not sent again.",
	fields: [complaintIdField, subMchidField, contentField, imagesField],
	numberOf: readComplaintId,
	async execute(item) {
		const id = readComplaintId(item);
		const subMchid = readSubMchid(item);
		const content = readContent(item);
		const images = await readImages(item, readRows(item), labelOf(imagesField), COMPLAINT_MEDIA);
		const { alreadyExisted } = await item.submit({
			path: PATHS.replyToComplaint(id),
			body: async () => {
				const toEntry = (media_id: string): { media_id: string } => ({ media_id });
				const uploaded = await uploadImages(item, images, toEntry);
				return toJsonBytes({
					complainted_mchid: subMchid,
					response_content: content,
					...(uploaded.length > 0 && { response_images: uploaded.map((row) => row.media_id) }),
				});
			},
			about: { complaint_id: id },
			expectsEmptyBody: true,
			lookUpPath: PATHS.complaintHistory(id),
			lookUp: async (): Promise<IDataObject> => ({ data: await readHistory(item, id) }),
			rules: replyRules(`Reply to Complaint ${id}`, content),
		});
		if (alreadyExisted && images.length > 0) {
			item.hint(
				'A reply with the same text was already sent, so the images of this run were not sent.',
			);
		}
		return { complaint_id: id, already_existed: alreadyExisted };
	},
};
