import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { CancelWithdrawal, FaultRule } from '../../sandbox';
import { detailsOf, openBench } from '../support/bench';
import {
	applyParameters,
	closeParameters,
	confirmParameters,
	DECRYPTED,
} from '../support/cancelWithdrawals';
import { newNumber, newSubMchid } from '../support/inputs';
import { APPLY, CONFIRM } from '../support/paths';
import type { WireRequest } from '../support/tap';

// What becomes of an Apply or Confirm whose answer did not come. All cases of an operation are items of
// one execution, and the two executions run side by side.

const bench = openBench();

interface Case {
	/** What happens to the POST of this number; several rules hold one after the other. */
	faults: FaultRule[];
	n: string;
	s: string;
}

const post = (kind: FaultRule['kind'], more: Partial<FaultRule> = {}): FaultRule => ({
	kind,
	...more,
});

/** Cases by name, each with a number and a sub-merchant of its own. */
const cases = <T extends string>(rules: Record<T, FaultRule[]>): Record<T, Case> =>
	Object.fromEntries(
		Object.entries<FaultRule[]>(rules).map(([name, faults]) => [
			name,
			{ faults, n: newNumber(), s: newSubMchid() },
		]),
	) as Record<T, Case>;

/** Runs all cases in one execution; what came of each, by name. */
async function run<T extends string>(
	all: Record<T, Case>,
	parameters: INodeParameters,
): Promise<Record<T, IDataObject>> {
	for (const { faults, n } of Object.values<Case>(all)) {
		for (const rule of faults) {
			bench.sandbox.fault({ ...rule, match: { method: 'POST', number: n, ...rule.match } });
		}
	}
	const names = Object.keys(all) as T[];
	const items = await bench.outcomes(
		names.map((name) => ({ json: { n: all[name].n, s: all[name].s } })),
		{ ...parameters, outRequestNo: '={{ $json.n }}', subMchid: '={{ $json.s }}' },
	);
	return Object.fromEntries(names.map((name, i) => [name, items[i]])) as Record<T, IDataObject>;
}

/** What was sent for a number, as `POST` and `GET`. */
const methods = ({ n }: Case) => bench.requestsAbout(n).map(({ method }) => method);
const sentFor = ({ n }: Case, to = APPLY) =>
	wire.filter(({ path, body }) => path === to && body.includes(n));
const held = ({ n }: Case) => bench.withdrawal(n);

const applies = cases({
	fine: [],
	actedOn: [post('cut-after')],
	notActedOn: [post('cut-before')],
	gatewayAfter: [post('html-after')],
	faultAfter: [post('500-after')],
	faultBefore: [post('500-before')],
	needRetry: [
		post('answer', { code: 'BIZ_ERR_NEED_RETRY', message: '系统繁忙，请稍后重试', count: 2 }),
	],
	tooMany: [post('429')],
	unreadable: [post('truncate')],
	rejectedMeanwhile: [post('cut-after')],
	never: [post('cut-before', { count: Infinity })],
	refusedLater: [
		post('cut-before'),
		post('answer', { code: 'INVALID_REQUEST', message: '处理中' }),
	],
	withoutOwner: [
		post('cut-after'),
		{ kind: 'no-sub-mchid', match: { method: 'GET' }, count: Infinity },
	],
});

const confirms = cases({
	fine: [],
	actedOn: [post('cut-after')],
	notActedOn: [post('cut-before')],
	faultAfter: [post('500-after')],
	needRetry: [post('answer', { code: 'BIZ_ERR_NEED_RETRY', message: '系统繁忙' })],
	revokedMeanwhile: [post('cut-before')],
	never: [post('cut-before', { count: Infinity })],
	finished: [post('cut-after')],
	newState: [post('cut-after')],
	noState: [post('cut-after')],
	refusedLater: [
		post('cut-before'),
		post('answer', { code: 'INVALID_REQUEST', message: '处理中' }),
	],
	sentAgain: [
		post('cut-after'),
		{
			kind: 'answer',
			status: 404,
			code: 'NOT_FOUND',
			message: '申请单不存在',
			match: { method: 'GET' },
			count: 3,
		},
	],
});

/** All that was sent in the two executions. */
let wire: WireRequest[];
let applied: Record<keyof typeof applies, IDataObject>;
let confirmed: Record<keyof typeof confirms, IDataObject>;

/** Changes an application at the moment in which the sandbox accepts or changes it. */
function meanwhile(changes: Record<string, Partial<CancelWithdrawal>>): void {
	const { changes: made } = bench.sandbox.state;
	made.on('changed', (change) => {
		if (change.kind !== 'application') return;
		const { number } = change.value;
		if (changes[number]) Object.assign(bench.withdrawal(number), changes[number]);
	});
}

beforeAll(async () => {
	const waiting = Object.entries(confirms).map(([name, one]) => [name, { ...one, faults: [] }]);
	await run(Object.fromEntries(waiting) as typeof confirms, closeParameters());
	for (const { n } of Object.values(confirms)) {
		bench.sandbox.move(n, { state: 'WAITING_MERCHANT_CONFIRM' });
	}
	bench.sandbox.move(confirms.revokedMeanwhile.n, {
		state: 'REVOKED',
		reason: '商户超过30天未确认',
	});
	bench.reset();
	bench.sandbox.requests.length = 0;
	meanwhile({
		[applies.rejectedMeanwhile.n]: { state: 'REJECTED', description: '资料不全' },
		[confirms.finished.n]: { state: 'FINISH' },
		[confirms.newState.n]: { state: 'SOMETHING_NEW' },
		[confirms.noState.n]: { state: undefined },
	});
	[applied, confirmed] = await Promise.all([
		run(applies, applyParameters()),
		run(confirms, confirmParameters()),
	]);
	wire = bench.sent();
});

describe('Apply', () => {
	const oneApplication = (name: keyof typeof applies) => {
		expect(held(applies[name])).toMatchObject({ sub_mchid: applies[name].s, decrypted: DECRYPTED });
		expect(applied[name]).toMatchObject({
			applyment_id: held(applies[name]).applymentId,
			out_request_no: applies[name].n,
			already_existed: false,
		});
	};
	const identical = (name: keyof typeof applies, count: number) => {
		const bodies = sentFor(applies[name]).map(({ body }) => body.toString('base64'));
		expect(bodies).toHaveLength(count);
		expect(new Set(bodies).size).toBe(1);
	};

	it('is sent once if there is no fault', () => {
		oneApplication('fine');
		expect(methods(applies.fine)).toEqual(['POST']);
	});

	it.each(['actedOn', 'gatewayAfter', 'faultAfter', 'unreadable'] as const)(
		'finds the application after %s and does not send again',
		(name) => {
			oneApplication(name);
			expect(applied[name]).toMatchObject({ cancel_state: 'ACCEPTED', sub_mchid: applies[name].s });
			expect(methods(applies[name])).toEqual(['POST', 'GET']);
			expect(held(applies[name]).requests).toBe(1);
			identical(name, 1);
		},
	);

	it.each(['notActedOn', 'faultBefore'] as const)(
		'looks up three times after %s, then sends the identical bytes again',
		(name) => {
			oneApplication(name);
			expect(methods(applies[name])).toEqual(['POST', 'GET', 'GET', 'GET', 'POST']);
			expect(held(applies[name]).requests).toBe(1);
			identical(name, 2);
			// The ciphertext is the same too: WeChat Pay may compare it.
			const [first, second] = sentFor(applies[name]).map(({ headers }) => headers.authorization);
			expect(first).not.toBe(second);
		},
	);

	it('sends the identical bytes after BIZ_ERR_NEED_RETRY until WeChat Pay accepts them', () => {
		oneApplication('needRetry');
		expect(applied.needRetry).not.toHaveProperty('cancel_state');
		expect(methods(applies.needRetry)).toEqual(['POST', 'POST', 'POST']);
		identical('needRetry', 3);
	});

	it('sends the identical bytes again after HTTP 429', () => {
		oneApplication('tooMany');
		expect(methods(applies.tooMany)).toEqual(['POST', 'POST']);
		identical('tooMany', 2);
	});

	it('fails with the reason if the application was rejected meanwhile', () => {
		expect(applied.rejectedMeanwhile.error).toBe(
			`"Out Request No." ${applies.rejectedMeanwhile.n} was rejected: 资料不全`,
		);
		expect(methods(applies.rejectedMeanwhile)).toEqual(['POST', 'GET']);
	});

	it('fails if the look-up returns no sub-merchant', () => {
		expect(applied.withoutOwner.error).toMatch(/does not say for which sub-merchant$/);
		expect(methods(applies.withoutOwner)).toEqual(['POST', 'GET']);
	});

	it('reports an unknown outcome if the second attempt is refused', () => {
		expect(applied.refusedLater.error).toMatch(
			/^It is not known whether .*The second attempt was refused.*处理中/,
		);
		expect(detailsOf(applied.refusedLater)).toMatchObject({
			outcome: 'unknown',
			code: 'INVALID_REQUEST',
			hint: expect.stringMatching(/^Run again with the same number/),
		});
		expect(methods(applies.refusedLater)).toEqual([
			...['POST', 'GET', 'GET', 'GET'],
			...['POST', 'GET', 'GET', 'GET'],
		]);
		identical('refusedLater', 2);
	});

	it('reports an unknown outcome after all attempts; a new run with the number succeeds', async () => {
		expect(applied.never.error).toMatch(
			new RegExp(
				`^It is not known whether WeChat Pay accepted "Out Request No." ${applies.never.n}`,
			),
		);
		expect(detailsOf(applied.never)).toMatchObject({
			outcome: 'unknown',
			out_request_no: applies.never.n,
			sub_mchid: applies.never.s,
			hint: expect.stringMatching(/Run again with the same number/i),
		});
		expect(methods(applies.never)).toEqual([
			...['POST', 'GET', 'GET', 'GET'],
			...['POST', 'GET', 'GET', 'GET'],
		]);
		identical('never', 2);
		expect(bench.sandbox.withdrawals.has(applies.never.n)).toBe(false);

		const again = await run({ never: { ...applies.never, faults: [] } }, closeParameters());
		expect(again.never).toMatchObject({ already_existed: false });
		expect(held(applies.never).requests).toBe(1);
	});
});

describe('Confirm', () => {
	it.each([
		...(['fine', 'actedOn', 'notActedOn', 'faultAfter', 'needRetry', 'finished'] as const),
		'sentAgain' as const,
	])('confirms the application in this run (%s)', (name) => {
		expect(confirmed[name]).toMatchObject({
			applyment_id: held(confirms[name]).applymentId,
			out_request_no: confirms[name].n,
			sub_mchid: confirms[name].s,
			already_confirmed: false,
		});
		expect(held(confirms[name])).toMatchObject({
			state: name === 'finished' ? 'FINISH' : 'SYSTEM_PROCESSING',
			confirmedBy: '王五01',
		});
	});

	it('sends no more requests than needed, with identical bytes', () => {
		expect(methods(confirms.fine)).toEqual(['POST']);
		expect(methods(confirms.actedOn)).toEqual(['POST', 'GET']);
		expect(methods(confirms.faultAfter)).toEqual(['POST', 'GET']);
		expect(methods(confirms.finished)).toEqual(['POST', 'GET']);
		// The same information again is a success.
		expect(methods(confirms.sentAgain)).toEqual(['POST', 'GET', 'GET', 'GET', 'POST']);
		expect(methods(confirms.needRetry)).toEqual(['POST', 'POST']);
		expect(methods(confirms.notActedOn)).toEqual(['POST', 'GET', 'GET', 'GET', 'POST']);
		for (const name of ['needRetry', 'notActedOn'] as const) {
			const bodies = sentFor(confirms[name], CONFIRM).map(({ body }) => body.toString('base64'));
			expect(bodies).toHaveLength(2);
			expect(new Set(bodies).size).toBe(1);
		}
	});

	it.each(['newState', 'noState'] as const)(
		'reports an unknown outcome and does not send again if the state is not known (%s)',
		(name) => {
			expect(confirmed[name].error).toMatch(/^It is not known whether WeChat Pay accepted/);
			expect(detailsOf(confirmed[name])).toMatchObject({ outcome: 'unknown' });
			expect(methods(confirms[name])).toEqual(['POST', 'GET', 'GET', 'GET']);
		},
	);

	it('reports an unknown outcome if the second attempt is refused', () => {
		expect(confirmed.refusedLater.error).toMatch(
			/^It is not known whether .*The second attempt was refused.*处理中/,
		);
		expect(detailsOf(confirmed.refusedLater)).toMatchObject({
			outcome: 'unknown',
			hint: expect.stringMatching(/^Run again with the same number/),
		});
		expect(held(confirms.refusedLater).state).toBe('WAITING_MERCHANT_CONFIRM');
	});

	it('fails with the reason if the application is revoked, and does not send again', () => {
		expect(confirmed.revokedMeanwhile.error).toBe(
			`"Out Request No." ${confirms.revokedMeanwhile.n} was revoked: 商户超过30天未确认`,
		);
		expect(methods(confirms.revokedMeanwhile)).toEqual(['POST', 'GET']);
	});

	it('reports an unknown outcome after all attempts; a new run succeeds', async () => {
		expect(detailsOf(confirmed.never)).toMatchObject({
			outcome: 'unknown',
			out_request_no: confirms.never.n,
			sub_mchid: confirms.never.s,
		});
		expect(held(confirms.never).state).toBe('WAITING_MERCHANT_CONFIRM');
		const again = await run({ never: { ...confirms.never, faults: [] } }, confirmParameters());
		expect(again.never).toMatchObject({ already_confirmed: false });
		expect(held(confirms.never).state).toBe('SYSTEM_PROCESSING');
	});
});
