import { InputError } from '../failure/errors';
import { HOSTS } from '../protocol/hosts';
import { MERCHANT_MEDIA } from '../protocol/media';
import type { Upload, UploadEndpoint } from '../protocol/media';
import { binaryField, fileNameOption, urlField } from './imageFields';
import { checkMediaId, readBinary, readLink } from './imageSources';
import type { Item } from './item';
import { labelOf, option } from './values';

/** The general upload endpoint of a host. Outside mainland China its size limit is lower. */
export function merchantMediaAt(origin: string): UploadEndpoint {
	const host = HOSTS.find((known) => known.origin === origin);
	return { ...MERCHANT_MEDIA, maxBytes: host?.maxImageBytes ?? MERCHANT_MEDIA.maxBytes };
}

/** The general upload endpoint of the credential's host. */
export const merchantMedia = ({ run }: Item): UploadEndpoint =>
	merchantMediaAt(run.client.account.origins[0]);

/** A row with an image, as n8n returns it. Any field may come from an expression. */
export interface ImageRow {
	source?: unknown;
	mediaId?: unknown;
	binaryPropertyName?: unknown;
	url?: unknown;
}

/** The label of a field and its row, for messages. An operation with one image has no rows. */
const at = (label: string, row: string): string => (row === '' ? label : `${label} in ${row}`);

/**
 * Reads and checks one image. Nothing is uploaded yet.
 *
 * @param where the row, for messages; empty if there are no rows
 * @returns the upload, or the media ID of an earlier upload
 */
async function readRow(
	item: Item,
	{ source = 'binary', mediaId, binaryPropertyName, url }: ImageRow,
	where: string,
	endpoint: UploadEndpoint,
	name?: string,
): Promise<Upload | string> {
	switch (source) {
		case 'binary':
			return await readBinary(item, binaryPropertyName, endpoint, name);
		case 'url':
			return await readLink(item, url, at(labelOf(urlField), where), endpoint, name);
		case 'mediaId':
			return checkMediaId(mediaId, where);
		default:
			throw new InputError(
				`${at('"Source"', where)} is not "Binary Field" (binary), "Link" (url) or "Media ID" (mediaId)`,
				'Choose one from the list, or return one of the values in parentheses from an expression.',
			);
	}
}

/** Reads and checks the image of an operation that uploads one. */
export async function readImage(item: Item, endpoint: UploadEndpoint): Promise<Upload> {
	const source = item.value('source', 'binary');
	if (source === 'mediaId') {
		throw new InputError(
			'"Source" is not "Binary Field" (binary) or "Link" (url)',
			'Choose one of the two: an image with a media ID is already uploaded.',
		);
	}
	const row = {
		source,
		binaryPropertyName: item.text(binaryField),
		url: item.value(urlField.name),
	};
	return (await readRow(item, row, '', endpoint, item.text(option(fileNameOption)))) as Upload;
}

/**
 * Reads and checks the images of all rows. Nothing is sent yet.
 *
 * @param label of the field with the rows, for messages
 * @returns an upload or a media ID for each row
 */
export async function readImages(
	item: Item,
	rows: readonly ImageRow[],
	label: string,
	endpoint: UploadEndpoint,
): Promise<Array<Upload | string>> {
	const images: Array<Upload | string> = [];
	for (const [index, row] of rows.entries()) {
		images.push(await readRow(item, row, `${label} row ${index + 1}`, endpoint));
	}
	return images;
}

/** Uploads an image, unless it was uploaded before. */
const toMediaId = async (item: Item, image: Upload | string): Promise<string> =>
	typeof image === 'string' ? image : (await item.upload(image)).media_id;

/**
 * Uploads the images, one after the other. Each media ID is noted at once, so that the error of a later
 * failure has it.
 *
 * @param toEntry makes the entry for the request and for `media_ids` of the error
 */
export async function uploadImages<T extends Record<string, string>>(
	item: Item,
	images: ReadonlyArray<Upload | string>,
	toEntry: (mediaId: string, index: number) => T,
): Promise<T[]> {
	const done: T[] = [];
	for (const [index, image] of images.entries()) {
		done.push(toEntry(await toMediaId(item, image), index));
		item.note({ media_ids: [...done] });
	}
	return done;
}

/** The same for a list of plain media IDs, noted as `additional_media_ids`. */
export async function uploadAll(
	item: Item,
	images: ReadonlyArray<Upload | string>,
): Promise<string[]> {
	const done: string[] = [];
	for (const image of images) {
		done.push(await toMediaId(item, image));
		item.note({ additional_media_ids: [...done] });
	}
	return done;
}
