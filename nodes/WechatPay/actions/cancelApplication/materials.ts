import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import { CANCEL_MEDIA } from '../../protocol/media';
import type { Media } from '../../protocol/media';
import type { ItemTransport } from '../../transport';
import { binaryField, readMedia } from '../binary';
import { MEDIA_PATH } from './shared';

const SP_FORM = 'SP_CANCEL_ACCOUNT_APPLICATION';
const SUB_FORM = 'SUB_CANCEL_ACCOUNT_APPLICATION';

/** Which of the two forms that WeChat Pay asks for a type stands for; null for neither. */
const SIDES: Readonly<Record<string, 'sp' | 'sub' | null>> = {
	[SP_FORM]: 'sp',
	SP_MERCHANT_APPLICATION: 'sp',
	[SUB_FORM]: 'sub',
	SUB_MERCHANT_APPLICATION: 'sub',
	MISSING_OFFICIAL_SEAL_LETTER: null,
};

export const materialsField: INodeProperties = {
	displayName: 'Materials',
	name: 'materials',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Material' },
	placeholder: 'Add Material',
	required: true,
	default: {
		material: [
			{ applicationType: SP_FORM, source: 'binary', binaryPropertyName: 'sp_form' },
			{ applicationType: SUB_FORM, source: 'binary', binaryPropertyName: 'sub_form' },
		],
	},
	description: "The photos of the two stamped forms: the platform's and the sub-merchant's",
	options: [
		{
			displayName: 'Material',
			name: 'material',
			values: [
				{
					displayName: 'Application Type',
					name: 'applicationType',
					type: 'options',
					options: [
						{
							name: 'Missing Official Seal Letter (Abolished)',
							value: 'MISSING_OFFICIAL_SEAL_LETTER',
							description: 'No longer collected. Do not send it.',
						},
						{
							name: "Platform's Cancellation Form",
							value: SP_FORM,
							description: 'SP_CANCEL_ACCOUNT_APPLICATION (服务商注销电商子申请书), required',
						},
						{
							name: "Platform's Form, Old Version (Deprecated)",
							value: 'SP_MERCHANT_APPLICATION',
							description: "Replaced by Platform's Cancellation Form",
						},
						{
							name: "Sub-Merchant's Cancellation Form",
							value: SUB_FORM,
							description: 'SUB_CANCEL_ACCOUNT_APPLICATION (子商户注销电商子申请书), required',
						},
						{
							name: "Sub-Merchant's Form, Old Version (Deprecated)",
							value: 'SUB_MERCHANT_APPLICATION',
							description: "Replaced by Sub-Merchant's Cancellation Form",
						},
					],
					default: SP_FORM,
					description: 'Which form this is. Both cancellation forms are required.',
				},
				{
					displayName: 'Source',
					name: 'source',
					type: 'options',
					options: [
						{
							name: 'Binary Field',
							value: 'binary',
							description: 'Upload the picture from an input binary field, then use its media ID',
						},
						{
							name: 'Media ID',
							value: 'mediaId',
							description: 'Use the media ID of a picture that was uploaded before',
						},
					],
					default: 'binary',
					description:
						'Where the form comes from. For use as a tool of an AI agent choose Media ID: tool calls carry no files.',
				},
				{
					displayName: 'Media ID',
					name: 'mediaId',
					type: 'string',
					default: '',
					displayOptions: { show: { source: ['mediaId'] } },
					description: 'From Upload Cancel Media, or from the media_ids of an earlier try',
				},
				{ ...binaryField, displayOptions: { show: { source: ['binary'] } } },
			],
		},
	],
};

interface MaterialRow {
	applicationType?: unknown;
	source?: unknown;
	mediaId?: unknown;
	binaryPropertyName?: unknown;
}

/** A checked row: a media ID, or a picture that is still to be uploaded. */
interface Material {
	applicationType: string;
	mediaId?: string;
	media?: Media;
}

/** One entry of `application_info`, and of the node's `media_ids`. */
export interface ApplicationInfo {
	[key: string]: string;
	application_type: string;
	application_media_id: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function checkTypes(types: readonly string[]): void {
	const label = materialsField.displayName;
	const bothForms = `Send one "Platform's Cancellation Form" and one "Sub-Merchant's Cancellation Form".`;
	if (types.length < 2) {
		throw new InputError(`${label} has ${types.length} of the 2 forms that are needed`, bothForms);
	}
	// A type that is new at WeChat Pay may well be one of the two: only known ones are judged.
	if (types.some((type) => !(type in SIDES))) return;
	const sides = types.map((type) => SIDES[type]);
	if (!sides.includes('sp')) {
		throw new InputError(`${label} lacks the platform's form (${SP_FORM})`, bothForms);
	}
	if (!sides.includes('sub')) {
		throw new InputError(`${label} lacks the sub-merchant's form (${SUB_FORM})`, bothForms);
	}
}

/** Checks the shape of a media ID; whether it exists only WeChat Pay knows. */
export function checkMediaId(value: unknown, where: string): string {
	const mediaId = text(value);
	if (mediaId === '') {
		throw new InputError(
			`${where} is empty`,
			'Enter the media_id that an upload gave, or choose Binary Field as Source.',
		);
	}
	if (/^https?:/i.test(mediaId)) {
		throw new InputError(
			`${where} holds a link`,
			'A media ID comes from an upload. Download the picture first and choose Binary Field as Source.',
		);
	}
	if (/\s/.test(mediaId) || mediaId.length > 512) {
		throw new InputError(
			`${where} has spaces or more than 512 characters`,
			'Copy the media_id as the upload gave it.',
		);
	}
	return mediaId;
}

/** Reads and checks all rows, pictures included, before anything is sent. */
export async function readMaterials(this: IExecuteFunctions, i: number): Promise<Material[]> {
	const given = this.getNodeParameter('materials.material', i, []) as unknown;
	const rows = (Array.isArray(given) ? given : [given]) as MaterialRow[];
	checkTypes(rows.map((row) => text(row.applicationType)));
	const materials: Material[] = [];
	for (const [index, row] of rows.entries()) {
		const applicationType = text(row.applicationType);
		const where = `${materialsField.displayName} row ${index + 1}`;
		if (row.source === 'mediaId') {
			materials.push({
				applicationType,
				mediaId: checkMediaId(row.mediaId, `Media ID in ${where}`),
			});
		} else if (row.source === 'binary' || row.source === undefined) {
			const media = await readMedia.call(this, i, text(row.binaryPropertyName), CANCEL_MEDIA);
			materials.push({ applicationType, media });
		} else {
			throw new InputError(
				`Source in ${where} is neither binary nor mediaId`,
				'Choose one from the list, or let the expression give one of these two words.',
			);
		}
	}
	return materials;
}

/**
 * Uploads the pictures among the materials, one after the other. Each id is noted at once, so that
 * a later failure does not lose it.
 */
export async function uploadMaterials(
	materials: Material[],
	wechatPay: ItemTransport,
): Promise<ApplicationInfo[]> {
	const done: ApplicationInfo[] = [];
	for (const { applicationType, mediaId, media } of materials) {
		const id = mediaId ?? (media ? await uploadOne(media, wechatPay) : '');
		done.push({ application_type: applicationType, application_media_id: id });
		wechatPay.known.media_ids = [...done];
	}
	return done;
}

async function uploadOne(media: Media, wechatPay: ItemTransport): Promise<string> {
	const answer = await wechatPay.upload(MEDIA_PATH, media, CANCEL_MEDIA);
	return text(answer.media_id);
}
