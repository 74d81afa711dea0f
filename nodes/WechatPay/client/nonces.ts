/** A response is fresh for five minutes to either side of this machine's clock. */
const KEPT_MS = 10 * 60_000;
/** n8n sends no more than some 400 requests a second: ten minutes of that. */
const MAX_NONCES = 250_000;

/** The nonces of responses that verified, for as long as the same response would still be fresh. */
export class Nonces {
	/** When each was seen, in milliseconds, oldest first. */
	private readonly seenAt = new Map<string, number>();

	/** @param max how many are remembered; the oldest is forgotten first */
	constructor(private readonly max = MAX_NONCES) {}

	/**
	 * Remembers a nonce.
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

/** Of all runs of this process: a response of one run must not serve another. */
const seen = new Nonces();

/**
 * Remembers the nonce of a verified response.
 *
 * @returns whether it is new
 */
export const isNewNonce = (nonce: string): boolean => seen.add(nonce, Date.now());
