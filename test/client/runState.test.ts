/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import type { Cause, Refusal } from '../../nodes/WechatPay/failure/cause';
import { StoppedError, WechatPayError } from '../../nodes/WechatPay/failure/errors';
import { RunState } from '../../nodes/WechatPay/client/runState';

const refusal = (message: string): Cause & Refusal => ({
	kind: 'signature',
	status: 401,
	code: 'SIGN_ERROR',
	message,
	issue: '',
	isVerified: false,
});
const never = () => false;

/** What going on is refused with. */
function refusedBy(stopping: RunState): unknown {
	try {
		stopping.assertRunning();
		return undefined;
	} catch (error) {
		return error;
	}
}

it('RunState allows everything until it is stopped', () => {
	const stopping = new RunState(never);
	expect(refusedBy(stopping)).toBeUndefined();
	stopping.stop(refusal('m'));
	expect(refusedBy(stopping)).toEqual(new StoppedError(refusal('m')));
});

it('RunState keeps the first cause', () => {
	const stopping = new RunState(never);
	stopping.stop(refusal('first'));
	stopping.stop(refusal('second'));
	expect((refusedBy(stopping) as StoppedError).cause).toMatchObject({ message: 'first' });
});

it('RunState masks the sensitive texts of the items in the cause', () => {
	const stopping = new RunState(never);
	stopping.secrets.push('张三丰', '6222020200112233445');
	const cause = { ...refusal('张三丰 6222 0202 0011 2233 445'), issue: '/name: 张三丰' };
	stopping.stop(cause);
	expect((refusedBy(stopping) as StoppedError).cause).toEqual({
		...cause,
		message: '*** ***',
		issue: '/name: ***',
	});
	expect(cause.message).toContain('张三丰');
});

it('RunState keeps an error of the credential unchanged', () => {
	const stopping = new RunState(never);
	stopping.secrets.push('WeChat Pay Public Key');
	const failure = { message: '"WeChat Pay Public Key" is empty', hint: '' };
	stopping.stop({ kind: 'noKeys', failure, wasSent: false });
	expect((refusedBy(stopping) as StoppedError).cause).toMatchObject({ failure });
});

it('RunState reports a canceled execution unless another cause stopped the run', () => {
	const stopping = new RunState(() => true);
	const error = refusedBy(stopping) as WechatPayError;
	expect(error).toBeInstanceOf(WechatPayError);
	expect(error.message).toMatch(/^The execution was canceled before/);
	expect(error.hint).toMatch(/same number: that is safe/);
	stopping.stop(refusal('m'));
	expect(refusedBy(stopping)).toBeInstanceOf(StoppedError);
});

describe('RunState.wait', () => {
	beforeEach(() => {
		jest.useFakeTimers();
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	/** How long it took until a wait ended, and whether going on was refused then. */
	async function ending(wait: Promise<void>) {
		const begin = Date.now();
		let ended: [ms: number, error?: unknown] | undefined;
		void wait.then(
			() => (ended = [Date.now() - begin]),
			(error: unknown) => (ended = [Date.now() - begin, error]),
		);
		await jest.advanceTimersByTimeAsync(60_000);
		return ended;
	}

	it('resolves after the given time', async () => {
		expect(await ending(new RunState(never).wait(5000))).toEqual([5000]);
		expect(await ending(new RunState(never).wait(0))).toEqual([0]);
	});

	it('ends early when the execution is canceled', async () => {
		let isCanceled = false;
		setTimeout(() => (isCanceled = true), 1000);
		const [ms, error] = (await ending(new RunState(() => isCanceled).wait(30_000))) ?? [];
		expect(ms).toBeLessThanOrEqual(1200);
		expect(error).toBeInstanceOf(WechatPayError);
	});

	it('rejects at its end if the run was stopped meanwhile', async () => {
		const stopping = new RunState(never);
		setTimeout(() => stopping.stop(refusal('m')), 1000);
		const [, error] = (await ending(stopping.wait(5000))) ?? [];
		expect(error).toBeInstanceOf(StoppedError);
	});
});
