import { pause } from './pause';

const WINDOW_MS = 1000;
const SLOWEST_MS = 2000;
const FIRST_STEP_MS = 200;
const NEGLIGIBLE_MS = 2;
const RECOVERY = 0.95;

/**
 * Spaces the requests of one run: never more a second than the user allows, slower after a 429, and
 * back to the old speed as requests succeed again.
 */
export class Pace {
	private readonly base: number;

	/** Milliseconds between two starts. */
	private interval: number;

	private lastStart = 0;

	/** Since when requests start without a longer break. */
	private activeSince = 0;

	private pausedUntil = 0;

	private reducedAt = 0;

	private recentStarts: number[] = [];

	private queue: Promise<void> = Promise.resolve();

	/** @param perSecond requests a second at most; 0 for no cap */
	constructor(
		perSecond: number,
		private readonly isOver: () => boolean,
	) {
		this.base = perSecond > 0 ? 1000 / perSecond : 0;
		this.interval = this.base;
	}

	/** Resolves when the next request may start, in the order of the calls. */
	async turn(): Promise<void> {
		const turn = this.queue.then(async () => await this.waitForSlot());
		this.queue = turn;
		await turn;
	}

	private async waitForSlot(): Promise<void> {
		const wait = () => Math.max(this.lastStart + this.interval, this.pausedUntil) - Date.now();
		for (let left = wait(); left > 0 && !this.isOver(); left = wait()) {
			await pause(left, this.isOver);
		}
		const now = Date.now();
		const afterBreak = this.lastStart < this.pausedUntil || now - this.lastStart > WINDOW_MS;
		if (afterBreak) this.activeSince = now;
		this.lastStart = now;
		this.recentStarts = this.recentStarts.filter((at) => at > this.lastStart - WINDOW_MS);
		this.recentStarts.push(this.lastStart);
	}

	/**
	 * A request was refused with 429: everything pauses, then goes on at half the rate.
	 *
	 * @param startedAt when that request started: the answers to what was sent before the last
	 *   reduction do not reduce again
	 */
	slowDown(startedAt: number, waitMs: number): void {
		const now = Date.now();
		this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
		if (startedAt <= this.reducedAt) return;
		this.reducedAt = now;
		const halfTheRate = (2 * WINDOW_MS) / Math.max(1, this.recentStarts.length);
		// Few starts in the last second say nothing of the rate if the run has only just begun to send.
		const isKnown = startedAt - this.activeSince >= WINDOW_MS;
		const step = isKnown ? halfTheRate : Math.min(FIRST_STEP_MS, halfTheRate);
		this.interval = Math.min(SLOWEST_MS, Math.max(2 * this.interval, step));
	}

	/** A request was answered: a little faster again, down to the user's own spacing. */
	speedUp(): void {
		const next = this.interval * RECOVERY;
		this.interval = next - this.base < NEGLIGIBLE_MS ? this.base : next;
	}
}
