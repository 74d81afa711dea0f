/** Lets the first request of a run go alone: if the credential is wrong, only one is refused. */
export class FirstRequestGate {
	private first: Promise<void> | undefined;

	/** Does what sends a request: at once if it is the first, else after the first was answered. */
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
