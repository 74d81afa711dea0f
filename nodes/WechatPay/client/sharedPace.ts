import { sleep } from 'n8n-workflow';
import { Cache } from './cache';
import { Slowdown } from './slowdown';

/** An execution whose last request is older does not count for the shared cap. */
const ACTIVE_MS = 1000;

// n8n gives nodes no timer that can be canceled, so waits are cut in slices.
const SLICE_MS = 200;

/** Timers are late by less than this. A start that is later was not waiting for one. */
const LATE_MS = 30;

/** Tolerance for different transit times: the server counts requests when they arrive. */
const TRANSIT_MS = 20;

/** Number of start times that are kept: more than n8n can reach in a second. */
const REMEMBERED = 1000;

interface Waiting {
	slowdown: Slowdown;
	grant: () => void;
}

/** One execution that takes part in a shared pace. */
export class Member {
	readonly waiting: Waiting[] = [];

	/** Due time of its last request. */
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
 * Lets the executions that share a limit start requests: evenly spaced, at the highest cap of the active
 * executions, in round-robin order.
 */
export class SharedPace {
	private members: Member[] = [];

	private readonly slowdowns = new Cache<Slowdown>();

	/** Due time of the last request. */
	private lastDue = 0;

	/** Start times of the last requests, newest last. */
	private readonly starts: number[] = [];

	private wakesAt = Infinity;

	/** @param limitMs minimum milliseconds between two starts, whatever the caps are */
	constructor(private readonly limitMs: number) {}

	/** Waits until the request may start or its execution is over. Returns the slowdown of its endpoint. */
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

	/** Starts what is ready, and schedules the next dispatch for the rest. */
	private dispatch(): void {
		const now = Date.now();
		this.dropInactive(now);
		while (this.grantOne(now));
		const readyAt = this.members.flatMap((member) =>
			member.waiting.map(({ slowdown }) => this.readyAt(member, slowdown, now)),
		);
		if (readyAt.length > 0) this.wake(Math.min(now + SLICE_MS, ...readyAt), now);
	}

	/** Dispatches again at that time, unless an earlier dispatch is scheduled. */
	private wake(at: number, now: number): void {
		if (at >= this.wakesAt) return;
		this.wakesAt = at;
		void sleep(at - now).then(() => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.dispatch();
		});
	}

	/** Releases the requests of canceled executions at once, without counting them, and drops idle ones. */
	private dropInactive(now: number): void {
		for (const { isOver, waiting } of this.members) {
			if (isOver()) for (const { grant } of waiting.splice(0)) grant();
		}
		this.members = this.members.filter(
			({ isOver, waiting, lastDue }) =>
				!isOver() && (waiting.length > 0 || now - lastDue < ACTIVE_MS),
		);
	}

	/** Starts one request, of the execution whose last start is longest ago among those that are ready. */
	private grantOne(now: number): boolean {
		for (const member of [...this.members].sort((a, b) => a.lastDue - b.lastDue)) {
			const isReady = ({ slowdown }: Waiting) => this.readyAt(member, slowdown, now) <= now;
			const index = member.waiting.findIndex(isReady);
			if (index < 0) continue;
			const [{ slowdown, grant }] = member.waiting.splice(index, 1);
			const dueAt = this.readyAt(member, slowdown, now);
			// Late timers must not lower the rate.
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

	/** When a request may start. A clock that was set back must not delay it. */
	private readyAt(member: Member, slowdown: Slowdown, now: number): number {
		const shared = Math.max(this.limitMs, Math.min(...this.members.map((m) => m.interval)));
		return Math.max(
			Math.min(this.lastDue, now) + shared,
			this.secondEnds(shared, now),
			Math.min(member.lastDue, now) + member.interval,
			slowdown.readyAt(now),
		);
	}

	/** When the window of one second has room for another start, also after late starts. */
	private secondEnds(shared: number, now: number): number {
		const most = shared > 0 ? Math.floor(1000 / shared) : 0;
		// With one start per second the spacing alone keeps the cap.
		if (most < 2) return 0;
		return Math.min(this.starts.at(-most) ?? 0, now) + most * shared + TRANSIT_MS;
	}
}
