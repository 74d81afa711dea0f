import { Certificates } from '../../nodes/WechatPay/client/certificates';
import type { Attempts, Check } from '../../nodes/WechatPay/client/attempts';
import type { ApiResponse } from '../../nodes/WechatPay/client/exchange';
import type { Cause } from '../../nodes/WechatPay/failure/cause';
import { CallError, InputError } from '../../nodes/WechatPay/failure/errors';
import type { PlatformCertificate } from '../../nodes/WechatPay/protocol/certificates';
import { newAccount } from '../support/accounts';
import { API_V3_KEY, SERIALS, certificateList } from '../support/platformCertificates';
import { rejection } from '../support/refusal';

// When platform certificates are downloaded, who waits for it, and what a download that failed leaves.

const HOUR = 60 * 60 * 1000;
const [FIRST, SECOND, THIRD] = SERIALS;

const listing = (...serials: string[]): ApiResponse => ({
	status: 200,
	headers: {},
	body: Buffer.from(certificateList(...serials)),
});
const refused = (status: number, code: string): CallError =>
	new CallError({ kind: 'refused', status, code, message: 'm', issue: '', isVerified: false });
const notFound = refused(404, 'RESOURCE_NOT_EXISTS');

/** Downloads that come to this, one after the other; the last one again and again. */
function open(
	outcomes: Array<ApiResponse | CallError>,
	{
		account = newAccount({ trust: { mode: 'platformCertificate', apiV3Key: API_V3_KEY } }),
		verdict = (): Cause | undefined => undefined,
	} = {},
) {
	const paths: string[] = [];
	/** Holds a download up until it is called. */
	let release: (() => void) | undefined;
	let held: Promise<void> | undefined;
	const attempts = {
		run: async ({ path }: { path: string }, _trace: unknown, check: Check) => {
			paths.push(path);
			await held;
			const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
			if (outcome === undefined || outcome instanceof Error) throw outcome;
			const cause = await check(outcome);
			if (cause) throw new CallError(cause);
			return outcome;
		},
	} as unknown as Attempts;
	const judged: string[][] = [];
	const certificates = new Certificates(account, attempts, (_answer, fresh) => {
		judged.push(serialsOf(fresh));
		return verdict();
	});
	return {
		account,
		certificates,
		judged,
		paths,
		known: () => serialsOf(certificates.known),
		hold: () => (held = new Promise<void>((resolve) => (release = resolve))),
		release: () => release?.(),
	};
}

const serialsOf = (certificates: PlatformCertificate[]) => certificates.map(({ serial }) => serial);

beforeEach(() => {
	jest.useFakeTimers({ now: Date.parse('2026-06-01') });
});
afterEach(() => {
	jest.useRealTimers();
});

describe('a certificate download', () => {
	it('runs once before the first request and is shared by all waiting requests', async () => {
		const { certificates, paths, known, judged, hold, release } = open([listing(FIRST)]);
		expect(known()).toEqual([]);
		void hold();
		const all = [certificates.prepare(), certificates.prepare(), certificates.prepare()];
		release();
		await Promise.all(all);
		await certificates.prepare();
		expect(paths).toEqual(['/v3/certificates']);
		expect(known()).toEqual([FIRST]);
		// The keys that came with the answer prove it.
		expect(judged).toEqual([[FIRST]]);
	});

	it('is reused by the next run with the same credential only', async () => {
		const first = open([listing(FIRST)]);
		await first.certificates.prepare();
		const next = open([listing(SECOND)], { account: first.account });
		await next.certificates.prepare();
		expect([next.known(), next.paths]).toEqual([[FIRST], []]);
		const other = open([listing(SECOND)]);
		expect(other.known()).toEqual([]);
		await other.certificates.prepare();
		expect(other.known()).toEqual([SECOND]);
	});

	it('is repeated after ten hours', async () => {
		const { certificates, known, paths } = open([listing(FIRST), listing(SECOND)]);
		await certificates.prepare();
		jest.setSystemTime(Date.now() + 10 * HOUR);
		await certificates.prepare();
		expect(paths).toHaveLength(1);
		jest.setSystemTime(Date.now() + 1);
		await certificates.prepare();
		expect(known()).toEqual([SECOND]);
	});
});

describe('an unknown serial number', () => {
	it('causes one download that is shared by all waiting requests', async () => {
		const { certificates, known, paths, hold, release } = open([
			listing(FIRST),
			listing(FIRST, SECOND),
		]);
		await certificates.prepare();
		void hold();
		const first = certificates.refreshFor(SECOND);
		let isSecondDone = false;
		const second = certificates.refreshFor(SECOND).then(() => (isSecondDone = true));
		await jest.advanceTimersByTimeAsync(1000);
		expect(isSecondDone).toBe(false);
		release();
		await Promise.all([first, second]);
		expect(known()).toEqual([FIRST, SECOND]);
		await certificates.refreshFor(SECOND);
		expect(paths).toHaveLength(2);
	});

	it('causes no second download if it stays unknown', async () => {
		const { certificates, paths } = open([listing(FIRST)]);
		await certificates.refreshFor('FF');
		await certificates.refreshFor('FF');
		expect(paths).toHaveLength(1);
		await certificates.refreshFor('FE');
		expect(paths).toHaveLength(2);
	});

	it('causes another download if the first one failed', async () => {
		const { certificates, known, paths } = open([refused(403, 'NO_AUTH'), listing(FIRST)]);
		await expect(certificates.refreshFor(FIRST)).rejects.toThrow(CallError);
		await certificates.refreshFor(FIRST);
		expect(paths).toHaveLength(2);
		expect(known()).toEqual([FIRST]);
	});
});

describe('a failed certificate download', () => {
	it.each<[string, ApiResponse | CallError]>([
		['a merchant without certificates', notFound],
		['an empty list', listing()],
	])('recommends the public key for %s', async (_what, outcome) => {
		const error = await rejection(open([outcome]).certificates.prepare());
		expect(error.message).toBe('This merchant has no valid WeChat Pay platform certificate');
		expect(error.hint).toMatch(/Choose "Public Key" under "Response Verification"/);
	});

	it('passes other refusals on', async () => {
		const error = refused(403, 'NO_AUTH');
		await expect(open([error]).certificates.prepare()).rejects.toBe(error);
	});

	it('reports a wrong APIv3 key', async () => {
		const account = newAccount({
			trust: { mode: 'platformCertificate', apiV3Key: 'x'.repeat(32) },
		});
		const error = await rejection(
			open([listing(FIRST)], { account }).certificates.prepare(),
			'another label',
		);
		expect(error.message).toBe('"APIv3 Secret Key" does not decrypt the platform certificates');
	});

	it('reports a platform certificate that is used as the merchant certificate', async () => {
		const { trust } = open([]).account;
		const account = newAccount({ trust });
		const signer = { ...account.signer, serial: SECOND.toLowerCase() };
		const opened = open([listing(FIRST, SECOND)], { account: { ...account, signer } });
		const error = await rejection(opened.certificates.prepare());
		expect(error.message).toMatch(/^"Merchant Certificate Serial Number" is a WeChat Pay platform/);
		expect(opened.known()).toEqual([]);
	});

	it('stores no certificates from a rejected response', async () => {
		const verdict = (): Cause => ({ kind: 'unreadable', status: 200 });
		const { certificates, known } = open([listing(FIRST)], { verdict });
		await expect(certificates.prepare()).rejects.toThrow(CallError);
		expect(known()).toEqual([]);
	});

	it('keeps the known certificates and is repeated by the next request', async () => {
		const { certificates, known } = open([listing(FIRST), notFound, listing(FIRST, THIRD)]);
		await certificates.prepare();
		jest.setSystemTime(Date.now() + 11 * HOUR);
		await expect(certificates.prepare()).rejects.toThrow(InputError);
		expect(known()).toEqual([FIRST]);
		await certificates.prepare();
		expect(known()).toEqual([FIRST, THIRD]);
	});
});
