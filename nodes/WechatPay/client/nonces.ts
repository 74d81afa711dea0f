/** A response is fresh for five minutes before and after the time of this machine. */
const KEPT_MS = 10 * 60_000;
/** n8n sends no more than some 400 requests a second: ten minutes of that. */
const MAX_NONCES = 250_000;

/** Nonces of verified responses, kept as long as the same response would still be fresh. */
export class Nonces {
	/** Unix time in milliseconds by nonce, oldest first. */
	private readonly seenAt = new Map<string, number>();

	/** @param max number of nonces that are kept; the oldest are dropped */
	constructor(private readonly max = MAX_NONCES) {}

	/**
	 * Adds a nonce.
	 *
	 * @param now Unix time in milliseconds
	 * @returns whether it is new; false if it was seen in the last ten minutes
	 */
	add(nonce: string, now: number): boolean {
		this.forget(now);
		if (this.seenAt.has(nonce)) return false;
		this.seenAt.set(nonce, now);
		return true;
	}

	private forget(now: number): void {
		for (const [nonce, at] of this.seenAt) {
			if (this.seenAt.size < this.max && now - at < KEPT_MS) return;
			this.seenAt.delete(nonce);
		}
	}
}

/** Shared by all runs of this process: a response to one run must not be replayed in another. */
const seen = new Nonces();

/**
 * Records the nonce of a verified response.
 *
 * @returns whether it is new
 */
export const isNewNonce = (nonce: string): boolean => seen.add(nonce, Date.now());
