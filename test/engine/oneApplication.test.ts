import type { IDataObject } from 'n8n-workflow';
import type { FaultRule } from '../../sandbox';
import type { EngineItem, EngineResult } from '../../engine';
import { errorOf, openBench, outputOf } from '../support/bench';
import { createFromIds, isNew, refuses, withIds } from '../support/cancelApplications';
import { CREATE, onlyCreate } from '../support/paths';
import type { WireRequest } from '../support/tap';

// A number is used once, for one thing: whatever happens on the way, there is one application.

const REASON = '印章不清晰';
const OTHER = '1900299999';
const TOO_LATE = '重试请求距离上次请求间隔太久';
const SAME_NUMBER = /Run again with the same number: that is safe/;

interface Case {
	/** Whether an application with the number is there before, and for whom. */
	before?: 'own' | 'other';
	/** What is done to it before the run. */
	moved?: 'REJECTED' | 'CANCEL_SUCCESS';
	/** Sends other forms than the application that is there has. */
	changed?: boolean;
	kind?: 'noRelation' | 'alreadyCancelled';
	/** On the create. */
	post?: Array<Omit<FaultRule, 'match'>>;
	/** On the look-ups. */
	get?: Omit<FaultRule, 'match'>;
	/** What the sandbox saw in the run under test. */
	story: string;
	/** The output, or the error with what its details hold. */
	output?: IDataObject;
	error?: RegExp;
	details?: IDataObject;
	/** With If Exists set to Fail: the error, if it is another one. */
	fails?: RegExp;
	/** With If Exists set to Fail: what the sandbox saw, if it is not the look-up and then the same. */
	failsStory?: string;
	/** With If Exists set to Fail: the details, if they are others. */
	failsDetails?: IDataObject;
}

const existed = { already_existed: true, cancel_state: 'REVIEWING' };
const unknown = { outcome: 'unknown' };
const unknownAfterRefusal = { ...unknown, code: 'INVALID_REQUEST', httpStatus: 400 };
const inProgress = refuses('申请单处理中，请勿重复提交');
/** WeChat Pay has the application and does not show it yet. */
const notShown = (count: number) =>
	({ kind: 'answer', status: 404, code: 'NOT_FOUND', message: '申请单不存在', count }) as const;
/** Found by the look-up that Fail begins with: nothing else is sent. */
const foundFirst = { failsStory: 'GET 200' };
const NOT_LOOKED_UP =
	/^"Out Apply No\." \w+ was not submitted, because it could not be looked up first: /;

const cases: Record<string, Case> = {
	found: {
		before: 'own',
		story: 'POST 409, GET 200',
		output: existed,
		fails: /^"Out Apply No\." \w+ already exists \(REVIEWING\)/,
		...foundFirst,
	},
	foundWithOtherForms: {
		before: 'own',
		changed: true,
		story: 'POST 400, GET 200',
		output: existed,
		fails: /already exists \(REVIEWING\)/,
		...foundFirst,
	},
	closedAlready: {
		before: 'own',
		moved: 'CANCEL_SUCCESS',
		story: 'POST 409, GET 200',
		output: { already_existed: true, cancel_state: 'CANCEL_SUCCESS' },
		fails: /already exists \(CANCEL_SUCCESS\)/,
		...foundFirst,
	},
	tooLongAgo: {
		before: 'own',
		post: [refuses(TOO_LATE)],
		story: 'POST 400, GET 200',
		output: existed,
		fails: /already exists/,
		...foundFirst,
	},
	rejected: {
		before: 'own',
		moved: 'REJECTED',
		story: 'POST 409, GET 200',
		error:
			/^"Out Apply No\." \w+ was rejected: 印章不清晰\. This run submitted nothing.*new number/,
		details: { code: 'REJECTED' },
		...foundFirst,
	},
	anothers: {
		before: 'other',
		story: 'POST 400, GET 200',
		error: /belongs to sub-merchant 1900299999, not to 19001\d+\. Give sub-merchant 19001/,
		...foundFirst,
	},
	withoutSubMchid: {
		before: 'own',
		get: { kind: 'no-sub-mchid' },
		story: 'POST 409, GET 200',
		error: /exists, but WeChat Pay does not say for which sub-merchant/,
		...foundFirst,
	},
	existsButUnreadable: {
		post: [refuses('申请单已存在', 'ALREADY_EXISTS', 409)],
		story: 'POST 409, GET 404, GET 404, GET 404',
		error: /exists at WeChat Pay, but cannot be read/,
		details: { code: 'ALREADY_EXISTS', httpStatus: 409 },
	},
	existsButLookUpFails: {
		post: [refuses('申请单已存在', 'ALREADY_EXISTS', 409)],
		get: { kind: '500-before', count: 9 },
		story: 'POST 409, GET 500, GET 500',
		error: /申请单已存在.*Looking up "Out Apply No\." \w+ did not succeed either.*same number/,
		details: unknown,
		failsStory: 'GET 500, GET 500',
		fails: NOT_LOOKED_UP,
		failsDetails: { code: 'SYSTEM_ERROR', httpStatus: 500 },
	},
	refusedAndNotThere: {
		kind: 'noRelation',
		story: 'POST 400, GET 404',
		error: /服务商和子商户无受理关系\. This sub-merchant does not belong to the "Merchant ID"/,
		details: { code: 'INVALID_REQUEST', httpStatus: 400 },
	},
	cancelledAlready: {
		kind: 'alreadyCancelled',
		story: 'POST 400, GET 404',
		error: /服务商或子商户已注销\. This merchant is already canceled: there is nothing left to do/,
	},
	tooLongAgoAndGone: {
		post: [refuses(TOO_LATE)],
		story: 'POST 400, GET 404',
		error: /间隔太久\. Too much time has passed since the first attempt.*use a new number/,
	},
	wrongField: {
		post: [refuses('参数错误', 'PARAM_ERROR')],
		story: 'POST 400',
		error: /PARAM_ERROR: 参数错误/,
	},
	notPermitted: {
		post: [refuses('无权限', 'NO_AUTH', 403)],
		story: 'POST 403',
		error: /NO_AUTH: 无权限\. Ask WeChat Pay for permission/,
	},
	cutAfterActing: {
		post: [{ kind: 'cut-after' }],
		story: 'POST cut, GET 200',
		output: isNew,
	},
	failedAfterActing: {
		post: [{ kind: '500-after' }],
		story: 'POST 500, GET 200',
		output: isNew,
	},
	gatewayAfterActing: {
		post: [{ kind: 'html-after' }],
		story: 'POST 502, GET 200',
		output: isNew,
	},
	truncatedAnswer: {
		post: [{ kind: 'truncate' }],
		story: 'POST 200, GET 200',
		output: isNew,
	},
	cutBeforeActing: {
		post: [{ kind: 'cut-before' }],
		story: 'POST cut, GET 404, GET 404, GET 404, POST 200',
		output: isNew,
	},
	resetBeforeActing: {
		post: [{ kind: 'refuse' }],
		story: 'POST cut, GET 404, GET 404, GET 404, POST 200',
		output: isNew,
	},
	failedBeforeActing: {
		post: [{ kind: '500-before' }],
		story: 'POST 500, GET 404, GET 404, GET 404, POST 200',
		output: isNew,
	},
	secondAttemptActed: {
		post: [{ kind: 'cut-before' }, { kind: 'cut-after' }],
		story: 'POST cut, GET 404, GET 404, GET 404, POST cut, GET 200',
		output: isNew,
	},
	// That the second attempt is refused does not tell what became of the first.
	secondAttemptRefused: {
		post: [{ kind: 'cut-before' }, refuses('该商户当前不允许注销')],
		story: 'POST cut, GET 404, GET 404, GET 404, POST 400, GET 404, GET 404, GET 404',
		error:
			/^It is not known whether WeChat Pay accepted "Out Apply No\." \w+: The connection .* was cut .*The second attempt was refused.*不允许注销/,
		details: unknownAfterRefusal,
	},
	secondAttemptWrongField: {
		post: [{ kind: 'cut-before' }, refuses('参数错误', 'PARAM_ERROR')],
		story: 'POST cut, GET 404, GET 404, GET 404, POST 400, GET 404, GET 404, GET 404',
		error: /^It is not known whether .*The second attempt was refused.*PARAM_ERROR/,
		details: { ...unknown, code: 'PARAM_ERROR' },
	},
	secondAttemptNotPermitted: {
		post: [{ kind: '500-before' }, refuses('无权限', 'NO_AUTH', 403)],
		story: 'POST 500, GET 404, GET 404, GET 404, POST 403, GET 404, GET 404, GET 404',
		error: /^It is not known whether .*The second attempt was refused.*NO_AUTH/,
		details: { ...unknown, code: 'NO_AUTH', httpStatus: 403 },
	},
	secondAttemptExists: {
		post: [{ kind: 'cut-before' }, refuses('申请单已存在', 'ALREADY_EXISTS', 409)],
		story: 'POST cut, GET 404, GET 404, GET 404, POST 409, GET 404, GET 404, GET 404',
		error: /^It is not known whether .*The second attempt was refused.*ALREADY_EXISTS/,
		details: { ...unknown, code: 'ALREADY_EXISTS', httpStatus: 409 },
	},
	// The first attempt was acted on late: the second was refused because of the first.
	bookedMeanwhile: {
		post: [{ kind: 'cut-after' }, inProgress],
		get: notShown(3),
		story: 'POST cut, GET 404, GET 404, GET 404, POST 400, GET 200',
		output: isNew,
		failsStory: 'GET 404, POST cut, GET 404, GET 404, GET 200',
	},
	bookedLater: {
		post: [{ kind: 'cut-after' }, inProgress],
		get: notShown(9),
		story: 'POST cut, GET 404, GET 404, GET 404, POST 400, GET 404, GET 404, GET 404',
		error: /^It is not known whether WeChat Pay accepted/,
		details: unknownAfterRefusal,
	},
	staysOpen: {
		post: [{ kind: 'cut-before', count: 2 }],
		story: 'POST cut, GET 404, GET 404, GET 404, POST cut, GET 404, GET 404, GET 404',
		error:
			/^It is not known whether WeChat Pay accepted "Out Apply No\." \w+: The connection to .* was cut/,
		details: unknown,
	},
	lookUpFails: {
		post: [{ kind: 'cut-after' }],
		get: { kind: 'html-before', count: 9 },
		story: 'POST cut, GET 502, GET 502',
		error: SAME_NUMBER,
		details: unknown,
		failsStory: 'GET 502, GET 502',
		fails: NOT_LOOKED_UP,
		failsDetails: { httpStatus: 502 },
	},
};

const names = Object.keys(cases);
const modes = ['returnExisting', 'fail'] as const;
const numberOf = (name: string, mode: string) => `${name}${mode === 'fail' ? 'F' : 'R'}`;

describe('Create Cancel Application', () => {
	const bench = openBench();
	/** All that was sent in the run under test. */
	let wire: WireRequest[];
	let result: EngineResult;
	const mark: Record<string, number> = {};
	const numbers = modes.flatMap((mode) => names.map((name) => numberOf(name, mode)));

	// All in one execution, at the same time.
	beforeAll(async () => {
		const items = await withIds(bench, numbers, 0);
		const other = bench.sandbox.state.addMedia('cancel', 'b.jpg', '0'.repeat(64), 10).id;
		const input: EngineItem[] = [];
		for (const [i, { json }] of items.entries()) {
			const mode = modes[Math.floor(i / names.length)]!;
			const given = cases[names[i % names.length]!]!;
			const number = numbers[i]!;
			if (given.before) {
				const sub = given.before === 'own' ? json.sub : OTHER;
				await bench.run([{ json: { ...json, sub } }], createFromIds());
				// The other sub-merchant may have one open application: not of interest here.
				if (given.before === 'other') bench.sandbox.applications.get(number)!.state = 'REJECTED';
			}
			if (given.moved) bench.sandbox.move(number, { state: given.moved, reason: REASON });
			if (given.kind) bench.sandbox.setSubMerchant(String(json.sub), given.kind);
			given.post?.forEach((fault) => {
				bench.sandbox.fault({ ...fault, match: { number, path: onlyCreate } });
			});
			if (given.get) bench.sandbox.fault({ ...given.get, match: { number, method: 'GET' } });
			mark[number] = bench.requestsAbout(number).length;
			input.push({ json: { ...json, ifExists: mode, ...(given.changed && { sp: other }) } });
		}
		const options = {
			ifExists: '={{ $json.ifExists }}',
			batching: { batch: { batchSize: 50 } },
			maxAttempts: 2,
		};
		result = await bench.run(input, createFromIds(options));
		wire = bench.sent();
	});

	describe.each(modes)('with "If Exists": %s', (mode) => {
		it.each(names)('sends the expected requests and returns the expected outcome: %s', (name) => {
			const given = cases[name]!;
			const number = numberOf(name, mode);
			const index = numbers.indexOf(number);
			const isFail = mode === 'fail';
			const failure = isFail ? (given.fails ?? given.error) : given.error;
			const output = outputOf(result, index);
			const error = errorOf(result, index);
			// Fail looks the number up before anything is sent.
			const story = isFail ? (given.failsStory ?? `GET 404, ${given.story}`) : given.story;
			expect(bench.story(number).slice(mark[number]).join(', ')).toBe(story);
			if (failure) {
				const details =
					failure === given.error ? given.details : isFail ? given.failsDetails : undefined;
				expect(output).toBeUndefined();
				expect(error?.message).toMatch(failure);
				expect(error?.details).toMatchObject({
					out_apply_no: number,
					// Without a POST there was no need for images either.
					...(story.includes('POST') && { media_ids: [{}, {}] }),
					...details,
				});
				expect(error?.details).not.toHaveProperty('not_sent');
				if (details?.outcome === undefined) expect(error?.details).not.toHaveProperty('outcome');
				else expect(error?.message).toMatch(SAME_NUMBER);
			} else {
				expect(error).toBeUndefined();
				expect(output).toMatchObject({ out_apply_no: number, ...given.output });
			}
		});
	});

	it('changes no application in the cases rejected, anothers and staysOpen', () => {
		for (const mode of modes) {
			const application = bench.sandbox.applications.get(numberOf('rejected', mode));
			const requests = mode === 'fail' ? 1 : 2;
			expect(application).toMatchObject({ state: 'REJECTED', requests });
			expect(bench.sandbox.applications.get(numberOf('anothers', mode))?.sub_mchid).toBe(OTHER);
			expect(bench.sandbox.applications.has(numberOf('staysOpen', mode))).toBe(false);
		}
	});

	it('repeats a request with identical bytes and a new nonce', () => {
		for (const name of ['cutBeforeActing', 'resetBeforeActing', 'staysOpen']) {
			const number = numberOf(name, 'fail');
			const posts = wire.filter(
				({ path, body }) => path === CREATE && body.includes(`"${number}"`),
			);
			expect(posts).toHaveLength(2);
			expect(posts[0]!.body.equals(posts[1]!.body)).toBe(true);
			const nonces = posts.map(
				({ headers }) => /nonce_str="(\w+)"/.exec(headers.authorization!)![1],
			);
			expect(nonces[0]).not.toBe(nonces[1]);
		}
	});
});
