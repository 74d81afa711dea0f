import type { Account } from './account';
import type { ApiRequest } from './request';
import { Cache } from './cache';
import { LIMITS } from './policy';
import { Member, SharedPace } from './sharedPace';
import type { Slowdown } from './slowdown';

const MINUTE_MS = 60_000;

/** Of all executions in this process, by host, merchant number and limit. */
const sharedPaces = new Cache<SharedPace>();

/** When the requests of one execution start: within its own cap, and within what it shares with others. */
export class Pace {
	private readonly members = new Map<SharedPace, Member>();

	/**
	 * @param perSecond requests a second at most; 0 for no cap
	 * @param isOver whether the execution was canceled
	 */
	constructor(
		private readonly account: Pick<Account, 'origins' | 'signer'>,
		private readonly perSecond: number,
		private readonly isOver: () => boolean,
	) {}

	/**
	 * Resolves when the request may start, in the order of the calls for each endpoint.
	 *
	 * @returns the state of its endpoint, which is to be told of a 429
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
 * What a 429 slows down: the method and the path, without what differs from item to item. Numbers of
 * API Request are in no `about`; most of them have many digits.
 */
export function endpointOf({ method, path, about = {} }: PacedRequest): string {
	const values = new Set(Object.values(about).map((value) => encodeURIComponent(value)));
	const isValue = (segment: string) => values.has(segment) || /^\d+$|\d{4}/.test(segment);
	const segments = path.split('?', 1)[0].split('/');
	return `${method} ${segments.map((segment) => (isValue(segment) ? '{}' : segment)).join('/')}`;
}
