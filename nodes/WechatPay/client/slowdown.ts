const WINDOW_MS = 1000;

/** Requests per second after a 429, if the rate before it is not known. */
const GUESS = 5;
/** Lowest rate, in requests per second. */
const SLOWEST = 0.5;
/** Factors of a reduction, for the accepted rate and for the previous reduced rate. */
const SHARE = { accepted: 0.9, reduced: 0.75 };
/** Doubles with each 429 until another response arrives. */
const PAUSE_MS = { first: 150, longest: 8000 };
/** By how much the rate grows in s seconds: 1 + linear × s + cubic × s³. */
const GROWTH = { linear: 0.01, cubic: 0.004, cubicAfterGuess: 0.1 };

/**
 * The reduced rate of one endpoint. After a 429 its requests pause, and go on below the rate that was
 * accepted. Then the rate grows: slowly near the rate that was refused, later faster, because others that
 * share the limit may have stopped. Times are Unix times in milliseconds.
 */
export class Slowdown {
	/** Requests per second; Infinity while there is no reduction. */
	private reducedTo = Infinity;

	private reducedAt = 0;

	private isGuess = false;

	private pauseEnd = 0;

	private lastStart = 0;

	/** Start of the current period without a longer break. */
	private activeSince = 0;

	/** Times of the responses of the last second other than 429. */
	private responses: number[] = [];

	/** Reductions since the last response other than 429. */
	private reductions = 0;

	get pausedUntil(): number {
		return this.pauseEnd;
	}

	/** When the next request may start. A clock that was set back must not delay it. */
	readyAt(now: number): number {
		const pausedUntil = now < this.reducedAt ? 0 : this.pauseEnd;
		return Math.max(Math.min(this.lastStart, now) + 1000 / this.rate(now), pausedUntil);
	}

	/** Records that a request starts. */
	start(now: number): void {
		const isAfterBreak = this.lastStart < this.pauseEnd || now - this.lastStart > WINDOW_MS;
		if (isAfterBreak) this.activeSince = now;
		this.lastStart = now;
	}

	/** Records a response other than 429. */
	responded(now: number): void {
		this.reductions = 0;
		this.responses = this.responses.filter((at) => at > now - WINDOW_MS);
		this.responses.push(now);
	}

	/**
	 * Records a 429.
	 *
	 * @param startedAt when that request started: requests sent before the last reduction do not reduce again
	 * @param askedMs the pause that the response asks for, if any
	 * @param random from 0 to 1; spreads requests that were refused at the same time
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
		// The rate is known only after a full window of requests.
		const isKnown = startedAt - this.activeSince >= WINDOW_MS;
		const isGuess = !isKnown && rate === Infinity;
		let next = rate * SHARE.reduced;
		// Plus one, because only whole requests are counted.
		if (isKnown) next = Math.min(next, (accepted + 1) * SHARE.accepted);
		if (isGuess) next = Math.max(GUESS, accepted);
		this.isGuess = isGuess;
		this.reducedTo = Math.max(SLOWEST, next);
		this.reducedAt = now;
		this.reductions++;
	}

	/** Requests per second; grows from the end of the pause. */
	private rate(now: number): number {
		const seconds = Math.max(0, now - this.pauseEnd) / 1000;
		const cubic = this.isGuess ? GROWTH.cubicAfterGuess : GROWTH.cubic;
		return this.reducedTo * (1 + GROWTH.linear * seconds + cubic * seconds ** 3);
	}
}
