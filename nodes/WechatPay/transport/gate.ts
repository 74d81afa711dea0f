/** Lets few things happen at a time, in the order in which they came. */
export class Gate {
	private readonly waiting: Array<() => void> = [];

	/** @param free how many at a time */
	constructor(private free: number) {}

	async pass<T>(action: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free -= 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await action();
		} finally {
			const next = this.waiting.shift();
			if (next) next();
			else this.free += 1;
		}
	}
}
