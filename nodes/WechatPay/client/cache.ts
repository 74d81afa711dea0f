const MAX_ENTRIES = 50;

/**
 * What is remembered of credentials, by fingerprint. Only a cache: it may be empty at any time, and
 * any worker starts with an empty one.
 */
export class Cache<T> extends Map<string, T> {
	/** Remembers; what would make it grow without bounds empties it first. */
	override set(fingerprint: string, value: T): this {
		if (this.size >= MAX_ENTRIES && !this.has(fingerprint)) this.clear();
		return super.set(fingerprint, value);
	}
}
