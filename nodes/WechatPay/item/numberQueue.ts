/** Runs the actions for one number one after the other, in the order of the calls, also after one that failed. */
export class NumberQueue {
	private readonly last = new Map<string, Promise<unknown>>();

	async run<T>(number: string, action: () => Promise<T>): Promise<T> {
		const previous = this.last.get(number) ?? Promise.resolve();
		const current = previous.then(action, action);
		this.last.set(number, current);
		return await current;
	}
}
