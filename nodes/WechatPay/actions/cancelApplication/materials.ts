import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import { imageFields } from '../../item/imageFields';
import { readImages } from '../../item/images';
import type { ImageRow } from '../../item/images';
import type { Item } from '../../item/item';
import { CANCEL_MEDIA } from '../../protocol/media';
import type { Upload } from '../../protocol/media';
import { labelOf } from '../../item/values';

const SP_FORM = 'SP_CANCEL_ACCOUNT_APPLICATION';
const SUB_FORM = 'SUB_CANCEL_ACCOUNT_APPLICATION';

/** Which of the two required forms a type is; null for neither. */
const SIDES: Readonly<Record<string, 'sp' | 'sub' | null>> = {
	[SP_FORM]: 'sp',
	SP_MERCHANT_APPLICATION: 'sp',
	[SUB_FORM]: 'sub',
	SUB_MERCHANT_APPLICATION: 'sub',
	MISSING_OFFICIAL_SEAL_LETTER: null,
};

const OUTDATED = new Set([
	'SP_MERCHANT_APPLICATION',
	'SUB_MERCHANT_APPLICATION',
	'MISSING_OFFICIAL_SEAL_LETTER',
]);

export const materialsField: INodeProperties = {
	displayName: 'Materials',
	name: 'materials',
	type: 'fixedCollection',
	typeOptions: {
		multipleValues: true,
		multipleValueButtonText: 'Add Material',
		fixedCollection: { itemTitle: '={{ $collection.item.value.applicationType }}' },
	},
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
				...imageFields,
			],
		},
	],
};

interface MaterialRow extends ImageRow {
	applicationType?: unknown;
}

function checkTypes(types: readonly string[]): void {
	const label = labelOf(materialsField);
	const bothForms = `Send one "Platform's Cancellation Form" and one "Sub-Merchant's Cancellation Form".`;
	if (types.length < 2) {
		throw new InputError(`${label} has ${types.length} of the 2 required forms`, bothForms);
	}
	// An unknown type may be one of the two, so only known types are checked.
	if (types.some((type) => !(type in SIDES))) return;
	const sides = types.map((type) => SIDES[type]);
	if (!sides.includes('sp')) {
		throw new InputError(`${label} lacks the platform's form (${SP_FORM})`, bothForms);
	}
	if (!sides.includes('sub')) {
		throw new InputError(`${label} lacks the sub-merchant's form (${SUB_FORM})`, bothForms);
	}
}

/** Shows hints about outdated and repeated types. */
function hintOf(types: readonly string[], item: Item): void {
	const old = [...new Set(types.filter((type) => OUTDATED.has(type)))];
	if (old.length > 0) {
		item.hint(
			`${labelOf(materialsField)} uses types that WeChat Pay has replaced or abolished: ${old.join(', ')}. Use ${SP_FORM} and ${SUB_FORM}.`,
		);
	}
	if (new Set(types).size < types.length) {
		item.hint(
			`${labelOf(materialsField)} has the same type more than once. Whether WeChat Pay accepts that is not documented.`,
		);
	}
}

/** Reads and checks all rows and their images, before anything is sent. */
export async function readMaterials(
	item: Item,
): Promise<{ types: string[]; images: Array<Upload | string> }> {
	const given = item.value('materials.material', []);
	const rows = (Array.isArray(given) ? given : [given]) as MaterialRow[];
	const types = rows.map(({ applicationType }) => String(applicationType ?? ''));
	checkTypes(types);
	hintOf(types, item);
	const images = await readImages(item, rows, labelOf(materialsField), CANCEL_MEDIA);
	return { types, images };
}
