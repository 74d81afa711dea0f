import type { Account } from './account';
import type { ApiRequest } from './request';
import { Cache } from './cache';
import { LIMITS } from './policy';
import { Member, SharedPace } from './sharedPace';
import type { Slowdown } from './slowdown';

const MINUTE_MS = 60_000;

/** Shared by all executions in this process, by host, merchant number and limit. */
const sharedPaces = new Cache<SharedPace>();

/** Limits the rate of one execution: by its own cap, and by the cap it shares with other executions. */
export class Pace {
	private readonly members = new Map<SharedPace, Member>();

	/**
	 * @param perSecond maximum requests per second; 0 for no cap
	 * @param isOver whether the execution was canceled
	 */
	constructor(
		private readonly account: Pick<Account, 'origins' | 'signer'>,
		private readonly perSecond: number,
		private readonly isOver: () => boolean,
	) {}

	/**
	 * Waits until the request may start. Requests to one endpoint start in the order of the calls.
	 *
	 * @returns the slowdown of the endpoint, to which the result must be reported
	 */
	async acquire(request: PacedRequest): Promise<Slowdown> {
		const shared = this.sharedFor(request);
		const own = this.perSecond > 0 ? 1000 / this.perSecond : 0;
		const member = this.members.get(shared) ?? new Member(own, this.isOver);
		this.members.set(shared, member);
		return await shared.acquire(member, endpointOf(request));
	}

	private sharedFor({ method, path }: PacedRequest): SharedPace {
		const limit = LIMITS.find((one) => one.method === method && path.startsWith(one.path));
		const { origins, signer } = this.account;
		const key = `${origins[0]} ${signer.mchid} ${limit?.name ?? ''}`;
		const shared = sharedPaces.get(key) ?? new SharedPace(limit ? MINUTE_MS / limit.perMinute : 0);
		sharedPaces.set(key, shared);
		return shared;
	}
}

export type PacedRequest = Pick<ApiRequest, 'method' | 'path' | 'about'>;

/**
 * Identifies the endpoint that a 429 slows down: the method and the path without the numbers of the item.
 * Those of API Request are not always in `about`, so segments with many digits count as numbers too.
 */
export function endpointOf({ method, path, about = {} }: PacedRequest): string {
	const values = new Set(Object.values(about).map((value) => encodeURIComponent(value)));
	const isValue = (segment: string) => values.has(segment) || /^\d+$|\d{4}/.test(segment);
	const segments = path.split('?', 1)[0].split('/');
	return `${method} ${segments.map((segment) => (isValue(segment) ? '{}' : segment)).join('/')}`;
}
