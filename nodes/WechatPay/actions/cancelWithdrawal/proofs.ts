import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import { imageFields } from '../../item/imageFields';
import { readImages } from '../../item/images';
import type { ImageRow } from '../../item/images';
import type { Item } from '../../item/item';
import { labelOf, toList } from '../../item/values';
import type { Upload, UploadEndpoint } from '../../protocol/media';

const MAX_ADDITIONAL = 10;

export const proofMediasField: INodeProperties = {
	displayName: 'Proofs',
	name: 'proofMedias',
	type: 'fixedCollection',
	typeOptions: {
		multipleValues: true,
		multipleValueButtonText: 'Add Proof',
		fixedCollection: { itemTitle: '={{ $collection.item.value.proofMediaType }}' },
	},
	placeholder: 'Add Proof',
	default: {},
	description:
		'Stamped paper forms. Required for a company whose business license was canceled or revoked, for government bodies, public institutions and social organizations, and to pay out money that was returned or arrived after the account was closed. Not used otherwise.',
	options: [
		{
			displayName: 'Proof',
			name: 'media',
			values: [
				{
					displayName: 'Proof Media Type',
					name: 'proofMediaType',
					type: 'options',
					options: [{ name: 'Withdrawal Application', value: 'WITHDRAWAL_APPLICATION' }],
					default: 'WITHDRAWAL_APPLICATION',
					description: 'Type of the form',
				},
				...imageFields,
			],
		},
	],
};

export const additionalMaterialsField: INodeProperties = {
	displayName: 'Additional Materials',
	name: 'additionalMaterials',
	type: 'string',
	default: '',
	description:
		'Up to 10 further images, as media IDs from Upload Image or as links, separated by commas, spaces or line breaks, or an array from an expression',
};

interface ProofRow extends ImageRow {
	proofMediaType?: unknown;
}

/** Reads and checks the proofs and their images, before anything is sent. */
export async function readProofs(
	item: Item,
	endpoint: UploadEndpoint,
): Promise<{ types: string[]; images: Array<Upload | string> }> {
	const rows = item.value('proofMedias.media', []) as ProofRow[];
	const images = await readImages(item, rows, labelOf(proofMediasField), endpoint);
	return { types: rows.map(({ proofMediaType }) => String(proofMediaType ?? '')), images };
}

/** Reads further images: media IDs, and links that are downloaded and checked. */
export async function readAdditionalMaterials(
	item: Item,
	endpoint: UploadEndpoint,
): Promise<Array<Upload | string>> {
	const { name } = additionalMaterialsField;
	const label = labelOf(additionalMaterialsField);
	const ids = toList(item.value(name), label);
	if (ids.length > MAX_ADDITIONAL) {
		throw new InputError(
			`${label} has ${ids.length} entries; WeChat Pay accepts ${MAX_ADDITIONAL} at most`,
			'Leave out what is not needed.',
		);
	}
	const rows = ids.map((entry) =>
		/^https?:/i.test(entry) ? { source: 'url', url: entry } : { source: 'mediaId', mediaId: entry },
	);
	return await readImages(item, rows, label, endpoint);
}
