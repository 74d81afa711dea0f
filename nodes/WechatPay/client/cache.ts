const MAX_ENTRIES = 50;

/**
 * A bounded cache, mostly by the fingerprint of a credential. It may be empty at any time, and each worker
 * starts with an empty one.
 */
export class Cache<T> extends Map<string, T> {
	/** Stores a value. A full cache is cleared first, so that it stays bounded. */
	override set(key: string, value: T): this {
		if (this.size >= MAX_ENTRIES && !this.has(key)) this.clear();
		return super.set(key, value);
	}
}
