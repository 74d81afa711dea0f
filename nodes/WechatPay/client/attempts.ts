import { outcomeOf } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { CallError } from '../failure/errors';
import { Problem } from '../protocol/problem';
import type { Account } from './account';
import { causeOfNoResponse } from './classify';
import { decide, stopsRun } from './decide';
import { exchange } from './exchange';
import type { ApiResponse, Send } from './exchange';
import type { Pace } from './pace';
import { POLICY } from './policy';
import type { ApiRequest, RunSettings, Trace } from './request';
import type { Slowdown } from './slowdown';
import type { RunState } from './runState';

/** Judges a response of any status: the cause if it does not count. */
export type Check = (response: ApiResponse) => Promise<Cause | undefined>;

/** Around one attempt and its check. */
export type Gate = (attempt: () => Promise<ApiResponse | Cause>) => Promise<ApiResponse | Cause>;

const ungated: Gate = async (attempt) => await attempt();

/** Sends requests, as often as `decide` says, over the host that works. */
export class Attempts {
	/** Index of the origin that is tried first. */
	private preferred = 0;

	constructor(
		private readonly account: Account,
		private readonly send: Send,
		private readonly settings: RunSettings,
		private readonly pace: Pace,
		private readonly runState: RunState,
	) {}

	/**
	 * Sends a request until a response counts.
	 *
	 * @param gate lets the first request of a run go alone
	 * @throws {CallError} with the cause of the last attempt
	 * @throws {StoppedError} or {WechatPayError} when the run was stopped or canceled before it was sent
	 */
	async run(request: ApiRequest, trace: Trace, check: Check, gate = ungated): Promise<ApiResponse> {
		const policy = { repeat: request.repeat, maxAttempts: this.settings.maxAttempts };
		let origin = this.preferred;
		let endsAt = 0;
		const earlier: Cause[] = [];
		for (let number = 1; ; number++) {
			const result = await gate(async () => {
				const slowdown = await this.pace.acquire(request);
				this.runState.assertRunning();
				const last = earlier.at(-1);
				// The turn may have come when the call should have ended.
				if (last && Date.now() >= endsAt) return last;
				endsAt ||= Date.now() + POLICY.callMs;
				return await this.once(request, origin, endsAt, trace, reportingTo(slowdown, check));
			});
			if (!('kind' in result)) return result;
			const attempt = { number, leftMs: endsAt - Date.now(), random: Math.random() };
			const decision = decide(result, attempt, policy);
			if (decision.next === 'stop') this.runState.stop(result);
			if (decision.next !== 'repeat' || this.runState.isCanceled()) {
				throw new CallError(result, earlier);
			}
			earlier.push(result);
			if (decision.host === 'other') origin = this.otherOrigin(origin, result);
			// A rate limit holds up all requests in `pace`: waiting here as well would count it twice.
			if (result.kind !== 'rateLimit') await this.runState.wait(decision.waitMs);
		}
	}

	/** One attempt: the response if it counts, else the cause. */
	private async once(
		request: ApiRequest,
		origin: number,
		endsAt: number,
		trace: Trace,
		check: Check,
	): Promise<ApiResponse | Cause> {
		const startedAt = Date.now();
		const timeoutMs = Math.min(this.settings.timeout ?? request.timeout, endsAt - startedAt);
		const host = this.account.origins[origin];
		const { method, path, body, headers, maxBytes } = request;
		const exchanged = await exchange(
			this.send,
			{ method, url: host + path, headers: { ...HEADERS, ...headers }, ...(body && { body }) },
			timeoutMs,
			this.runState.isCanceled,
			maxBytes,
		);
		if ('noResponse' in exchanged) {
			trace.sent ||= exchanged.noResponse.mayHaveArrived;
			return causeOfNoResponse(exchanged.noResponse, new URL(host).host, timeoutMs);
		}
		trace.sent = true;
		if (maxBytes !== undefined && exchanged.response.body.length > maxBytes) {
			throw new Problem('fileTooLarge', { most: maxBytes });
		}
		return (await check(exchanged.response)) ?? exchanged.response;
	}

	/** The other host is tried next; it stays the first one if this one was not reached at all. */
	private otherOrigin(origin: number, cause: Cause): number {
		const other = (origin + 1) % this.account.origins.length;
		if (outcomeOf(cause) === 'notSent') this.preferred = other;
		return other;
	}
}

/** The check, whose result the endpoint's slowdown is told as well. The request starts now. */
function reportingTo(slowdown: Slowdown, check: Check): Check {
	const startedAt = Date.now();
	return async (response) => {
		const cause = await check(response);
		if (cause?.kind !== 'rateLimit') slowdown.responded(Date.now());
		else if (!stopsRun(cause)) slowdown.rateLimited(startedAt, Date.now(), cause.retryAfterMs);
		return cause;
	};
}

/** Texts of several runs are compared, so their language is fixed. */
const HEADERS = { accept: 'application/json', 'accept-language': 'zh-CN' };
