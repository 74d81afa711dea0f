import type { EngineResult } from '../../engine';
import { errorOf, jsonOf, openBenchForEachTest, outputOf } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	isNew,
	refuses,
	subMchid,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { CREATE, onlyCreate } from '../support/paths';
import { until } from '../support/wait';

describe('Create Cancel Application in overlapping or repeated runs', () => {
	const bench = openBenchForEachTest();

	const batch = (size: number) =>
		Array.from({ length: size }, (_, i) => withForms({ number: `run${i}`, sub: subMchid(i) }));
	const creates = () =>
		bench.sandbox.requests.filter(
			({ path, method, status }) => method === 'POST' && path === CREATE && status === 200,
		);
	const already = ({ main }: EngineResult) =>
		jsonOf(main[0]).map((json) => json.already_existed as boolean);

	it('finds the existing applications if the same batch runs again', async () => {
		const parameters = createFromFiles();
		expect(already(await bench.run(batch(5), parameters))).toEqual(Array(5).fill(false));
		const before = structuredClone([...bench.sandbox.applications.values()]);
		expect(already(await bench.run(batch(5), parameters))).toEqual(Array(5).fill(true));
		expect(creates()).toHaveLength(5);
		const materials = [...bench.sandbox.applications.values()].map((one) => one.materials);
		expect(materials).toEqual(before.map((one) => one.materials));
	});

	it('looks up the application after a timeout', async () => {
		const [item] = await withIds(bench, ['late']);
		bench.sandbox.fault({ kind: 'delay', ms: 20_000, match: { path: onlyCreate } });
		const result = await bench.run([item!], createFromIds({ timeout: 800 }));
		expect(outputOf(result, 0)).toMatchObject(isNew);
		expect(bench.story('late').join(', ')).toMatch(/^POST 200(, GET 200)+$/);
	});

	it('creates the applications after a run that ended between upload and create', async () => {
		const parameters = createFromFiles();
		bench.sandbox.fault({ kind: 'cut-before', match: { path: onlyCreate }, count: Infinity });
		const death = new AbortController();
		const dying = bench.run(batch(3), parameters, { cancelSignal: death.signal });
		await until(() => bench.mark > bench.sandbox.media.size);
		death.abort();
		await dying;
		bench.sandbox.clearFaults();
		const uploaded = bench.sandbox.media.size;
		expect(uploaded).toBeGreaterThan(0);
		expect(bench.sandbox.applications.size).toBe(0);

		expect(already(await bench.run(batch(3), parameters))).toEqual(Array(3).fill(false));
		expect(bench.sandbox.applications.size).toBe(3);
		expect(bench.sandbox.media.size).toBe(uploaded + 6);
	});

	it('rejects the same number for another sub-merchant in one run', async () => {
		const items = await withIds(bench, ['twice', 'twice']);
		const result = await bench.run(items, createFromIds());
		expect(already(result)).toEqual([false]);
		expect(errorOf(result, 1)?.error).toBe(
			`"Out Apply No." twice belongs to sub-merchant ${subMchid(0)}, not to ${subMchid(1)}`,
		);
	});

	it.each([
		['cut before it acted', { kind: 'cut-before' }],
		['that it exists', { ...refuses('申请单已存在', 'ALREADY_EXISTS', 409) }],
	] as const)('waits one and three seconds before repeated look-ups: %s', async (_what, fault) => {
		bench.sandbox.fault({ ...fault, match: { path: onlyCreate } });
		await bench.run(await withIds(bench, ['waits']), createFromIds());
		expect(bench.waits).toEqual([1000, 3000]);
	});

	it('processes three items with the same number one after the other', async () => {
		bench.sandbox.latency = 50;
		const items = Array.from({ length: 3 }, () => withForms({ number: 'same', sub: subMchid(1) }));
		const result = await bench.run(items, createFromFiles());
		expect(already(result)).toEqual([false, true, true]);
		// Not one upload of the next before the one before was done.
		const kinds = bench.sandbox.requests.map(({ path, method }) =>
			path.endsWith('/media') ? 'upload' : method,
		);
		expect(kinds.join(' ')).toBe(
			'upload upload POST upload upload POST GET upload upload POST GET',
		);
	});

	it('returns the first response if the server accepts the same body again', async () => {
		await bench.replaceSandbox({ sameBody: 'accept' });
		const items = await withIds(bench, ['accept1', 'accept2'], 1);
		await bench.run(items, createFromIds());
		bench.sandbox.move('accept2', { state: 'REJECTED', reason: '印章不清晰' });
		const result = await bench.run(items, createFromIds());
		expect(outputOf(result, 0)).toMatchObject({ cancel_state: 'REVIEWING' });
		// Nobody knows that it existed: the answer is the one of the first time.
		expect(outputOf(result, 0)).toMatchObject({ already_existed: false });
		// A rejected application that comes back as the answer to a create is not a success.
		expect(errorOf(result, 1)?.message).toMatch(/accept2 was rejected: 印章不清晰.*new number/);
		// Fail looks first, so it need not wait for a refusal that never comes.
		const fails = await bench.run(items, createFromIds({ ifExists: 'fail' }));
		expect(errorOf(fails, 0)?.error).toBe('"Out Apply No." accept1 already exists (REVIEWING)');
		expect(errorOf(fails, 0)?.details).toMatchObject({ code: 'ALREADY_EXISTS' });
		expect(bench.story('accept1')).toEqual(['POST 200', 'POST 200', 'GET 200']);
	});

	it('uploads nothing with If Exists: Fail if the number exists', async () => {
		const items = batch(2);
		await bench.run([items[0]!], createFromFiles());
		const uploaded = bench.sandbox.media.size;
		const result = await bench.run(items, createFromFiles({ ifExists: 'fail' }));
		expect(errorOf(result, 0)?.error).toBe('"Out Apply No." run0 already exists (REVIEWING)');
		expect(errorOf(result, 0)?.details).not.toHaveProperty('media_ids');
		expect(outputOf(result, 1)).toMatchObject({ already_existed: false, media_ids: [{}, {}] });
		expect(bench.sandbox.media.size).toBe(uploaded + 2);
	});

	it('reports a failed upload without an unknown outcome', async () => {
		bench.sandbox.fault({ kind: 'cut-before', match: { path: /media$/ }, count: Infinity });
		const result = await bench.run(batch(1), createFromFiles({ maxAttempts: 1 }));
		expect(errorOf(result, 0)?.error).toMatch(/^The connection to .* was cut/);
		expect(errorOf(result, 0)?.details).not.toHaveProperty('outcome');
		expect(creates()).toEqual([]);
	});

	it('returns already_existed: false if this run may have created the application', async () => {
		const items = await withIds(bench, ['retry']);
		await bench.run(items, createFromIds());
		// WeChat Pay asks to come back, and then says that the number exists: perhaps because of that.
		const busy = refuses('系统异常，请求稍后重试', 'BIZ_ERR_NEED_RETRY');
		bench.sandbox.fault({ ...busy, match: { path: onlyCreate } });
		expect(already(await bench.run(items, createFromIds()))).toEqual([false]);
		// After a 429, which is not acted on, it is known.
		bench.sandbox.fault({ kind: '429', match: { path: onlyCreate } });
		expect(already(await bench.run(items, createFromIds()))).toEqual([true]);
	});

	it('creates one application per item in two concurrent executions', async () => {
		bench.sandbox.latency = 5;
		const parameters = createFromFiles();
		const runs = [1, 2].map(async () => await bench.run(batch(12), parameters));
		const [first, second] = (await Promise.all(runs)).map(already);
		expect(bench.sandbox.applications.size).toBe(12);
		expect(creates()).toHaveLength(12);
		// Whoever was later found what the other had made.
		expect(first).toHaveLength(12);
		expect(second).toEqual(first!.map((existed) => !existed));
	});
});
