import type { FaultKind, SandboxCredential, SandboxKeys } from '../../sandbox';
import type { EngineItem } from '../../engine';
import {
	type Bench,
	errorOf,
	jsonOf,
	openBench,
	openBenchForEachTest,
	outputOf,
} from '../support/bench';
import { createFromIds, getByNumber, subMchid, withIds } from '../support/cancelApplications';
import { sandboxKeys } from '../support/keys';
import { lookUpPath, onlyCreate } from '../support/paths';

// An answer that WeChat Pay did not sign never becomes data.

let keys: SandboxKeys;
beforeAll(async () => (keys = await sandboxKeys()));

const CERTIFICATES = 'GET /v3/certificates 200';
const byCertificate = (apiV3SecretKey: string): Partial<SandboxCredential> => ({
	verification: 'platformCertificate',
	wechatPayPublicKeyId: '',
	wechatPayPublicKey: '',
	apiV3SecretKey,
});

describe('public key mode', () => {
	const bench = openBench(() => ({ keys }));

	it('requests responses that are signed with the key of the credential', async () => {
		const [item] = await withIds(bench, ['pub1'], 1);
		bench.reset();
		await bench.run([item!], createFromIds());
		await bench.run([item!], getByNumber());
		expect(bench.sent().map(({ method }) => method)).toEqual(['POST', 'GET']);
		for (const { headers } of bench.sent()) {
			expect(headers['wechatpay-serial']).toBe(keys.wechatPayPublicKeyId);
		}
	});

	const faults: Array<[FaultKind, RegExp]> = [
		['unsigned', /carries no WeChat Pay signature/],
		['wrong-signature', /does not fit the key PUB_KEY_ID_/],
		['tampered', /does not fit the key PUB_KEY_ID_/],
		['truncate-consistent', /does not fit the key PUB_KEY_ID_/],
		['stale', /differs from the clock of this machine by five minutes or more/],
		['probe', /deliberately wrong signature/],
		['unknown-serial', /was signed with PUB_KEY_ID_\d+, which the credential does not know/],
	];

	it.each(faults)(
		'returns no data from the response and explains the reason: %s',
		async (kind, message) => {
			const number = `out${kind.replace(/\W/g, '')}`;
			const items = await withIds(
				bench,
				[number],
				10 + faults.findIndex(([name]) => name === kind),
			);
			await bench.run(items, createFromIds());
			bench.sandbox.fault({ kind, count: Infinity });
			const result = await bench.run(items, getByNumber({ maxAttempts: 1 }));
			expect(jsonOf(result.main[0])).toEqual([]);
			const { error, details } = errorOf(result, 0)!;
			expect(error).toMatch(message);
			expect(JSON.stringify([error, details])).not.toContain('REVIEWING');
			expect(details).toMatchObject({
				httpStatus: 200,
				requestId: bench.sandbox.requests.at(-1)!.requestId,
			});
		},
	);

	// One look at each of the faults that a second try survives; the others end the run (stop.test.ts).
	const passing: FaultKind[] = ['unsigned', 'truncate-consistent', 'stale', 'probe'];

	it.each(passing)('repeats a GET and looks up the result of a POST: %s', async (kind) => {
		const number = `look${kind.replace(/\W/g, '')}`;
		const items = await withIds(bench, [number], 20 + passing.indexOf(kind));
		bench.sandbox.fault({ kind, match: { path: onlyCreate } });
		const created = await bench.run(items, createFromIds());
		expect(outputOf(created, 0)).toMatchObject({ out_apply_no: number, already_existed: false });
		expect(bench.story(number)).toEqual(['POST 200', 'GET 200']);

		bench.sandbox.fault({ kind, match: { path: lookUpPath(number) } });
		const found = await bench.run(items, getByNumber());
		expect(outputOf(found, 0)).toMatchObject({ out_apply_no: number });
		expect(bench.story(number)).toEqual(['POST 200', 'GET 200', 'GET 200', 'GET 200']);
	});
});

describe('platform certificate mode', () => {
	const bench = openBenchForEachTest(() => ({
		keys: { ...keys, mchid: '1900007292' },
		platformCertificates: 1,
	}));

	const certificateMode = () => byCertificate(keys.apiV3SecretKey);
	const numbers = Array.from({ length: 15 }, (_, i) => `cert${i}`);
	const downloads = () => bench.since(0).filter((line) => line === CERTIFICATES).length;

	it('downloads the certificates once for many items, and not again in the next run', async () => {
		const items = await withIds(bench, numbers, 1);
		const parameters = createFromIds({ batching: { batch: { batchSize: 15 } } });
		const { main } = await bench.run(items, parameters, { credential: certificateMode() });
		expect(main[0]).toHaveLength(15);
		expect(downloads()).toBe(1);
		await bench.run(items, getByNumber(), { credential: certificateMode() });
		expect(downloads()).toBe(1);
	});

	it('downloads the certificates once more if WeChat Pay has a new one', async () => {
		const items = await withIds(bench, numbers, 1);
		await bench.run(items, createFromIds(), { credential: certificateMode() });
		const [old] = bench.sandbox.keys.platformCertificates;
		await bench.sandbox.addPlatformCertificate();
		bench.sandbox.retirePlatformCertificate(old!.serial);
		const parameters = getByNumber({ batching: { batch: { batchSize: 15 } } });
		const { main } = await bench.run(items, parameters, { credential: certificateMode() });
		expect(main[0]).toHaveLength(15);
		expect(downloads()).toBe(2);
	});

	it('fails after one more download if the serial number stays unknown', async () => {
		const items = await withIds(bench, numbers, 1);
		await bench.run(items, createFromIds(), { credential: certificateMode() });
		bench.sandbox.fault({ kind: 'unknown-serial', match: { path: '/v3/ecommerce' }, count: 99 });
		const result = await bench.run(items, getByNumber(), { credential: certificateMode() });
		expect(result.main[1]).toHaveLength(15);
		expect(errorOf(result, 0)?.error).toMatch(
			/signed with \w+, which the credential does not know/,
		);
		expect(downloads()).toBe(2);
	});

	it('succeeds if the first downloads of a new certificate fail', async () => {
		const [item] = await withIds(bench, ['cert1'], 1);
		await bench.run([item!], createFromIds(), { credential: certificateMode() });
		const [old] = bench.sandbox.keys.platformCertificates;
		await bench.sandbox.addPlatformCertificate();
		bench.sandbox.retirePlatformCertificate(old!.serial);
		bench.sandbox.fault({ kind: '500-before', match: { path: '/v3/certificates' }, count: 2 });
		const { main } = await bench.run([item!], getByNumber({ maxAttempts: 2 }), {
			credential: certificateMode(),
		});
		expect(jsonOf(main[0])).toMatchObject([{ out_apply_no: 'cert1' }]);
	});

	it('stops on a wrong APIv3 key before anything else is sent', async () => {
		const items = await withIds(bench, numbers, 1);
		const mark = bench.mark;
		const result = await bench.run(items, createFromIds(), {
			credential: byCertificate('x'.repeat(32)),
		});
		expect(bench.since(mark)).toEqual([CERTIFICATES]);
		for (const [i] of items.entries()) {
			const { error, details } = errorOf(result, i)!;
			expect(error).toBe('"APIv3 Secret Key" does not decrypt the platform certificates');
			expect(details.not_sent).toBe(true);
		}
	});

	it('rejects an unsigned download', async () => {
		const items = await withIds(bench, ['cert1'], 1);
		const mark = bench.mark;
		bench.sandbox.fault({ kind: 'unsigned', match: { path: '/v3/certificates' }, count: 9 });
		const result = await bench.run(items, createFromIds({ maxAttempts: 2 }), {
			credential: certificateMode(),
		});
		expect(errorOf(result, 0)).toMatchObject({
			error: expect.stringContaining('no WeChat Pay signature') as string,
			details: { not_sent: true },
		});
		expect(bench.since(mark)).toEqual([CERTIFICATES, CERTIFICATES]);
	});

	it("names both fields if the merchant's serial number is that of a platform certificate", async () => {
		const { serial } = bench.sandbox.keys.platformCertificates[0]!;
		const items = await withIds(bench, ['cert1'], 1);
		const result = await bench.run(items, createFromIds(), {
			credential: { ...certificateMode(), serial },
		});
		// The server refuses it before a certificate comes back: its own sentence names both fields.
		expect(errorOf(result, 0)?.message).toMatch(
			/"Merchant Certificate Serial Number".*"Merchant ID"/,
		);
	});
});

describe('merchant during the migration', () => {
	const bench = openBenchForEachTest(() => ({ keys }));
	const moving = { platformCertificates: 1, migration: 'notStarted' } as const;

	it('without platform certificates is told to use the public key', async () => {
		const items = await withIds(bench, ['none1', 'none2'], 1);
		const mark = bench.mark;
		const result = await bench.run(items, createFromIds(), {
			credential: byCertificate(keys.apiV3SecretKey),
		});
		expect(errorOf(result, 1)?.message).toMatch(
			/^This merchant has no valid WeChat Pay platform certificate\. Choose "Public Key" under "Response Verification"/,
		);
		expect(bench.since(mark)).toEqual(['GET /v3/certificates 404']);
	});

	it('with the public key and the APIv3 key accepts responses that a certificate signed', async () => {
		await bench.replaceSandbox({ keys, ...moving });
		const items = ['move1', 'move2', 'move3'].map((number, i) => knownForms(bench, number, i));
		const credential = { apiV3SecretKey: keys.apiV3SecretKey };
		const mark = bench.mark;
		const { main } = await bench.run(items, createFromIds(), { credential });
		expect(jsonOf(main[0]).map((json) => json.already_existed)).toEqual([false, false, false]);
		expect(bench.since(mark).filter((line) => line === CERTIFICATES)).toHaveLength(1);
	});

	it('with the public key alone is told to add the APIv3 key', async () => {
		await bench.replaceSandbox({ keys, ...moving });
		const { serial } = bench.sandbox.keys.platformCertificates[0]!;
		const items = [knownForms(bench, 'alone', 1)];
		const mark = bench.mark;
		const result = await bench.run(items, createFromIds());
		const { message, details } = errorOf(result, 0)!;
		expect(message).toContain(`was signed with ${serial}`);
		expect(message).toContain('enter "APIv3 Secret Key" too');
		// The credential has to be corrected; what the one POST did is found with the same number then.
		expect(details.outcome).toBe('unknown');
		expect(bench.since(mark)).toHaveLength(1);
		const again = await bench.run(items, createFromIds(), {
			credential: { apiV3SecretKey: keys.apiV3SecretKey },
		});
		expect(outputOf(again, 0)).toMatchObject({ out_apply_no: 'alone', already_existed: true });
	});

	it('without verification accepts unsigned responses', async () => {
		const items = await withIds(bench, ['open1'], 1);
		bench.sandbox.fault({ kind: 'unsigned', count: Infinity });
		const none = {
			verification: 'none',
			wechatPayPublicKey: '',
			wechatPayPublicKeyId: '',
		} as const;
		const { main } = await bench.run(items, createFromIds(), { credential: none });
		expect(jsonOf(main[0])).toMatchObject([{ out_apply_no: 'open1', already_existed: false }]);
	});
});

/** An input whose forms the sandbox knows, although no upload could be verified. */
function knownForms(bench: Bench, number: string, index: number): EngineItem {
	const { id } = bench.sandbox.state.addMedia('cancel', 'form.jpg', '0'.repeat(64), 10);
	return { json: { number, sub: subMchid(index), sp: id, subForm: id } };
}
