import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import { imageFields } from '../../item/imageFields';
import { readImages } from '../../item/images';
import type { Image, ImageRow } from '../../item/images';
import type { Item } from '../../item/item';
import { toList } from '../../item/values';
import type { UploadEndpoint } from '../../protocol/media';

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
		'Stamped paper forms. Needed for a company whose business licence was cancelled or revoked, for government bodies, public institutions and social organisations, and to pay out money that came back or arrived after the account was closed; not for others.',
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
					description: 'Which form this is',
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
		'Media IDs from Upload Image, or links, of other pictures, up to 10: separated by commas, spaces or lines, or an array from an expression',
};

interface ProofRow extends ImageRow {
	proofMediaType?: unknown;
}

/** Reads and checks the proofs, before anything is sent. */
export async function readProofs(
	item: Item,
	endpoint: UploadEndpoint,
): Promise<{ types: string[]; images: Array<Image | string> }> {
	const rows = item.value('proofMedias.media', []) as ProofRow[];
	const images = await readImages(item, rows, proofMediasField.displayName, endpoint);
	return { types: rows.map(({ proofMediaType }) => String(proofMediaType ?? '')), images };
}

/** Reads the media IDs of further pictures; links are downloaded and checked. */
export async function readAdditionalMaterials(
	item: Item,
	endpoint: UploadEndpoint,
): Promise<Array<Image | string>> {
	const { name, displayName } = additionalMaterialsField;
	const ids = toList(item.value(name), displayName);
	if (ids.length > MAX_ADDITIONAL) {
		throw new InputError(
			`${displayName} has ${ids.length} entries; WeChat Pay takes ${MAX_ADDITIONAL} at most`,
			'Leave out what is not needed.',
		);
	}
	const rows = ids.map((entry) =>
		/^https?:/i.test(entry) ? { source: 'url', url: entry } : { source: 'mediaId', mediaId: entry },
	);
	return await readImages(item, rows, displayName, endpoint);
}
