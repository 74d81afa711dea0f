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

/** Checks a response of any status. Returns the cause if it is not a success. */
export type Check = (response: ApiResponse) => Promise<Cause | undefined>;

/** Decides when an attempt, including its check, may run. */
export type Gate = (attempt: () => Promise<ApiResponse | Cause>) => Promise<ApiResponse | Cause>;

const ungated: Gate = async (attempt) => await attempt();

/** Sends requests: as many attempts as `decide` says, to the host that can be reached. */
export class Attempts {
	/** Index of the origin for the first attempt. */
	private preferred = 0;

	constructor(
		private readonly account: Account,
		private readonly send: Send,
		private readonly settings: RunSettings,
		private readonly pace: Pace,
		private readonly runState: RunState,
	) {}

	/**
	 * Sends a request until it succeeds or no retry is left.
	 *
	 * @param gate lets the first request of a run finish before others start
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
				// The wait for the pace may have used up the time of the call.
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
			// After a 429 the pace delays all requests of the endpoint. Waiting here too would wait twice.
			if (result.kind !== 'rateLimit') await this.runState.wait(decision.waitMs);
		}
	}

	/** One attempt. Returns the response if it is a success, otherwise the cause. */
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

	/** Switches to the other host; for later requests too, if this host could not be reached at all. */
	private otherOrigin(origin: number, cause: Cause): number {
		const other = (origin + 1) % this.account.origins.length;
		if (outcomeOf(cause) === 'notSent') this.preferred = other;
		return other;
	}
}

/** A check that also reports its result to the slowdown of the endpoint. Called when the request starts. */
function reportingTo(slowdown: Slowdown, check: Check): Check {
	const startedAt = Date.now();
	return async (response) => {
		const cause = await check(response);
		if (cause?.kind !== 'rateLimit') slowdown.responded(Date.now());
		else if (!stopsRun(cause)) slowdown.rateLimited(startedAt, Date.now(), cause.retryAfterMs);
		return cause;
	};
}

/** The language is fixed because hints are chosen by the text of WeChat Pay's messages. */
const HEADERS = { accept: 'application/json', 'accept-language': 'zh-CN' };
