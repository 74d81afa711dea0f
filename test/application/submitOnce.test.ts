import { assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { Cause, Refusal } from '../../nodes/WechatPay/failure/cause';
import { CallError, WechatPayError } from '../../nodes/WechatPay/failure/errors';
import { describeError } from '../../nodes/WechatPay/failure/describe';
import {
	submitOnce,
	type Finding,
	type Submission,
	type Submitted,
} from '../../nodes/WechatPay/application/submitOnce';

// Send, look up, judge: every order of events, without a network and without waiting.

const LABEL = '"Out Apply No." A1';

const refusal = (
	kind: Extract<Cause, Refusal>['kind'],
	status: number,
	code: string,
	message: string,
): CallError => new CallError({ kind, status, code, message, issue: '', isVerified: true });
const silent = (reason: 'cut' | 'unreachable', code: string): CallError =>
	new CallError({
		kind: 'noResponse',
		reason,
		host: 'api.mch.weixin.qq.com',
		code,
		timeoutMs: 30_000,
		mayHaveArrived: reason === 'cut',
	});

const cut = silent('cut', 'ECONNRESET');
const untrusted = new CallError({
	kind: 'unverified',
	reason: 'missing',
	serial: '',
	knownSerials: [],
	isConclusive: false,
	status: 200,
});
const invalid = refusal('refused', 400, 'INVALID_REQUEST', 'invalid');
const exists = refusal('refused', 409, 'ALREADY_EXISTS', 'exists');
const wrongField = refusal('refused', 400, 'PARAM_ERROR', 'wrong field');
const noAuth = refusal('refused', 403, 'NO_AUTH', 'not permitted');
const tooMany = refusal('rateLimit', 429, 'RATELIMIT_EXCEEDED', 'too many');
const needRetry = refusal('tryLater', 400, 'BIZ_ERR_NEED_RETRY', 'retry');
const unreachable = silent('unreachable', 'ECONNREFUSED');
const fault = refusal('fault', 500, '', '');
const stopped = new WechatPayError('stopped', 'hint of stopped');
/** The last of several attempts of one call. */
const after = (last: CallError, ...before: CallError[]): CallError =>
	new CallError(
		last.cause,
		before.map(({ cause }) => cause),
	);
const said = (error: unknown): string => describeError(error).message;
const detailsOf = (error: unknown) => describeError(error).details;

const answer = { state: 'answer' };
const done = { state: 'done' };
const notDone = { state: 'notDone' };
const unclear = { state: 'unclear' };
const anothers = { state: 'anothers' };
/** Not known to WeChat Pay. */
const absent = undefined;

interface Script {
	/** What each attempt and each look-up comes to, in order. */
	sends?: Array<IDataObject | Error>;
	looks?: Array<IDataObject | Error | undefined>;
	looksUpFirst?: boolean;
	prepares?: Error;
	accepts?: Error;
	/** The execution is cancelled in the first wait. */
	isCanceled?: boolean;
}

/** Plays a submission to its end. What was done on the way is in `story`, in order. */
async function play({ sends = [], looks = [], ...script }: Script) {
	const story: string[] = [];
	const next = <T>(what: string, list: T[]): Exclude<T, Error> => {
		story.push(what);
		if (list.length === 0) throw new Error(`One ${what} more than expected`);
		const outcome = list.shift() as T;
		if (outcome instanceof Error) throw outcome;
		return outcome as Exclude<T, Error>;
	};
	const judged: boolean[] = [];
	const submission: Submission = {
		label: LABEL,
		looksUpFirst: script.looksUpFirst,
		prepare: async () => {
			story.push('prepare');
			if (script.prepares) throw script.prepares;
		},
		send: async () => next('send', sends),
		accept: () => {
			if (script.accepts) throw script.accepts;
		},
		lookUp: async () => next('look', looks),
		judge: ({ state }, isOwn) => {
			judged.push(isOwn);
			if (state === 'anothers') throw new WechatPayError("another's");
			return state as Finding;
		},
		wait: async (ms) => {
			story.push(String(ms));
			if (script.isCanceled) throw stopped;
		},
	};
	let submitted: Submitted | undefined;
	let error: unknown;
	try {
		submitted = await submitOnce(submission);
	} catch (thrown) {
		error = thrown;
	}
	expect([sends.length, looks.length]).toEqual([0, 0]);
	return { story: story.join(' '), submitted, error: error as WechatPayError, judged };
}

const THRICE = 'look 1000 look 3000 look';
const LOST = `prepare send ${THRICE}`;
const SAME_NUMBER = 'Run again with the same number: that is safe, and finds what was accepted.';
const OPEN = `It is not known whether WeChat Pay accepted ${LABEL}: `;
const REFUSED = '. The second attempt was refused, which does not show the outcome of the first: ';

describe('submitOnce succeeds', () => {
	const succeed = async (script: Script, story: string, expected: Submitted) => {
		const played = await play(script);
		expect(played.error).toBeUndefined();
		expect(played).toMatchObject({ story, submitted: expected });
		// What may be of this call is not said to have existed.
		expect(played.judged.every((isOwn) => isOwn !== expected.alreadyExisted)).toBe(true);
	};
	const sent = { response: answer, alreadyExisted: false };
	const mine = { response: done, alreadyExisted: false };
	const existed = { response: done, alreadyExisted: true };

	it.each<[string, Script, string, Submitted]>([
		['at once', { sends: [answer] }, 'prepare send', sent],
		[
			'not there before',
			{ looksUpFirst: true, looks: [absent], sends: [answer] },
			'look prepare send',
			sent,
		],
		['there before', { looksUpFirst: true, looks: [done] }, 'look', existed],
		['refused as it exists', { sends: [exists], looks: [done] }, 'prepare send look', existed],
		[
			'refused as it exists, and found late',
			{ sends: [exists], looks: [absent, notDone, done] },
			`prepare send ${THRICE}`,
			existed,
		],
		['refused otherwise', { sends: [invalid], looks: [done] }, 'prepare send look', existed],
		[
			'refused after a 429, which was not acted on',
			{ sends: [after(exists, tooMany)], looks: [done] },
			'prepare send look',
			existed,
		],
		[
			'refused after an attempt that may have been acted on',
			{ sends: [after(exists, needRetry, tooMany)], looks: [done] },
			'prepare send look',
			mine,
		],
		['busy to the end', { sends: [needRetry], looks: [done] }, 'prepare send look', mine],
		['lost, and found', { sends: [cut], looks: [done] }, 'prepare send look', mine],
		[
			'lost, and found late',
			{ sends: [cut], looks: [absent, unclear, done] },
			`prepare send ${THRICE}`,
			mine,
		],
	])(
		'in the case: %s',
		async (_name, script, story, expected) => await succeed(script, story, expected),
	);

	it.each<[string, Script, string, Submitted]>([
		['not there', { sends: [cut, answer], looks: [absent, absent, absent] }, `${LOST} send`, sent],
		[
			'not done',
			{ sends: [fault, answer], looks: [notDone, notDone, notDone] },
			`${LOST} send`,
			sent,
		],
		[
			'lost again, and found',
			{ sends: [cut, cut], looks: [absent, absent, absent, done] },
			`${LOST} send look`,
			mine,
		],
		[
			'refused because of the first',
			{ sends: [cut, invalid], looks: [absent, absent, absent, absent, absent, done] },
			`${LOST} send ${THRICE}`,
			mine,
		],
		[
			'refused as it exists',
			{ sends: [cut, exists], looks: [absent, absent, absent, done] },
			`${LOST} send look`,
			mine,
		],
		[
			'refused by its first field',
			{ sends: [cut, wrongField], looks: [absent, absent, absent, done] },
			`${LOST} send look`,
			mine,
		],
	])('after a second attempt: %s', async (_name, script, story, expected) => {
		await succeed(script, story, expected);
	});
});

describe('submitOnce', () => {
	it.each<[string, CallError, Script['looks'], string]>([
		['a wrong field is not looked up', wrongField, [], 'prepare send'],
		['a permission that is missing is not looked up', noAuth, [], 'prepare send'],
		['not sent', unreachable, [], 'prepare send'],
		['too many', tooMany, [], 'prepare send'],
		['not there', invalid, [absent], 'prepare send look'],
		['not done', invalid, [notDone], 'prepare send look'],
		['not clear', invalid, [unclear], 'prepare send look'],
		['exists, and was not done', exists, [absent, absent, notDone], `prepare send ${THRICE}`],
	])('rejects with the original refusal: %s', async (_name, refused, looks, story) => {
		const played = await play({ sends: [refused], looks });
		expect(played.story).toBe(story);
		expect(played.error).toBe(refused);
		expect(detailsOf(played.error)).not.toHaveProperty('outcome');
	});

	it('rejects when the number exists but cannot be read', async () => {
		const { error, story } = await play({ sends: [exists], looks: [absent, absent, absent] });
		expect(story).toBe(`prepare send ${THRICE}`);
		expect(error.message).toBe(`${LABEL} exists at WeChat Pay, but cannot be read`);
		expect(error.details).toEqual(detailsOf(exists));
	});

	it.each([
		[exists, 'unknown'],
		[after(invalid, needRetry), 'unknown'],
		[invalid, undefined],
	])(
		'rejects with both errors when the look-up after a refusal fails (%#)',
		async (refused, outcome) => {
			const { error } = await play({ sends: [refused], looks: [fault] });
			expect(error.message).toBe(
				`${said(refused)}. Looking up ${LABEL} did not succeed either: ${said(fault)}`,
			);
			expect(error.hint).toBe(SAME_NUMBER);
			expect(error.details).toEqual({ ...detailsOf(refused), ...(outcome && { outcome }) });
		},
	);

	it.each<[string, Script, string]>([
		['refused', { sends: [exists], looks: [anothers] }, 'prepare send look'],
		['lost', { sends: [cut], looks: [anothers] }, 'prepare send look'],
		[
			'lost twice',
			{ sends: [cut, cut], looks: [absent, absent, absent, anothers] },
			`${LOST} send look`,
		],
		['looked first', { looksUpFirst: true, looks: [anothers] }, 'look'],
	])(
		"rejects with the error of judge for another's application (%s)",
		async (_name, script, story) => {
			const played = await play(script);
			expect(played.error.message).toBe("another's");
			expect(played.story).toBe(story);
		},
	);

	it.each<[string, Script]>([
		['first', { sends: [answer] }],
		['second', { sends: [cut, answer], looks: [absent, absent, absent] }],
	])(
		'rejects with the error of accept for the %s response, without a look-up',
		async (_name, script) => {
			const rejected = new WechatPayError('rejected');
			const played = await play({ ...script, accepts: rejected });
			expect(played.error).toBe(rejected);
		},
	);

	it('rejects with the error of prepare before the first attempt', async () => {
		const { error, story } = await play({ prepares: cut });
		expect(error).toBe(cut);
		expect(story).toBe('prepare');
	});

	it('rejects with the original error when the run stops before the first attempt', async () => {
		for (const script of [{ sends: [stopped] }, { looksUpFirst: true, looks: [stopped] }]) {
			expect((await play(script)).error).toBe(stopped);
		}
	});

	it('sends nothing when the look-up before the first attempt fails', async () => {
		const { error, story } = await play({ looksUpFirst: true, looks: [fault] });
		expect(story).toBe('look');
		expect(error.message).toBe(
			`${LABEL} was not submitted, because it could not be looked up first: ${said(fault)}`,
		);
		expect(error).toMatchObject({ hint: describeError(fault).hint, details: { httpStatus: 500 } });
		expect(error.details).not.toHaveProperty('outcome');
	});

	it('sends nothing when the look-up before the first attempt is unclear', async () => {
		const { error, story } = await play({ looksUpFirst: true, looks: [unclear] });
		expect(story).toBe('look');
		expect(error.message).toBe(
			`${LABEL} was not submitted, because it is not known whether that was done before`,
		);
	});

	it('sends the request when the look-up before the first attempt finds notDone', async () => {
		const { story } = await play({ looksUpFirst: true, looks: [notDone], sends: [answer] });
		expect(story).toBe('look prepare send');
	});
});

describe('an unknown outcome', () => {
	const lost = [absent, absent, absent];

	it.each<[string, Script, string]>([
		['lost twice', { sends: [cut, fault], looks: [...lost, ...lost] }, `${LOST} send ${THRICE}`],
		['busy then', { sends: [cut, tooMany], looks: [...lost, ...lost] }, `${LOST} send ${THRICE}`],
		['not sent then', { sends: [cut, unreachable], looks: [...lost, fault] }, `${LOST} send look`],
		['stopped then', { sends: [cut, stopped], looks: [...lost, stopped] }, `${LOST} send look`],
		['the look-up fails', { sends: [cut], looks: [absent, fault] }, 'prepare send look 1000 look'],
		[
			'canceled in a wait',
			{ sends: [cut], looks: [absent], isCanceled: true },
			'prepare send look 1000',
		],
		[
			'what is there proves nothing, so it is not sent again',
			{ sends: [cut], looks: [unclear, unclear, unclear] },
			LOST,
		],
	])('is reported: %s', async (_name, script, story) => {
		const played = await play(script);
		expect(played.story).toBe(story);
		expect(played.error.message).toBe(OPEN + said(cut));
		expect(played.error.hint).toBe(SAME_NUMBER);
		expect(played.error.details).toEqual({ code: 'ECONNRESET', outcome: 'unknown' });
	});

	it.each(
		[invalid, exists, wrongField, noAuth].map((refused) => [said(refused), refused] as const),
	)('is not resolved by a refusal of the second attempt: %s', async (_name, refused) => {
		const { error, story } = await play({ sends: [cut, refused], looks: [...lost, ...lost] });
		expect(story).toBe(`${LOST} send ${THRICE}`);
		expect(error.message).toBe(OPEN + said(cut) + REFUSED + said(refused));
		// Its hint may ask for a new number: that would make two.
		expect(error.hint).toBe(SAME_NUMBER);
		expect(error.details).toEqual({ ...detailsOf(refused), outcome: 'unknown' });
	});

	it.each([notDone, unclear])('is not resolved by a look-up that returns %j', async (found) => {
		const looks = [...lost, found, found, found];
		const { error } = await play({ sends: [cut, invalid], looks });
		expect(error.message).toBe(OPEN + said(cut) + REFUSED + said(invalid));
		expect(error.details.outcome).toBe('unknown');
	});

	it('is reported with the correction that is needed before the next run', async () => {
		const scripts = [
			{ sends: [untrusted], looks: [untrusted] },
			{ sends: [untrusted, invalid], looks: [...lost, ...lost] },
		];
		for (const script of scripts) {
			const { error } = await play(script);
			expect(error.hint).toBe(`${describeError(untrusted).hint} ${SAME_NUMBER}`);
		}
	});
});

it('submitOnce reports correct outcomes for random sequences of events', async () => {
	// The request was booked already (0), is booked after so many look-ups, or never (99).
	const attempt = record({
		outcome: constantFrom('answered', 'lost', 'refused', 'exists', 'busy'),
		bookedAfter: constantFrom(0, 1, 2, 3, 5, 12, 99),
	});
	const script = record({
		isThere: boolean(),
		looksUpFirst: boolean(),
		first: attempt,
		second: attempt,
		shownAfter: integer({ min: 0, max: 7 }),
	});
	await assert(
		asyncProperty(script, async ({ isThere, looksUpFirst, first, second, shownAfter }) => {
			/** The number of look-ups after which each request is booked; the number is booked once. */
			const bookings: number[] = isThere ? [0] : [];
			let looks = 0;
			let sends = 0;
			const isBooked = () => bookings.some((at) => at <= looks);
			const submission: Submission = {
				label: LABEL,
				looksUpFirst,
				send: async () => {
					const { outcome, bookedAfter } = [first, second][sends++];
					if (outcome === 'busy') throw tooMany;
					if (isThere) throw outcome === 'lost' ? cut : exists;
					if (outcome === 'lost') {
						bookings.push(looks + bookedAfter);
						throw cut;
					}
					if (outcome === 'answered') {
						bookings.push(looks);
						return answer;
					}
					throw outcome === 'exists' && isBooked() ? exists : invalid;
				},
				lookUp: async () => {
					looks += 1;
					const shown = isThere ? looks > shownAfter : isBooked();
					return shown ? done : undefined;
				},
				judge: () => 'done',
				wait: async () => undefined,
			};
			let submitted: Submitted | undefined;
			let error: WechatPayError | undefined;
			try {
				submitted = await submitOnce(submission);
			} catch (thrown) {
				error = thrown as WechatPayError;
			}
			expect(sends).toBeLessThanOrEqual(2);
			const willBeThere = !isThere && bookings.some((at) => at < 99);
			if (submitted) {
				expect(isBooked()).toBe(true);
				if (submitted.alreadyExisted) expect(isThere).toBe(true);
			} else if (willBeThere) {
				expect(error?.details.outcome).toBe('unknown');
			}
		}),
		{ numRuns: 2000 },
	);
});
