/** The result of an action; undefined if it throws. */
export function orUndefined<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch {
		return undefined;
	}
}
