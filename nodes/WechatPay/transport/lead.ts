import { Cache } from './cache';

/** So long a credential that was accepted is taken to be right. */
const HOLDS_MS = 10 * 60_000;

/** When credentials were last accepted. */
const accepted = new Cache<number>();

/**
 * Lets the first request of a run go alone: if the credential is wrong, only one is refused. One that
 * was accepted minutes ago needs no such proof: a loop of small runs would wait for it every time.
 */
export class Lead {
	private first: Promise<void> | undefined;

	/** @param fingerprint tells credentials apart */
	constructor(private readonly fingerprint: string) {}

	/** Does what sends a request: at once, or after the first of the run has been answered. */
	async follow<T>(action: () => Promise<T>): Promise<T> {
		if (this.isAccepted()) return await action();
		if (this.first) {
			await this.first;
			return await action();
		}
		let release = (): void => undefined;
		this.first = new Promise((resolve) => {
			release = resolve;
		});
		try {
			return await action();
		} finally {
			release();
		}
	}

	/** An answer was verified: WeChat Pay took the signature, and the keys fit. */
	accept(): void {
		accepted.set(this.fingerprint, Date.now());
	}

	/** The credential turned out to be wrong. */
	refuse(): void {
		accepted.delete(this.fingerprint);
	}

	private isAccepted(): boolean {
		const at = accepted.get(this.fingerprint);
		return at !== undefined && Date.now() - at < HOLDS_MS;
	}
}
