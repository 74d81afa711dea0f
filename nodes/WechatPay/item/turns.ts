/** Lets what belongs to one number happen one after the other, in the order of the calls. */
export class Turns {
	private readonly last = new Map<string, Promise<unknown>>();

	async after<T>(number: string, action: () => Promise<T>): Promise<T> {
		const before = this.last.get(number) ?? Promise.resolve();
		const mine = before.then(action, action);
		this.last.set(
			number,
			mine.catch(() => undefined),
		);
		return await mine;
	}
}
