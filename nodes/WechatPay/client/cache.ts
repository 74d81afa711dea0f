const MAX_ENTRIES = 50;

/**
 * A cache by the fingerprint of a credential. It may be empty at any time, and each worker starts with an
 * empty one.
 */
export class Cache<T> extends Map<string, T> {
	/** Stores a value. A full cache is cleared first, so that it stays bounded. */
	override set(fingerprint: string, value: T): this {
		if (this.size >= MAX_ENTRIES && !this.has(fingerprint)) this.clear();
		return super.set(fingerprint, value);
	}
}
