import { errorOf, jsonOf, mostInFlight, openBench } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	scan,
	SP_FORM,
	SUB_FORM,
	subMchid,
	uploadOne,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { CANCEL_MEDIA, CREATE } from '../support/paths';

const bench = openBench({ subMerchants: { '1900999999': 'unknown' } });

/** An input of Create, with both forms. */
const applicant = (number: unknown, index: number) =>
	withForms({ number: number as string, sub: subMchid(index) });

describe('cancel application', () => {
	it('uploads an image and returns its ID, name and digest', async () => {
		const mark = bench.mark;
		const { main } = await bench.run(
			[{ json: {}, binary: { sp_form: { ...scan('m06-sub.bmp'), fileName: '申请书.bmp' } } }],
			uploadOne(),
		);
		const [output] = jsonOf(main[0]);
		const stored = bench.sandbox.media.get(String(output?.media_id));
		expect(stored?.endpoint).toBe('cancel');
		expect(Object.keys(output ?? {}).sort()).toEqual(['file_digest', 'file_name', 'media_id']);
		expect(output?.file_digest).toBe(stored?.digest);
		expect(output?.file_name).toBe(`${stored?.digest.slice(0, 16)}.bmp`);
		expect(stored?.name).toBe(output?.file_name);
		expect(bench.since(mark)).toEqual([`POST ${CANCEL_MEDIA} 200`]);
	});

	it('uploads an image with the file name from the options', async () => {
		const { main } = await bench.run([applicant('', 0)], uploadOne({ fileName: 'form.JPEG' }));
		expect(jsonOf(main[0])[0]?.file_name).toBe('form.jpg');
	});

	it('creates an application from images and returns its fields and media IDs', async () => {
		const { main } = await bench.run([applicant('main1', 1)], createFromFiles());
		const application = bench.sandbox.applications.get('main1');
		expect(jsonOf(main[0])).toEqual([
			{
				out_apply_no: 'main1',
				sub_mchid: subMchid(1),
				cancel_state: 'REVIEWING',
				update_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\+08:00$/) as string,
				media_ids: application?.materials.map(({ application_type, application_media_id }) => ({
					application_type,
					application_media_id,
				})),
				already_existed: false,
			},
		]);
		expect(application?.materials.map(({ application_type }) => application_type)).toEqual([
			SP_FORM,
			SUB_FORM,
		]);
		expect(main[1]).toEqual([]);
	});

	it('accepts files and media IDs by expression and keeps the order of the rows', async () => {
		const [id] = bench.sandbox.media.keys();
		const mark = bench.mark;
		const row = (applicationType: string, field: string) => ({
			applicationType,
			source: `={{ $json.${field} ? 'mediaId' : 'binary' }}`,
			mediaId: `={{ $json.${field} }}`,
			binaryPropertyName: field,
		});
		const parameters = createFromFiles();
		const { main } = await bench.run(
			[
				withForms({ number: 'mix1', sub: subMchid(2), sub_form: id }),
				withForms({ number: 'mix2', sub: subMchid(3), sp_form: id }),
				withForms({ number: 'mix3', sub: subMchid(4), sp_form: id, sub_form: id }),
			],
			{
				...parameters,
				materials: { material: [row(SUB_FORM, 'sub_form'), row(SP_FORM, 'sp_form')] },
			},
		);
		const ids = jsonOf(main[0]).map(({ media_ids }) => media_ids as Record<string, string>[]);
		expect(ids.map((row) => row.map(({ application_type }) => application_type))).toEqual(
			Array(3).fill([SUB_FORM, SP_FORM]),
		);
		const reused = ids.map((row) => row.map((entry) => entry.application_media_id === id));
		expect(reused).toEqual([
			[true, false],
			[false, true],
			[true, true],
		]);
		expect(bench.since(mark).filter((line) => line.includes(CANCEL_MEDIA))).toHaveLength(2);
	});

	it('returns an application by number, and an error for an unknown number', async () => {
		const [item] = await withIds(bench, ['main2'], 20);
		await bench.run([item!], createFromIds());
		bench.sandbox.move('main2', { state: 'REJECTED', reason: '印章不清晰' });
		const { main } = await bench.run(
			[{ json: { number: 'main2' } }, { json: { number: 'nobody' } }],
			getByNumber(),
		);
		expect(jsonOf(main[0])).toEqual([
			{
				out_apply_no: 'main2',
				sub_mchid: subMchid(20),
				cancel_state: 'REJECTED',
				reject_reason: '印章不清晰',
				update_time: expect.any(String) as string,
			},
		]);
		expect(main[1]?.[0]?.json).toMatchObject({
			details: { code: 'NOT_FOUND', httpStatus: 404, out_apply_no: 'nobody' },
		});
	});
});

describe('items', () => {
	it('are returned paired and in order, whatever finishes first', async () => {
		const numbers = Array.from({ length: 12 }, (_, i) => `order${i}`);
		// The first ones take longest.
		for (const [i, number] of numbers.entries()) {
			bench.sandbox.fault({ kind: 'delay', ms: 240 - 20 * i, match: { number } });
		}
		const items = await withIds(bench, numbers, 30);
		const { main } = await bench.run(items, createFromIds());
		expect(jsonOf(main[0]).map((json) => json.out_apply_no)).toEqual(numbers);
		expect(main[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			numbers.map((_, item) => ({ item })),
		);
		const created = numbers.map((number) => bench.sandbox.applications.get(number)!.sub_mchid);
		expect(created).toEqual(numbers.map((_, i) => subMchid(30 + i)));
	});

	it('respect the batch size and the batch interval', async () => {
		const numbers = Array.from({ length: 6 }, (_, i) => `batch${i}`);
		const items = await withIds(bench, numbers, 50);
		bench.sandbox.latency = 120;
		const batch = { batchSize: 2, batchInterval: 500 };
		const { main } = await bench.run(items, createFromIds({ batching: { batch } }));
		bench.sandbox.latency = 0;
		expect(main[0]).toHaveLength(6);
		const sent = numbers.map((number) => bench.requestsAbout(number)[0]!);
		expect(mostInFlight(sent, 120)).toBe(2);
		// Without the interval, a batch would follow after 120 ms, not 500.
		const arrivals = sent.map(({ time }) => time);
		expect(arrivals[2]! - arrivals[0]!).toBeGreaterThan(350);
		expect(arrivals[4]! - arrivals[2]!).toBeGreaterThan(350);
	});

	it('accept numeric values and reject those that have lost digits', async () => {
		const [id] = bench.sandbox.media.keys();
		const ids = { sp: id!, subForm: id! };
		const mark = bench.mark;
		const result = await bench.run(
			[
				{ json: { number: 20190611222, sub: 1900100060, ...ids } },
				// 2^53 and more: a spreadsheet has rounded it already.
				{ json: { number: Number('2019061122222222122'), sub: '1900100061', ...ids } },
				{ json: { number: 'spread3', sub: Number('19001000621234567890'), ...ids } },
				{ json: { number: 1.5, sub: '1900100063', ...ids } },
			],
			createFromIds(),
		);
		expect(jsonOf(result.main[0])).toMatchObject([
			{ out_apply_no: '20190611222', sub_mchid: '1900100060' },
		]);
		expect(bench.sandbox.applications.get('20190611222')?.sub_mchid).toBe('1900100060');
		for (const index of [1, 2, 3]) {
			const { message, details } = errorOf(result, index)!;
			expect(message).toMatch(
				/^("Out Apply No\."|"Sub-Merchant ID") is the number .* has lost digits or is not an integer\. Enter it as text/,
			);
			expect(details.not_sent).toBe(true);
		}
		expect(bench.since(mark)).toEqual([`POST ${CREATE} 200`]);
	});
});

describe('failed item', () => {
	const bad = 1;
	const items = async (prefix: string, first: number) => {
		const [a, , c] = await withIds(bench, [`${prefix}1`, `${prefix}2`, `${prefix}3`], first);
		const noSuch = { json: { ...a!.json, number: `${prefix}2`, sub: '1900999999' } };
		return [a!, noSuch, c!];
	};

	it('goes to the error output with exactly three additional keys', async () => {
		const input = await items('branch', 70);
		const { main } = await bench.run(input, createFromIds());
		expect(jsonOf(main[0]).map((json) => json.out_apply_no)).toEqual(['branch1', 'branch3']);
		const added = Object.keys(main[1]![0]!.json).filter((key) => !(key in input[bad]!.json));
		expect(added.sort()).toEqual(['details', 'error', 'message']);
		expect(main[1]![0]!.pairedItem).toEqual({ item: bad });
	});

	it('stays in place in the output with continueRegularOutput', async () => {
		const { main } = await bench.run(await items('regular', 80), createFromIds(), {
			nodeOptions: { onError: 'continueRegularOutput' },
		});
		expect(main[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		const { json } = main[0]![bad]!;
		expect(Object.keys(json).sort()).toEqual(['details', 'error', 'message']);
		expect(json.error).toBe('WeChat Pay refused: INVALID_REQUEST: 服务商或子商户不存在');
		expect(json.message).toBe(
			`${String(json.error)}. ${String((json.details as { hint: string }).hint)}`,
		);
		expect(main[0]![2]!.json.out_apply_no).toBe('regular3');
	});

	it('stops the workflow with its index and the number of completed items', async () => {
		const input = [...(await items('stop', 90)), ...(await withIds(bench, ['stop4'], 95))];
		const { error, run, main } = await bench.run(
			input,
			createFromIds({ batching: { batch: { batchSize: 1 } } }),
			{ nodeOptions: {} },
		);
		expect(run.status).toBe('error');
		expect(main[0]).toEqual([]);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'WeChat Pay refused: INVALID_REQUEST: 服务商或子商户不存在',
			context: { itemIndex: bad },
		});
		expect(error?.description).toContain('1 of 4 items were done before the run stopped.');
		// What was done is found by the next run; what came after the failure was never sent.
		expect(bench.sandbox.applications.has('stop1')).toBe(true);
		expect(bench.story('stop3')).toEqual([]);
		expect(bench.story('stop4')).toEqual([]);
	});
});

describe('Retry On Fail', () => {
	it('runs all items again and creates no second application', async () => {
		const numbers = ['again1', 'again2', 'again3'];
		const items = numbers.map((number, i) => applicant(number, 100 + i));
		// n8n looks at the first item only.
		bench.sandbox.fault({
			kind: 'answer',
			match: { number: 'again1', path: CREATE, method: 'POST' },
			code: 'PARAM_ERROR',
		});
		const { main } = await bench.run(items, createFromFiles(), {
			nodeOptions: {
				onError: 'continueErrorOutput',
				retryOnFail: true,
				maxTries: 2,
				waitBetweenTries: 1,
			},
		});
		expect(jsonOf(main[0]).map((json) => [json.out_apply_no, json.already_existed])).toEqual([
			['again1', false],
			['again2', true],
			['again3', true],
		]);
		for (const number of numbers) {
			const posts = bench.requestsAbout(number).filter(({ status }) => status === 200);
			expect(posts.filter(({ method }) => method === 'POST')).toHaveLength(1);
		}
		// New uploads make a new body: the server refuses it, and the number is looked up.
		expect(bench.story('again2')).toEqual(['POST 200', 'POST 400', 'GET 200']);
	});
});
