import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { createNode, type EngineItem } from '../../engine';
import { detailsOf, hintsOf, IN_PLACE, jsonOf, openBench, unpaced } from '../support/bench';
import { jpeg, newNumber, newSubMchid, present, sha256, without } from '../support/inputs';
import { SP_FORM as SP, SUB_FORM as SUB } from '../support/cancelApplications';
import { CANCEL_MEDIA, CREATE } from '../support/paths';

const bench = openBench();

const OLD_SP = 'SP_MERCHANT_APPLICATION';
const OLD_SUB = 'SUB_MERCHANT_APPLICATION';
const LETTER = 'MISSING_OFFICIAL_SEAL_LETTER';

/** Parameters of Create with a row of a type for each; `rows` changes single rows. */
const create = (
	types: string[],
	more: INodeParameters = {},
	rows: Record<number, INodeParameters> = {},
): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	subMchid: newSubMchid(),
	outApplyNo: newNumber(),
	materials: {
		material: types.map((applicationType, i) => ({
			applicationType,
			source: 'binary',
			binaryPropertyName: `form${i}`,
			...rows[i],
		})),
	},
	...more,
});

/** An item with a different image for each row. */
const forms = (count: number, json: IDataObject = {}): EngineItem => ({
	json,
	binary: Object.fromEntries(
		Array.from({ length: count }, (_, i) => [
			`form${i}`,
			{ data: jpeg(500 + i), fileName: `form${i}.jpg` },
		]),
	),
});
const digests = (count: number) => Array.from({ length: count }, (_, i) => sha256(jpeg(500 + i)));

describe('Create with material types', () => {
	const run = async (types: string[]) => {
		const parameters = create(types);
		const result = await bench.run([forms(types.length)], parameters, { nodeOptions: IN_PLACE });
		const [item] = jsonOf(result.main[0]);
		return { item, hints: hintsOf(result), number: parameters.outApplyNo };
	};
	const outdated = (types: string) =>
		`"Materials" uses types that WeChat Pay has replaced or abolished: ${types}. Use ${SP} and ${SUB}.`;
	const TWICE =
		'"Materials" has the same type more than once. Whether WeChat Pay accepts that is not documented.';

	it.each<[string, string[], string[]]>([
		['the two that are needed', [SP, SUB], []],
		['in the other order', [SUB, SP], []],
		['both of the old version', [OLD_SP, OLD_SUB], [outdated(`${OLD_SP}, ${OLD_SUB}`)]],
		['one of the old version', [OLD_SP, SUB], [outdated(OLD_SP)]],
		['the abolished letter with them', [SP, SUB, LETTER], [outdated(LETTER)]],
		['the same form twice', [SP, SUB, SUB], [TWICE]],
		['an old one twice', [SP, OLD_SUB, OLD_SUB], [outdated(OLD_SUB), TWICE]],
	])('sends the types and adds the expected hints: %s', async (_what, types, expected) => {
		const { item, hints, number } = await run(types);
		expect(item).toMatchObject({ cancel_state: 'REVIEWING', already_existed: false });
		expect(hints).toEqual(expected);
		const sent = bench.application(number).materials;
		expect(sent.map(({ application_type }) => application_type)).toEqual(types);
		expect(sent.map(({ digest }) => digest)).toEqual(digests(types.length));
		expect(item.media_ids).toEqual(
			sent.map(({ application_type, application_media_id }) => ({
				application_type,
				application_media_id,
			})),
		);
	});

	it('adds the same hint of several items once', async () => {
		const parameters = create([OLD_SP, SUB], {
			outApplyNo: '={{ $json.n }}',
			subMchid: '={{ $json.s }}',
		});
		const items = [1, 2, 3].map(() => forms(2, { n: newNumber(), s: newSubMchid() }));
		const result = await bench.run(items, parameters);
		expect(jsonOf(result.main[0])).toMatchObject(Array(3).fill({ already_existed: false }));
		expect(hintsOf(result)).toEqual([outdated(OLD_SP)]);
	});

	it.each<[string, string[], string]>([
		['only the platform', [SP, SP], `lacks the sub-merchant's form (${SUB})`],
		['only the platform, old', [OLD_SP, SP], `lacks the sub-merchant's form (${SUB})`],
		['only the sub-merchant', [SUB, OLD_SUB], `lacks the platform's form (${SP})`],
		['the letter for a form', [SP, LETTER], `lacks the sub-merchant's form (${SUB})`],
		['one row', [SP], 'has 1 of the 2 required forms'],
	])('rejects missing forms before sending: %s', async (_what, types, message) => {
		const { item } = await run(types);
		expect(item.error).toBe(`"Materials" ${message}`);
		expect(detailsOf(item)).toMatchObject({
			not_sent: true,
			hint: `Send one "Platform's Cancellation Form" and one "Sub-Merchant's Cancellation Form".`,
		});
		expect(bench.sent()).toEqual([]);
	});

	it('sends an unknown type and reports the refusal of WeChat Pay', async () => {
		const parameters = create(['={{ "SP_FORM_2027" }}', SUB]);
		const result = await bench.run([forms(2)], parameters, { nodeOptions: IN_PLACE });
		const [item] = jsonOf(result.main[0]);
		expect(item.error).toMatch(/PARAM_ERROR.*application_type.*不是合法的枚举值/);
		expect(detailsOf(item).media_ids).toMatchObject([
			{ application_type: 'SP_FORM_2027' },
			{ application_type: SUB },
		]);
		expect(hintsOf(result)).toEqual([]);
		const [{ body }] = bench.sent(CREATE);
		expect(JSON.parse(body.toString())).toMatchObject({
			application_info: [{ application_type: 'SP_FORM_2027' }, { application_type: SUB }],
		});
	});

	it('has a row for each of the two forms by default', async () => {
		const untouched = without(create([]), 'materials');
		const { binary } = forms(2);
		const item = await bench.one(untouched, {
			json: {},
			binary: { sp_form: binary!.form0, sub_form: binary!.form1 },
		});
		expect(item).toMatchObject({ already_existed: false });
		expect(bench.application(untouched.outApplyNo).materials).toMatchObject([
			{ application_type: SP, digest: digests(2)[0] },
			{ application_type: SUB, digest: digests(2)[1] },
		]);
	});
});

describe('Create with media IDs and files', () => {
	it('uploads only the file if the other row has a media ID', async () => {
		const { media_id } = await bench.one(
			{
				resource: 'cancelApplication',
				operation: 'uploadMedia',
				binaryPropertyName: 'form0',
			},
			forms(1),
		);
		bench.reset();
		const rows = { 0: { source: 'mediaId', mediaId: String(media_id) } };
		const parameters = create([SP, SUB], {}, rows);
		const item = await bench.one(parameters, forms(2));
		expect(item).toMatchObject({
			already_existed: false,
			media_ids: [
				{ application_type: SP, application_media_id: media_id },
				{ application_type: SUB },
			],
		});
		expect(bench.sent().map(({ path }) => path)).toEqual([CANCEL_MEDIA, CREATE]);
		expect(bench.application(parameters.outApplyNo).materials.map(({ digest }) => digest)).toEqual(
			digests(2),
		);
	});

	it.each<[string, INodeParameters, string]>([
		[
			'an unknown source',
			{ source: '={{ "file" }}' },
			'"Source" in "Materials" row 2 is not "Binary Field" (binary), "Link" (url) or "Media ID" (mediaId)',
		],
		['an ID that is empty', { source: 'mediaId' }, '"Media ID" in "Materials" row 2 is empty'],
		[
			'an ID that is a link',
			{ source: 'mediaId', mediaId: 'https://example.com/a.jpg' },
			'"Media ID" in "Materials" row 2 contains a link',
		],
		[
			'an ID with a space behind it',
			{ source: 'mediaId', mediaId: 'V1_abc ' },
			'"Media ID" in "Materials" row 2 has spaces',
		],
		['a field that is not there', { binaryPropertyName: 'form7' }, 'has no binary field "form7"'],
		[
			'a link for a field',
			{ binaryPropertyName: 'https://example.com/a.jpg' },
			'"Input Binary Field" contains a link',
		],
	])('rejects an invalid row before uploading the row above: %s', async (_what, row, message) => {
		const item = await bench.one(create([SP, SUB], {}, { 1: row }), forms(2));
		expect(item.error).toContain(message);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
	});
});

describe('Create after a failed attempt with uploads', () => {
	const rows = {
		0: {
			source: '={{ $json.details?.media_ids?.[0] ? "mediaId" : "binary" }}',
			mediaId: '={{ $json.details?.media_ids?.[0]?.application_media_id }}',
		},
		1: {
			source: '={{ $json.details?.media_ids?.[1] ? "mediaId" : "binary" }}',
			mediaId: '={{ $json.details?.media_ids?.[1]?.application_media_id }}',
		},
	};

	/** Create, and behind its error branch Create again: the ids of the first try replace the files. */
	const twice = async (item: EngineItem, parameters: INodeParameters) => {
		const node = (name: string) =>
			createNode(
				name,
				'n8n-nodes-wechatpay.wechatPay',
				1,
				unpaced({ ...parameters, options: { maxAttempts: 1 } }),
			);
		return await bench.engine.run({
			items: [item],
			credential: { ...bench.credential() },
			workflow: {
				start: 'Start',
				result: 'Again',
				nodes: [
					createNode('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
					{ ...node('Create'), onError: 'continueErrorOutput' },
					node('Again'),
				],
				connections: {
					Start: { main: [[{ node: 'Create', type: 'main', index: 0 }]] },
					Create: { main: [[], [{ node: 'Again', type: 'main', index: 0 }]] },
				},
			},
		});
	};

	it('reuses the media IDs in the same workflow without uploading again', async () => {
		const parameters = create([SP, SUB], {}, rows);
		bench.sandbox.fault({
			kind: 'answer',
			match: { method: 'POST', number: String(parameters.outApplyNo) },
			code: 'INVALID_REQUEST',
			message: '该商户当前不允许注销',
		});
		const { main, error, run } = await twice(forms(2), parameters);
		expect(error).toBeUndefined();
		const [first] = run.data.resultData.runData.Create;
		const failed = present(first.data?.main[1]?.[0]?.json);
		expect(failed.details).toMatchObject({ code: 'INVALID_REQUEST', media_ids: { length: 2 } });
		expect(main[0].map(({ json }) => json)).toMatchObject([
			{ already_existed: false, media_ids: (failed.details as IDataObject).media_ids },
		]);
		expect(bench.sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
			`POST ${CANCEL_MEDIA}`,
			`POST ${CANCEL_MEDIA}`,
			`POST ${CREATE}`,
			`GET ${CREATE}/out-apply-no/${String(parameters.outApplyNo)}`,
			`POST ${CREATE}`,
		]);
		expect(bench.application(parameters.outApplyNo).materials.map(({ digest }) => digest)).toEqual(
			digests(2),
		);
		// The same IDs make the same bytes: what WeChat Pay compares when a number comes again.
		const [one, two] = bench.bodies(CREATE);
		expect(two).toBe(one);
	});

	// n8n's error branch carries no files, so the item comes from where it came from, with the IDs beside it.
	it('reuses the first media ID and uploads only the other image if the second upload failed', async () => {
		const parameters = create([SP, SUB], { options: { maxAttempts: 1 } }, rows);
		bench.sandbox.fault({ kind: '500-before', match: { path: CANCEL_MEDIA }, nth: 2 });
		const failed = await bench.one(parameters, forms(2));
		const details = detailsOf(failed);
		expect(details).toMatchObject({ code: 'SYSTEM_ERROR', out_apply_no: parameters.outApplyNo });
		expect(details).not.toHaveProperty('outcome');
		expect(details.media_ids).toEqual([
			{ application_type: SP, application_media_id: expect.any(String) },
		]);
		const [kept] = details.media_ids as IDataObject[];
		expect(await bench.one(parameters, forms(2, { details }))).toMatchObject({
			already_existed: false,
			media_ids: [kept, { application_type: SUB }],
		});
		expect(bench.sent().map(({ path }) => path)).toEqual([
			CANCEL_MEDIA,
			CANCEL_MEDIA,
			CANCEL_MEDIA,
			CREATE,
		]);
		expect(bench.application(parameters.outApplyNo).materials.map(({ digest }) => digest)).toEqual(
			digests(2),
		);
	});
});
