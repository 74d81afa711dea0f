/** What people and logs could see of a value. */
const isRecord = (value: unknown): value is object =>
	(typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * Every text inside a value, one a line: keys and values, hidden properties and symbols, causes and
 * stacks, the content of buffers. Whoever looks for what must not be there looks here.
 */
export function everything(root: unknown): string {
	const texts: string[] = [];
	const seen = new Set<object>();
	const queue: unknown[] = [root];
	while (queue.length > 0) {
		const value = queue.pop();
		if (typeof value === 'string') texts.push(value);
		if (!isRecord(value) || seen.has(value)) continue;
		seen.add(value);
		if (value instanceof Uint8Array) {
			texts.push(Buffer.from(value).toString('latin1'));
			continue;
		}
		if (value instanceof Map || value instanceof Set) queue.push([...value]);
		if (value instanceof Error) texts.push(String(value), String(value.stack));
		for (const key of Reflect.ownKeys(value)) {
			texts.push(String(key));
			const property = Reflect.getOwnPropertyDescriptor(value, key);
			// A getter may throw, or work on something that is gone.
			if (property && 'value' in property) queue.push(property.value);
		}
	}
	return texts.join('\n');
}
