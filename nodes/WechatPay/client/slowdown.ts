const WINDOW_MS = 1000;

/** Where a rate begins that a refusal found unknown, in requests a second. */
const GUESS = 5;
/** Requests a second. */
const SLOWEST = 0.5;
/** What a reduction leaves of the rate that was accepted, and of the reduced rate before. */
const SHARE = { accepted: 0.9, reduced: 0.75 };
/** Doubles with each refusal until a response is accepted. */
const PAUSE_MS = { first: 150, longest: 8000 };
/** By how much the rate grows in s seconds: 1 + linear × s + cubic × s³. */
const GROWTH = { linear: 0.01, cubic: 0.004, cubicAfterGuess: 0.1 };

/**
 * How much slower one endpoint is asked than the cap allows. After a 429 it pauses, and goes on below
 * the rate that was accepted; then it speeds up, slowly while it is near the rate that was refused, then
 * ever faster: others that share the limit may have gone. Times are milliseconds since 1970.
 */
export class Slowdown {
	/** Requests a second; Infinity while only the cap counts. */
	private reducedTo = Infinity;

	private reducedAt = 0;

	private isGuess = false;

	private pauseEnd = 0;

	private lastStart = 0;

	/** Since when requests start without a longer break. */
	private activeSince = 0;

	/** When responses of the last second came that were no refusals. */
	private responses: number[] = [];

	/** Reductions since the last of these responses. */
	private reductions = 0;

	get pausedUntil(): number {
		return this.pauseEnd;
	}

	/** When the next request may start. A clock that was set back does not hold it up. */
	readyAt(now: number): number {
		const pausedUntil = now < this.reducedAt ? 0 : this.pauseEnd;
		return Math.max(Math.min(this.lastStart, now) + 1000 / this.rate(now), pausedUntil);
	}

	/** A request starts. */
	start(now: number): void {
		const isAfterBreak = this.lastStart < this.pauseEnd || now - this.lastStart > WINDOW_MS;
		if (isAfterBreak) this.activeSince = now;
		this.lastStart = now;
	}

	/** A request was answered otherwise than with 429. */
	responded(now: number): void {
		this.reductions = 0;
		this.responses = this.responses.filter((at) => at > now - WINDOW_MS);
		this.responses.push(now);
	}

	/**
	 * A request was refused with 429.
	 *
	 * @param startedAt when that request started: the responses to what was sent before the last
	 *   reduction do not reduce again
	 * @param askedMs how long the response asks to wait, if it does
	 * @param random from 0 to 1: spreads what was refused together
	 */
	rateLimited(startedAt: number, now: number, askedMs?: number, random = Math.random()): void {
		if (startedAt > this.reducedAt) this.reduce(startedAt, now);
		const grown = PAUSE_MS.first * 2 ** (this.reductions - 1);
		const pauseMs = askedMs ?? Math.min(PAUSE_MS.longest, grown) * (1 + random);
		this.pauseEnd = Math.max(this.pauseEnd, now + pauseMs);
	}

	private reduce(startedAt: number, now: number): void {
		const rate = this.rate(now);
		const accepted = this.responses.filter((at) => at > now - WINDOW_MS).length;
		// Requests that have only just begun, or begun again, say nothing of the rate.
		const isKnown = startedAt - this.activeSince >= WINDOW_MS;
		const isGuess = !isKnown && rate === Infinity;
		let next = rate * SHARE.reduced;
		// One more, because the count is of whole requests.
		if (isKnown) next = Math.min(next, (accepted + 1) * SHARE.accepted);
		if (isGuess) next = Math.max(GUESS, accepted);
		this.isGuess = isGuess;
		this.reducedTo = Math.max(SLOWEST, next);
		this.reducedAt = now;
		this.reductions++;
	}

	/** Requests a second; it grows from the end of the pause. */
	private rate(now: number): number {
		const seconds = Math.max(0, now - this.pauseEnd) / 1000;
		const cubic = this.isGuess ? GROWTH.cubicAfterGuess : GROWTH.cubic;
		return this.reducedTo * (1 + GROWTH.linear * seconds + cubic * seconds ** 3);
	}
}
