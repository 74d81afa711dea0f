import type { FaultKind } from '../../sandbox';
import type { EngineResult } from '../../engine';
import { errorOf, jsonOf, openBenchForEachTest } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	subMchid,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { pemPair } from '../support/keys';

// A credential that is wrong is found out once, not once for each item; an accident stops nothing.

const foreign = pemPair('foreign');

const bench = openBenchForEachTest();

const SIZE = 100;
const hundred = () =>
	Array.from({ length: SIZE }, (_, i) => ({
		json: { number: `stop${i}`, sub: subMchid(i), sp: 'V1_a', subForm: 'V1_b' },
	}));

/** All items but those that were sent fail with one sentence, and say that nothing of them was sent. */
function expectStopped(result: EngineResult, sent: number, sentence: RegExp) {
	expect(jsonOf(result.main[0])).toEqual([]);
	expect(result.main[1]).toHaveLength(SIZE);
	const errors = result.main[1]!.map((_, i) => errorOf(result, i)!);
	expect(errors.filter(({ details }) => details.not_sent === true)).toHaveLength(SIZE - sent);
	const said = new Set(errors.slice(sent).map(({ message }) => message));
	expect(said.size).toBe(1);
	expect([...said][0]).toMatch(sentence);
}

describe('run of many items', () => {
	it('sends one request with a private key that does not belong to the serial number', async () => {
		const result = await bench.run(hundred(), createFromIds(), {
			credential: { privateKey: foreign.privateKey },
		});
		expect(bench.mark).toBe(1);
		expectStopped(result, 1, /SIGN_ERROR.*Check that "Merchant Private Key" is the key/);
	});

	it('sends one request with a wrong private key and images to upload', async () => {
		const items = hundred().map(({ json }) => withForms(json));
		const result = await bench.run(items, createFromFiles(), {
			credential: { privateKey: foreign.privateKey },
		});
		expect(bench.since(0)).toHaveLength(1);
		expectStopped(result, 1, /SIGN_ERROR/);
	});

	it('sends at most two requests with a public key ID that WeChat Pay does not know', async () => {
		const result = await bench.run(hundred(), createFromIds(), {
			credential: { wechatPayPublicKeyId: `PUB_KEY_ID_${'1'.padStart(34, '0')}` },
		});
		expect(bench.since(0).length).toBeLessThanOrEqual(2);
		expectStopped(result, 1, /Wechatpay-Serial.*does not know the public key ID/);
	});

	it('sends one request with a wrong public key, and the next run finds its application', async () => {
		const items = await withIds(
			bench,
			hundred().map(({ json }) => json.number),
		);
		const mark = bench.mark;
		const result = await bench.run(items, createFromIds(), {
			credential: { wechatPayPublicKey: foreign.publicKey },
		});
		expect(bench.since(mark)).toHaveLength(1);
		expectStopped(result, 1, /does not fit the key PUB_KEY_ID_.*copy "WeChat Pay Public Key"/);
		expect(errorOf(result, 0)?.details.outcome).toBe('unknown');

		// Once it is right, the same batch goes through, and knows what the one request did.
		const again = await bench.run(items, createFromIds());
		const existed = jsonOf(again.main[0]).map((json) => json.already_existed);
		expect(existed).toEqual([true, ...Array<boolean>(SIZE - 1).fill(false)]);
	});

	it('sends one request with a serial number that WeChat Pay does not know', async () => {
		const result = await bench.run(hundred(), getByNumber(), {
			credential: { serial: 'ABCDEF0123456789' },
		});
		expect(bench.mark).toBe(1);
		expectStopped(result, 1, /商户证书序列号有误/);
	});

	it('reports a wrong public key ID', async () => {
		const result = await bench.run(hundred().slice(0, 3), getByNumber(), {
			credential: { wechatPayPublicKeyId: 'PUB_KEY_ID_0123' },
		});
		expect(errorOf(result, 0)?.message).toMatch(
			/Wechatpay-Serial.*does not know the public key ID/,
		);
	});

	it('sends one request with a credential that was valid in the previous run', async () => {
		const items = await withIds(
			bench,
			hundred().map(({ json }) => json.number),
		);
		await bench.run(items.slice(0, 1), getByNumber());
		bench.sandbox.fault({ kind: 'answer', status: 401, code: 'SIGN_ERROR', count: Infinity });
		const mark = bench.mark;
		const result = await bench.run(items, createFromIds({ batching: { batch: { batchSize: 7 } } }));
		expect(bench.since(mark)).toHaveLength(1);
		expectStopped(result, 1, /SIGN_ERROR/);
	});

	it('stops if the clock becomes wrong during the run', async () => {
		const items = await withIds(
			bench,
			hundred().map(({ json }) => json.number),
		);
		bench.sandbox.fault({ kind: 'stale', nth: 20, count: Infinity });
		const result = await bench.run(items, createFromIds({ batching: { batch: { batchSize: 1 } } }));
		const done = jsonOf(result.main[0]).length;
		expect(done).toBeGreaterThan(10);
		expect(done).toBeLessThan(20);
		const last = errorOf(result, SIZE - 1)!;
		expect(last.details.not_sent).toBe(true);
		expect(last.message).toMatch(/clock of the machine that runs n8n/);
	});
});

describe('faulty response', () => {
	const accidents: FaultKind[] = ['probe', 'stale', 'unsigned', 'truncate-consistent', 'truncate'];

	it.each(accidents)(
		'does not stop the run, even if it is the first response (%s)',
		async (kind) => {
			const items = await withIds(bench, ['a0', 'a1', 'a2', 'a3', 'a4']);
			bench.sandbox.fault({ kind });
			bench.sandbox.fault({ kind, nth: 3 });
			const { main } = await bench.run(
				items,
				createFromIds({ batching: { batch: { batchSize: 1 } } }),
			);
			expect(main[0]).toHaveLength(5);
		},
	);

	it.each(['wrong-signature', 'tampered'] as const)(
		'does not stop the run after a verified response (%s)',
		async (kind) => {
			const items = await withIds(bench, ['a0', 'a1', 'a2']);
			bench.sandbox.fault({ kind, nth: 2 });
			const { main } = await bench.run(
				items,
				createFromIds({ batching: { batch: { batchSize: 1 } } }),
			);
			expect(main[0]).toHaveLength(3);
		},
	);

	it.each(['probe', 'stale', 'unsigned', 'tampered'] as const)(
		'stops the run after three in a row: %s',
		async (kind) => {
			const numbers = Array.from({ length: 30 }, (_, i) => `row${i}`);
			const items = await withIds(bench, numbers);
			await bench.run(items.slice(0, 1), createFromIds());
			const parameters = getByNumber({ batching: { batch: { batchSize: 1 } }, maxAttempts: 1 });
			// The first one is verified, so that none of the three is the first of the run.
			bench.sandbox.fault({ kind, nth: 2, count: Infinity });
			const mark = bench.mark;
			const result = await bench.run(Array(30).fill(items[0]!), parameters);
			expect(result.main[0]).toHaveLength(1);
			expect(bench.since(mark)).toHaveLength(4);
			expect(errorOf(result, 29)?.details.not_sent).toBe(true);
		},
	);

	it('does not stop the run if it refuses one item', async () => {
		const items = await withIds(bench, ['b0', 'b1', 'b2']);
		bench.sandbox.fault({ kind: 'answer', status: 403, code: 'NO_AUTH', match: { number: 'b0' } });
		const { main } = await bench.run(items, createFromIds());
		expect(main[0]).toHaveLength(2);
	});
});
