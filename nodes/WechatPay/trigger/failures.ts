/** So many failed look-ups in a row are no accident. */
export const REPORT_AFTER = 3;

/**
 * Counts how often in a row the look-up of each number failed while others succeeded. Such a number
 * stops nothing, so nobody would learn of it.
 */
export class Failures {
	private counts = new Map<string, number>();

	/** Whether the user was told of a number, and it was not answered since. */
	wasReported(number: string): boolean {
		return (this.counts.get(number) ?? 0) >= REPORT_AFTER;
	}

	/**
	 * Takes in one poll. What it neither answered nor failed to look up keeps its count.
	 *
	 * @param numbers all numbers of the list: others are forgotten
	 * @param failed those whose look-up failed in this poll
	 * @param answered those that were looked up in it
	 * @returns the numbers that the user is to be told of now: each once, until it is answered
	 */
	record(
		numbers: readonly string[],
		failed: { has(number: string): boolean },
		answered: { has(number: string): boolean },
	): string[] {
		const counts = new Map<string, number>();
		const reported: string[] = [];
		for (const number of numbers) {
			const before = answered.has(number) ? 0 : (this.counts.get(number) ?? 0);
			const count = failed.has(number) ? before + 1 : before;
			if (count > 0) counts.set(number, count);
			if (count === REPORT_AFTER && before < REPORT_AFTER) reported.push(number);
		}
		this.counts = counts;
		return reported;
	}
}
