/** Lets the first request of a run finish alone: if the credential is wrong, only one request is refused. */
export class FirstRequestGate {
	private first: Promise<void> | undefined;

	/** Runs an action: at once if it is the first, otherwise after the first has ended. */
	async run<T>(action: () => Promise<T>): Promise<T> {
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
}
