/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { EngineFile, EngineItem } from '../../engine';
import type { Bench } from './bench';

export const SP_FORM = 'SP_CANCEL_ACCOUNT_APPLICATION';
export const SUB_FORM = 'SUB_CANCEL_ACCOUNT_APPLICATION';

const SCANS = join(__dirname, '../../examples/scans');

/** A file of the examples, as a node before ours would hand it over. */
export const scan = (name: string): EngineFile => ({
	data: readFileSync(join(SCANS, name)),
	fileName: name,
});

const SP = scan('m01-sp.jpg');
const SUB = scan('m02-sub.png');

/** An item with both forms as binary fields. */
export const withForms = (json: IDataObject): EngineItem => ({
	json,
	binary: { sp_form: SP, sub_form: SUB },
});

/** Sub-merchants of a test: every number its own, since one can have one open application only. */
export const subMchid = (index: number): string => String(1900100000 + index);

/** Items for `createFromIds`, one for each number, whose forms are uploaded already. */
export async function withIds(
	bench: Bench,
	numbers: readonly string[],
	firstSub = 0,
): Promise<EngineItem[]> {
	const { media } = bench.sandbox;
	if (media.size === 0) await bench.run([withForms({})], uploadOne());
	const [id] = media.keys();
	return numbers.map((number, index) => ({
		json: { number, sub: subMchid(firstSub + index), sp: id, subForm: id },
	}));
}

const create = (material: INodeParameters[], options: INodeParameters): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	subMchid: '={{ $json.sub }}',
	outApplyNo: '={{ $json.number }}',
	materials: { material },
	options,
});

/** Parameters of Create that upload both forms of the item. */
export const createFromFiles = (options: INodeParameters = {}): INodeParameters =>
	create(
		[
			{ applicationType: SP_FORM, source: 'binary', binaryPropertyName: 'sp_form' },
			{ applicationType: SUB_FORM, source: 'binary', binaryPropertyName: 'sub_form' },
		],
		options,
	);

/** Parameters of Create that use the media ids of the item: one request for an application. */
export const createFromIds = (options: INodeParameters = {}): INodeParameters =>
	create(
		[
			{ applicationType: SP_FORM, source: 'mediaId', mediaId: '={{ $json.sp }}' },
			{ applicationType: SUB_FORM, source: 'mediaId', mediaId: '={{ $json.subForm }}' },
		],
		options,
	);

export const getByNumber = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'get',
	outApplyNo: '={{ $json.number }}',
	options,
});

export const uploadOne = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'uploadMedia',
	binaryPropertyName: 'sp_form',
	options,
});

/** What Create returns for an application that was not there before. */
export const isNew = { already_existed: false, cancel_state: 'REVIEWING' };

/** A fault: WeChat Pay refuses the request. */
export const refuses = (message: string, code = 'INVALID_REQUEST', status = 400) =>
	({ kind: 'answer', status, code, message }) as const;
