import type { FaultKind, FaultRule } from '../../sandbox';
import { failureOf, openStage, refusalOf } from '../support/poll';

// The trigger when WeChat Pay, the network or n8n itself does not play along.

const stage = openStage();

const move = (number: string, state: string) => stage.sandbox.move(number, { state });

const REFUSED: Array<[string, Omit<FaultRule, 'match'>]> = [
	['refused', { kind: 'answer', status: 403, code: 'NO_AUTH', message: '无权限' }],
	['answered with 500', { kind: '500-before' }],
	['answered without a signature', { kind: 'unsigned', count: 2 }],
	['answered with a page of HTML', { kind: 'html-before' }],
	['cut off', { kind: 'cut-after' }],
	['reset', { kind: 'refuse' }],
];

describe('number whose look-up fails', () => {
	it.each(REFUSED)(
		'does not block the other numbers and keeps its saved state: %s',
		async (_how, rule) => {
			const [a, bad, c] = stage.addApplications(3);
			const watcher = stage.watch([a, bad, c]);
			await watcher.activate();
			[a, bad, c].forEach((number) => move(number, 'REJECTED'));
			const fault = stage.fail(bad, { ...rule, count: rule.count ?? Infinity });
			const items = await watcher.poll();
			const others = items.filter((item) => item.out_apply_no !== bad);
			expect(others.map((item) => item.out_apply_no)).toEqual([a, c]);
			expect(fault.played).toBeGreaterThan(0);
			fault.remove();
			if (rule.count === undefined) {
				expect(items).toHaveLength(2);
				items.push(...(await watcher.poll()));
			}
			expect(items).toContainEqual(
				expect.objectContaining({ out_apply_no: bad, previous_state: 'REVIEWING' }),
			);
			expect(await watcher.poll()).toEqual([]);
		},
	);

	it('is saved as unread at activation, and its first response is not a change', async () => {
		const [a, bad] = stage.addApplications(2);
		const fault = stage.fail(bad, { kind: '500-before' });
		const watcher = stage.watch([a, bad]);
		expect(await watcher.activate()).toEqual([]);
		const unread = { cancel_state: '', withdraw_state: '', pay_states: '', unread: true };
		expect(Object.values(watcher.saved)).toMatchObject([{ seen: { [bad]: unread } }]);
		expect(await watcher.poll()).toEqual([]);
		fault.remove();
		expect(await watcher.poll()).toEqual([]);
		move(bad, 'REJECTED');
		expect(await watcher.poll()).toMatchObject([
			{ out_apply_no: bad, cancel_state: 'REJECTED', previous_state: 'REVIEWING' },
		]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('is emitted with its first response if Emit Current State is set', async () => {
		const [a, bad] = stage.addApplications(2);
		const fault = stage.fail(bad, { kind: '500-before' });
		const options = { emitPresentState: true };
		const watcher = stage.watch([a, bad], { options });
		expect(await watcher.activate()).toMatchObject([{ out_apply_no: a }]);
		fault.remove();
		expect(await watcher.poll()).toMatchObject([{ out_apply_no: bad, previous_state: null }]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('does not block the other numbers if it gets no response, first or last in the list', async () => {
		const [hanging, ...others] = stage.addApplications(5);
		for (const numbers of [
			[hanging, ...others],
			[...others, hanging],
		]) {
			const watcher = stage.watch(numbers, {}, { budgetMs: 600 });
			await watcher.activate();
			const fault = stage.fail(hanging, { kind: 'delay', ms: 60_000 });
			others.forEach((number) => stage.addApplication(number));
			others.forEach((number) => move(number, 'REJECTED'));
			// It does not wait for the answer, which takes longer than a test may.
			const items = await watcher.poll();
			expect(items.map((item) => item.out_apply_no).sort()).toEqual([...others].sort());
			fault.remove();
			others.forEach((number) => stage.addApplication(number));
		}
	});
});

describe('HTTP 404', () => {
	const UNPROVEN: FaultKind[] = ['unsigned', 'wrong-signature', 'stale', 'unknown-serial', 'probe'];

	it.each(UNPROVEN)('that fails verification (%s) is a failed look-up', async (kind) => {
		const [a, b] = stage.addApplications(2);
		const watcher = stage.watch([a, b]);
		await watcher.activate();
		stage.sandbox.applications.delete(b);
		const fault = stage.fail(b, { kind });
		expect(await watcher.poll()).toEqual([]);
		expect(fault.played).toBe(1);
		fault.remove();
		expect(await watcher.poll()).toMatchObject([
			{ out_apply_no: b, not_found: true, previous_state: 'REVIEWING' },
		]);
	});

	it('without a signature has its own error message at activation and in the editor', async () => {
		const watcher = stage.watch(['FLTnowhere']);
		const fault = stage.fail('FLTnowhere', { kind: 'unsigned' });
		for (const action of [watcher.activate(), watcher.runByHand()]) {
			const error = await failureOf(action);
			expect(error.message).toBe('HTTP 404 without a valid WeChat Pay signature');
			expect(error.description).toContain('It is not known whether the number exists.');
			expect(error.httpCode).toBe('404');
		}
		expect(watcher.saved).toEqual({});
		fault.remove();
		expect((await refusalOf(watcher.runByHand())).message).toContain('knows no application');
	});

	it('without a signature counts as not found if verification is off', async () => {
		const [a] = stage.addApplications(1);
		const credential = { verification: 'none' as const };
		const watcher = stage.watch([a], {}, { credential });
		await watcher.activate();
		stage.sandbox.applications.delete(a);
		stage.fail(a, { kind: 'unsigned' });
		expect(await watcher.poll()).toMatchObject([{ not_found: true }]);
	});

	it('of a gateway without an error of WeChat Pay is a failed look-up', async () => {
		const [a, b] = stage.addApplications(2);
		const watcher = stage.watch([a, b]);
		await watcher.activate();
		stage.fail(b, { kind: 'html-before', status: 404 });
		expect(await watcher.poll()).toEqual([]);
	});
});

describe('number that is refused repeatedly', () => {
	const refusal = { kind: 'answer', status: 403, code: 'NO_AUTH', message: '无权限' } as const;

	it('is logged at activation and in a poll, with the reason', async () => {
		const [a, bad] = stage.addApplications(2);
		const watcher = stage.watch([a, bad]);
		stage.fail(bad, refusal);
		for (const action of [async () => await watcher.activate(), async () => await watcher.poll()]) {
			expect(await stage.warningsOf(action)).toEqual([
				`WeChat Pay Trigger: 1 of 2 numbers could not be looked up: ${bad} (WeChat Pay refused: NO_AUTH: 无权限)`,
			]);
		}
	});

	it('is named once in the error of a poll, and no change is lost', async () => {
		const [a, bad] = stage.addApplications(2);
		const watcher = stage.watch([a, bad]);
		const fault = stage.fail(bad, refusal);
		await watcher.activate();
		expect(await watcher.poll()).toEqual([]);
		expect(await watcher.poll()).toEqual([]);
		move(a, 'REJECTED');
		watcher.writes.length = 0;
		const error = await failureOf(watcher.poll());
		expect(error.message).toBe(
			`"Numbers": ${bad} could not be looked up in 3 polls in a row. ${bad}: WeChat Pay refused: NO_AUTH: 无权限`,
		);
		expect(error.description).toContain('Ask WeChat Pay for permission');
		expect(error.description).toContain('remove it from "Numbers"');
		expect(error.httpCode).toBe('403');
		expect(watcher.writes).toEqual([]);
		expect(await watcher.poll()).toMatchObject([{ out_apply_no: a, previous_state: 'REVIEWING' }]);
		// Now it is the only one that is asked for: it has been named, so these polls are no errors.
		for (let i = 0; i < 5; i++) expect(await watcher.poll()).toEqual([]);
		fault.remove();
		expect(await watcher.poll()).toEqual([]);
		move(bad, 'REJECTED');
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('does not prevent the activation of the workflow', async () => {
		const [a, bad] = stage.addApplications(2);
		const watcher = stage.watch([a, bad]);
		stage.fail(bad, refusal);
		for (let i = 0; i < 5; i++) {
			expect(await watcher.activate()).toEqual([]);
			expect(await watcher.poll()).toEqual([]);
		}
	});

	it('is named in one error with the others, five at most', async () => {
		const [good, ...bad] = stage.addApplications(8);
		const watcher = stage.watch([good, ...bad]);
		bad.forEach((number) => stage.fail(number, refusal));
		await watcher.activate();
		await watcher.poll();
		await watcher.poll();
		const { message } = await failureOf(watcher.poll());
		expect(message).toContain(`"Numbers": ${bad.slice(0, 5).join(', ')} and 2 more could not be`);
	});

	it('is named in the error of a poll in which every look-up failed', async () => {
		const [bad] = stage.addApplications(1);
		const watcher = stage.watch([bad]);
		await watcher.activate();
		stage.fail(bad, refusal);
		const error = await failureOf(watcher.poll());
		expect(error.message).toBe('WeChat Pay refused: NO_AUTH: 无权限');
		expect(error.description).toContain(`Numbers that could not be looked up: ${bad}`);
	});
});

describe('failure of every look-up', () => {
	it('fails the poll and keeps the saved states', async () => {
		const numbers = stage.addApplications(3);
		const watcher = stage.watch(numbers);
		await watcher.activate();
		move(numbers[0], 'REJECTED');
		const { saved, staticData } = watcher;
		stage.sandbox.fault({ kind: '500-before', count: Infinity });
		watcher.writes.length = 0;
		const error = await failureOf(watcher.poll());
		expect(error.message).toBe('WeChat Pay returned HTTP 500 SYSTEM_ERROR: 系统错误');
		expect(error.description).toContain('Run again later');
		expect(error.httpCode).toBe('500');
		expect(JSON.stringify(error)).not.toMatch(/WECHATPAY2|PRIVATE KEY/);
		expect(watcher.writes).toEqual([]);
		expect(watcher.saved).toBe(saved);
		expect(watcher.staticData).toEqual(staticData);
		stage.sandbox.clearFaults();
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('fails the activation, and the next activation succeeds', async () => {
		const numbers = stage.addApplications(2);
		const watcher = stage.watch(numbers);
		stage.sandbox.fault({ kind: 'html-before', count: Infinity });
		expect((await failureOf(watcher.activate())).message).toBe('WeChat Pay returned HTTP 502');
		expect(watcher.saved).toEqual({});
		stage.sandbox.clearFaults();
		expect(await watcher.activate()).toEqual([]);
	});

	it('fails the poll with a timeout error if there is no response in time', async () => {
		const numbers = stage.addApplications(3);
		const watcher = stage.watch(numbers, {}, { budgetMs: 400 });
		await watcher.activate();
		stage.sandbox.fault({ kind: 'delay', ms: 60_000, count: Infinity });
		const error = await failureOf(watcher.poll());
		expect(error.message).toMatch(/did not respond within/);
	});

	it('is not reported if one number is unknown', async () => {
		const [bad] = stage.addApplications(1);
		stage.fail(bad, { kind: '500-before' });
		const watcher = stage.watch([bad, 'FLTunknown']);
		expect(await watcher.activate()).toEqual([]);
	});
});

describe('static data', () => {
	it('is written once after the last response, together with the emitted items', async () => {
		const numbers = stage.addApplications(12);
		const watcher = stage.watch(numbers);
		await watcher.activate();
		numbers.slice(0, 3).forEach((number) => move(number, 'REJECTED'));
		watcher.writes.length = 0;
		const before = stage.sandbox.requests.length;
		expect(await watcher.poll()).toHaveLength(3);
		expect(watcher.writes.map(({ property }) => property)).toEqual(['event', 'seen']);
		for (const write of watcher.writes) expect(write.requests).toBe(before + 12);
	});

	it('is unchanged if the process ends during a poll, and no change is lost', async () => {
		const numbers = stage.addApplications(10);
		const watcher = stage.watch(numbers);
		await watcher.activate();
		numbers.forEach((number) => move(number, 'CANCEL_SUCCESS'));
		const { saved } = watcher;
		watcher.writes.length = 0;
		const poll = watcher.poll();
		await stage.requests(4);
		watcher.crash();
		expect(watcher.writes).toEqual([]);
		expect(watcher.saved).toBe(saved);
		const items = await watcher.activate();
		expect(items.map((item) => item.out_apply_no)).toEqual(numbers);
		for (const item of items) expect(item.previous_state).toBe('REVIEWING');
		await poll;
		expect(watcher.executions).toHaveLength(1);
	});

	it('contains only the event and the state of each number', async () => {
		const [a, b] = stage.addApplications(2);
		const watcher = stage.watch([a, b]);
		await watcher.activate();
		const [node] = Object.values(watcher.saved);
		expect(node).toEqual({
			event: 'cancelApplicationChanged',
			seen: {
				[a]: { cancel_state: 'REVIEWING', withdraw_state: '', pay_states: '' },
				[b]: { cancel_state: 'REVIEWING', withdraw_state: '', pay_states: '' },
			},
		});
	});
});
