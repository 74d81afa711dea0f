/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import {
	Engine,
	type EngineFile,
	type EngineItem,
	type EngineOptions,
	type EngineResult,
	type NodeRun,
} from '../../scripts/engine';
import {
	Sandbox,
	type RequestLogEntry,
	type SandboxCredential,
	type SandboxOptions,
} from '../../sandbox';

export const CREATE_PATH = '/v3/ecommerce/account/cancel-applications';
export const MEDIA_PATH = `${CREATE_PATH}/media`;
export const lookUpPath = (number: string) => `${CREATE_PATH}/out-apply-no/${number}`;

/** A create and nothing else: faults that match it leave uploads and look-ups alone. */
export const onlyCreate = /cancel-applications$/;

/** Waits for something that happens outside. */
export async function until(happened: () => boolean): Promise<void> {
	while (!happened()) await passing(2);
}

/** Lets time pass, where the point is that nothing happens. */
export const passing = async (ms: number): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, ms));

const SCANS = join(__dirname, '../../examples/scans');

/** A file of the examples, as a node before ours would hand it over. */
export const scan = (name: string): EngineFile => ({
	data: readFileSync(join(SCANS, name)),
	fileName: name,
});

const SP = scan('m01-sp.jpg');
const SUB = scan('m02-sub.png');

/** Sub-merchants of a test: every number its own, since one can have one open application only. */
export const subMchid = (index: number): string => String(1900100000 + index);

/** An item with both forms as binary fields. */
export const withForms = (json: IDataObject): EngineItem => ({
	json,
	binary: { sp_form: SP, sub_form: SUB },
});

export const SP_FORM = 'SP_CANCEL_ACCOUNT_APPLICATION';
export const SUB_FORM = 'SUB_CANCEL_ACCOUNT_APPLICATION';

/** As fast as it goes: tests that are about pace set their own. */
export const FAST = { requestsPerSecond: 0 };

const fromItem = {
	subMchid: '={{ $json.sub }}',
	outApplyNo: '={{ $json.number }}',
};

/** Parameters of Create that upload both forms of the item. */
export const createFromFiles = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	...fromItem,
	materials: {
		material: [
			{ applicationType: SP_FORM, source: 'binary', binaryPropertyName: 'sp_form' },
			{ applicationType: SUB_FORM, source: 'binary', binaryPropertyName: 'sub_form' },
		],
	},
	options: { ...FAST, ...options },
});

/** Parameters of Create that use the media ids of the item: one request for an application. */
export const createFromIds = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	...fromItem,
	materials: {
		material: [
			{ applicationType: SP_FORM, source: 'mediaId', mediaId: '={{ $json.sp }}' },
			{ applicationType: SUB_FORM, source: 'mediaId', mediaId: '={{ $json.subForm }}' },
		],
	},
	options: { ...FAST, ...options },
});

export const getByNumber = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'get',
	outApplyNo: '={{ $json.number }}',
	options: { ...FAST, ...options },
});

export const uploadOne = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'uploadMedia',
	binaryPropertyName: 'sp_form',
	options: { ...FAST, ...options },
});

/** What an item of the error branch holds beside the fields of its input. */
export interface ErrorItem {
	error: string;
	message: string;
	details: IDataObject & { hint?: string; code?: string };
}

export const jsonOf = (items: INodeExecutionData[] | undefined): IDataObject[] =>
	(items ?? []).map(({ json }) => json);

/** The error item that belongs to an input item, or undefined if it succeeded. */
export function errorOf(result: EngineResult, itemIndex: number): ErrorItem | undefined {
	const found = [...(result.main[1] ?? []), ...(result.main[0] ?? [])].find(
		({ pairedItem, json }) =>
			(pairedItem as { item: number }).item === itemIndex && 'details' in json,
	);
	return found?.json as unknown as ErrorItem | undefined;
}

/** The output of an input item, or undefined if it failed. */
export function outputOf(result: EngineResult, itemIndex: number): IDataObject | undefined {
	const found = result.main[0]?.find(
		({ pairedItem, json }) =>
			(pairedItem as { item: number }).item === itemIndex && !('details' in json),
	);
	return found?.json;
}

/** The engine and a sandbox, with what most tests do with them. */
export class Bench {
	private constructor(
		readonly engine: Engine,
		readonly sandbox: Sandbox,
	) {}

	static async start(sandbox: SandboxOptions = {}, engine: EngineOptions = {}): Promise<Bench> {
		return new Bench(await Engine.start(engine), await Sandbox.start(sandbox));
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.sandbox.stop();
	}

	/** Runs the node against the sandbox; failed items go down the error branch unless told otherwise. */
	async run(
		run: Partial<NodeRun> & Pick<NodeRun, 'items' | 'parameters'>,
		credential: Partial<SandboxCredential> = {},
	): Promise<EngineResult> {
		return await this.engine.run({
			nodeOptions: { onError: 'continueErrorOutput' },
			credential: { ...this.sandbox.credential(credential) },
			...run,
		});
	}

	/** Items for `createFromIds`, one for each number, whose forms are uploaded already. */
	async withIds(numbers: readonly string[], firstSub = 0): Promise<EngineItem[]> {
		const { media } = this.sandbox;
		if (media.size === 0) {
			await this.run({ items: [withForms({})], parameters: uploadOne() });
		}
		const [id] = media.keys();
		return numbers.map((number, index) => ({
			json: { number, sub: subMchid(firstSub + index), sp: id, subForm: id },
		}));
	}

	/** What the sandbox was asked about one number, oldest first, e.g. `POST 409`, `GET 200`. */
	story(number: string): string[] {
		return this.requestsAbout(number).map(({ method, status }) => `${method} ${status || 'cut'}`);
	}

	requestsAbout(number: string): RequestLogEntry[] {
		return this.sandbox.requests.filter((entry) => entry.number === number);
	}

	/** What the sandbox was asked since a moment that `mark` named. */
	since(mark: number): string[] {
		return this.sandbox.requests
			.slice(mark)
			.map(({ method, path, status }) => `${method} ${path} ${status || 'cut'}`);
	}

	get mark(): number {
		return this.sandbox.requests.length;
	}
}
