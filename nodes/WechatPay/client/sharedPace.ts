import { sleep } from 'n8n-workflow';
import { Cache } from './cache';
import { Slowdown } from './slowdown';

/** An execution whose last request is older has no part in the shared cap. */
const ACTIVE_MS = 1000;

// n8n gives nodes no timer that can be canceled, so waits are cut in slices.
const SLICE_MS = 200;

/** A timer is late by less than this: what is later had nothing to wait for. */
const LATE_MS = 30;

/** By so much the times may differ that requests take to the server, which counts when they arrive. */
const TRANSIT_MS = 20;

/** Starts that are remembered: those of more than a second at any cap that n8n can reach. */
const REMEMBERED = 1000;

interface Waiting {
	slowdown: Slowdown;
	grant: () => void;
}

/** One execution as the shared pace sees it. */
export class Member {
	readonly waiting: Waiting[] = [];

	/** When its last request was due. */
	lastDue = 0;

	/**
	 * @param interval milliseconds between two starts of this execution; 0 for no cap of its own
	 * @param isOver whether the execution was canceled
	 */
	constructor(
		readonly interval: number,
		readonly isOver: () => boolean,
	) {}
}

/**
 * Grants turns to the executions that share a limit: evenly spaced, by the highest cap of those that
 * are active, to one execution after the other.
 */
export class SharedPace {
	private members: Member[] = [];

	private readonly slowdowns = new Cache<Slowdown>();

	/** When the last request was due. */
	private lastDue = 0;

	/** When the last requests started, newest last. */
	private readonly starts: number[] = [];

	private wakesAt = Infinity;

	/** @param limitMs milliseconds between two starts, however high the caps are */
	constructor(private readonly limitMs: number) {}

	/** Resolves when the request may start, or its execution is over; gives the state of its endpoint. */
	async acquire(member: Member, endpoint: string): Promise<Slowdown> {
		const slowdown = this.slowdowns.get(endpoint) ?? new Slowdown();
		this.slowdowns.set(endpoint, slowdown);
		if (!this.members.includes(member)) this.members.push(member);
		await new Promise<void>((grant) => {
			member.waiting.push({ slowdown, grant });
			this.dispatch();
		});
		return slowdown;
	}

	/** Grants what is ready, and comes back for the rest. */
	private dispatch(): void {
		const now = Date.now();
		this.dropInactive(now);
		while (this.grantOne(now));
		const readyAt = this.members.flatMap((member) =>
			member.waiting.map(({ slowdown }) => this.readyAt(member, slowdown, now)),
		);
		if (readyAt.length > 0) this.wake(Math.min(now + SLICE_MS, ...readyAt), now);
	}

	/** Dispatches again at that time, if nothing does so earlier. */
	private wake(at: number, now: number): void {
		if (at >= this.wakesAt) return;
		this.wakesAt = at;
		void sleep(at - now).then(() => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.dispatch();
		});
	}

	/** What waits for a canceled execution goes on at once: it ends there, and takes no turn. */
	private dropInactive(now: number): void {
		for (const { isOver, waiting } of this.members) {
			if (isOver()) for (const { grant } of waiting.splice(0)) grant();
		}
		this.members = this.members.filter(
			({ isOver, waiting, lastDue }) =>
				!isOver() && (waiting.length > 0 || now - lastDue < ACTIVE_MS),
		);
	}

	/** To the execution whose last turn is longest ago, if it has a request that is ready. */
	private grantOne(now: number): boolean {
		for (const member of [...this.members].sort((a, b) => a.lastDue - b.lastDue)) {
			const isReady = ({ slowdown }: Waiting) => this.readyAt(member, slowdown, now) <= now;
			const index = member.waiting.findIndex(isReady);
			if (index < 0) continue;
			const [{ slowdown, grant }] = member.waiting.splice(index, 1);
			const dueAt = this.readyAt(member, slowdown, now);
			// A late timer must not lower the rate.
			this.lastDue = now - dueAt < LATE_MS ? dueAt : now;
			member.lastDue = this.lastDue;
			this.starts.push(now);
			if (this.starts.length > REMEMBERED) this.starts.shift();
			slowdown.start(now);
			grant();
			return true;
		}
		return false;
	}

	/** A clock that was set back must not hold anything up. */
	private readyAt(member: Member, slowdown: Slowdown, now: number): number {
		const shared = Math.max(this.limitMs, Math.min(...this.members.map((m) => m.interval)));
		return Math.max(
			Math.min(this.lastDue, now) + shared,
			this.secondEnds(shared, now),
			Math.min(member.lastDue, now) + member.interval,
			slowdown.readyAt(now),
		);
	}

	/** When the second is over that holds as many starts as its cap allows, also after a late one. */
	private secondEnds(shared: number, now: number): number {
		const most = shared > 0 ? Math.floor(1000 / shared) : 0;
		// With one start in a second the spacing alone keeps the cap.
		if (most < 2) return 0;
		return Math.min(this.starts.at(-most) ?? 0, now) + most * shared + TRANSIT_MS;
	}
}
