/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { Sandbox, generateKeys, parseFaults } from '../../sandbox';
import type {
	Media,
	RequestLogEntry,
	SandboxCredential,
	SandboxKeys,
	SandboxOptions,
} from '../../sandbox';

/** What the sandbox starts anew with. */
export interface Conditions {
	/** Speaks HTTPS, as localhost. */
	tls?: SandboxOptions['tls'];
	/** As `npm run sandbox -- --faults` takes it. */
	faults?: string;
	seed?: number;
	/** What sub-merchants have in their basic account, in fen. */
	available?: Record<string, number>;
}

/** What became of the money of the sub-merchants. */
export interface Money {
	/** What is in the basic accounts, in fen. */
	available: Record<string, number>;
	withdrawals: Array<{
		number: string;
		subMchid: string;
		withdrawId: string;
		status: string;
		amount: number;
	}>;
}

/** What WeChat Pay would know, had it been told what the sandbox was told. */
export interface Truth {
	applications: Array<{
		number: string;
		subMchid: string;
		state: string;
		/** The last change, in seconds since 1970. */
		updated: number;
		materials: Array<{ type: string; mediaId: string; digest: string }>;
	}>;
	/** Digests by media id. */
	media: Record<string, string>;
	/** Media ids that were only ever told in an answer that cannot be verified. */
	doubtfulMedia: string[];
}

export interface Counts {
	requests: number;
	/** The most requests that arrived within one second. */
	busiestSecond: number;
	/** How often each fault was played. */
	faults: Record<string, number>;
	/** What arrived since the counts were asked for last: numbers, and digests of images. */
	touched: string[];
}

/** What the child can be asked, and what it answers. */
export interface Questions {
	/** Forgets everything. */
	start: { with: Conditions; answer: SandboxCredential };
	/** Books first what is still to be booked late. */
	truth: { with: Record<string, never>; answer: Truth };
	/** How many applications there are. */
	size: { with: Record<string, never>; answer: number };
	counts: { with: Record<string, never>; answer: Counts };
	/** Books first what is still to be booked late. */
	money: { with: Record<string, never>; answer: Money };
	/** How many withdrawals there are. */
	withdrawn: { with: Record<string, never>; answer: number };
}

export interface Question {
	id: number;
	ask: keyof Questions;
	with: Conditions;
}

export type Answer = { id: number; answer: unknown } | { id: number; error: string };

/** Faults after which the client has a whole answer that it must not believe, or a part of one. */
const DOUBTFUL = new Set([
	'truncate',
	'truncate-consistent',
	'unsigned',
	'wrong-signature',
	'stale',
	'unknown-serial',
	'probe',
	'tampered',
	'repeated-nonce',
]);
const DAY_MS = 24 * 3600 * 1000;

/** A sandbox that marks what must not be believed, so that it can be told if it was. */
class Watched {
	private readonly doubtful = new Set<string>();
	private touched = new Set<string>();
	private readonly media: Iterator<Media>;
	private mediaSeen = 0;

	private constructor(readonly sandbox: Sandbox) {
		this.media = sandbox.media.values();
	}

	/** @param port the one before, so that a client has the same credential as before */
	static async start(conditions: Conditions, keys: SandboxKeys, port?: number): Promise<Watched> {
		const sandbox = await Sandbox.start({
			keys,
			port,
			tls: conditions.tls,
			host: conditions.tls && 'localhost',
			faults: parseFaults(conditions.faults ?? 'none'),
			seed: conditions.seed,
			onRequest: (entry) => watched.note(entry),
		});
		const watched = new Watched(sandbox);
		for (const [number, available] of Object.entries(conditions.available ?? {})) {
			sandbox.setSubMerchant(number, { balances: { BASIC: { available, pending: 0 } } });
		}
		return watched;
	}

	get port(): number {
		return Number(new URL(this.sandbox.credential().customHost).port);
	}

	/** Called when an answer is made and has not left yet. */
	private note({ number, digest, fault }: RequestLogEntry): void {
		const { applications, media } = this.sandbox;
		const isDoubtful = fault !== undefined && DOUBTFUL.has(fault);
		for (; this.mediaSeen < media.size; this.mediaSeen++) {
			const { id } = this.media.next().value as Media;
			if (isDoubtful) this.doubtful.add(id);
		}
		if (digest !== undefined) this.touched.add(digest);
		if (number === undefined) return;
		this.touched.add(number);
		// The time that this answer tells is from now on no longer the right one.
		const application = applications.get(number);
		if (application && isDoubtful) application.updated += DAY_MS;
	}

	truth(): Truth {
		this.sandbox.settle();
		const { applications, media } = this.sandbox;
		return {
			applications: [...applications.values()].map((application) => ({
				number: application.number,
				subMchid: application.sub_mchid,
				state: application.state,
				updated: Math.floor(application.updated / 1000),
				materials: application.materials.map((material) => ({
					type: material.application_type,
					mediaId: material.application_media_id,
					digest: material.digest,
				})),
			})),
			media: Object.fromEntries([...media.values()].map(({ id, digest }) => [id, digest])),
			doubtfulMedia: [...this.doubtful],
		};
	}

	money(): Money {
		this.sandbox.settle();
		const { closing } = this.sandbox.state;
		const available = [...this.sandbox.subMerchants].map(([number, { balances }]) => [
			number,
			balances.BASIC?.available ?? 0,
		]);
		return {
			available: Object.fromEntries(available) as Money['available'],
			withdrawals: [...closing.withdrawals.values()].map(
				({ number, sub_mchid: subMchid, withdrawId, status, amount }) => ({
					number,
					subMchid,
					withdrawId,
					status,
					amount,
				}),
			),
		};
	}

	counts(): Counts {
		const { requests } = this.sandbox;
		const faults: Record<string, number> = {};
		for (const { fault } of requests) if (fault) faults[fault] = (faults[fault] ?? 0) + 1;
		const touched = [...this.touched];
		this.touched = new Set();
		return { requests: requests.length, busiestSecond: busiestSecond(requests), faults, touched };
	}
}

function busiestSecond(requests: readonly RequestLogEntry[]): number {
	const times = requests.map(({ time }) => time).sort((a, b) => a - b);
	let most = 0;
	for (let first = 0, last = 0; last < times.length; last++) {
		while (times[last] - times[first] >= 1000) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}

const keys = generateKeys();
let watched: Watched | undefined;

async function answer(question: Question): Promise<unknown> {
	if (question.ask === 'start') {
		const port = watched?.port;
		await watched?.sandbox.stop();
		watched = await Watched.start(question.with, await keys, port);
		return watched.sandbox.credential();
	}
	if (!watched) throw new Error('The sandbox was not started.');
	if (question.ask === 'size') return watched.sandbox.applications.size;
	if (question.ask === 'withdrawn') return watched.sandbox.state.closing.withdrawals.size;
	if (question.ask === 'money') return watched.money();
	return question.ask === 'truth' ? watched.truth() : watched.counts();
}

process.on('message', (question: Question) => {
	const { id } = question;
	const say = (said: Answer) => process.send?.(said);
	answer(question).then(
		(told) => say({ id, answer: told }),
		(error: unknown) => say({ id, error: String(error) }),
	);
});
// Whoever started it is gone: nobody else would end it.
process.on('disconnect', () => process.exit());
