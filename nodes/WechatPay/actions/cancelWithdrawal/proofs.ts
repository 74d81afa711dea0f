import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import type { ItemTransport } from '../../transport';
import { readList } from '../checks';
import { MERCHANT_MEDIA_PATH, rulesAt, warnOfSize } from '../merchantMedia/shared';
import { checkMediaId, pictureFields, readPictures, uploadPicture } from '../pictures';
import type { Picture, PictureRow } from '../pictures';

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
				...pictureFields,
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
		'Media IDs of other pictures, up to 10, from Upload Image: separated by commas, spaces or lines, or an array from an expression',
};

interface ProofRow extends PictureRow {
	proofMediaType?: unknown;
}

/** A checked row. */
interface Proof {
	type: string;
	picture: Picture;
}

/** One entry of `proof_medias`, and of an error's `media_ids`. */
interface ProofMedia {
	[key: string]: string;
	proof_media_type: string;
	proof_media: string;
}

/** Reads and checks the proofs, before anything is sent. */
export async function readProofs(
	this: IExecuteFunctions,
	i: number,
	wechatPay: ItemTransport,
): Promise<Proof[]> {
	const rows = this.getNodeParameter('proofMedias.media', i, []) as ProofRow[];
	const label = proofMediasField.displayName;
	const rules = rulesAt(wechatPay.origin);
	const pictures = await readPictures.call(this, i, rows, label, rules, wechatPay);
	return pictures.map((picture, index) => {
		if ('upload' in picture) warnOfSize(picture.upload.size, wechatPay);
		return { type: String(rows[index].proofMediaType ?? ''), picture };
	});
}

/** Uploads the pictures among the proofs. Each ID is noted at once, so that a later failure does not lose it. */
export async function uploadProofs(
	proofs: Proof[],
	wechatPay: ItemTransport,
): Promise<ProofMedia[]> {
	const done: ProofMedia[] = [];
	for (const { type, picture } of proofs) {
		const id = await uploadPicture(picture, MERCHANT_MEDIA_PATH, wechatPay);
		done.push({ proof_media_type: type, proof_media: id });
		wechatPay.known.media_ids = [...done];
	}
	return done;
}

/** Reads the media IDs of further pictures. */
export function readAdditionalMaterials(this: IExecuteFunctions, i: number): string[] {
	const { name, displayName } = additionalMaterialsField;
	const ids = readList.call(this, name, displayName, i);
	if (ids.length > MAX_ADDITIONAL) {
		throw new InputError(
			`${displayName} has ${ids.length} media IDs; WeChat Pay takes ${MAX_ADDITIONAL} at most`,
			'Leave out what is not needed.',
		);
	}
	return ids.map((id) => checkMediaId(id, displayName));
}
