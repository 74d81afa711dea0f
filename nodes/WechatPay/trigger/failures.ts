/** Number of failed look-ups in a row after which the user is told. */
export const REPORT_AFTER = 3;

/**
 * Counts for each number how often in a row its look-up failed while others succeeded. Such a failure does
 * not stop a poll, so the user would not notice it.
 */
export class Failures {
	private counts = new Map<string, number>();

	/** Whether a number was reported, and has not been looked up successfully since. */
	wasReported(number: string): boolean {
		return (this.counts.get(number) ?? 0) >= REPORT_AFTER;
	}

	/**
	 * Records one poll. Numbers that were not looked up keep their count.
	 *
	 * @param numbers all numbers in the list; others are dropped
	 * @param failed those whose look-up failed in this poll
	 * @param succeeded those whose look-up succeeded
	 * @returns the numbers to report now; each is reported once until it succeeds
	 */
	record(
		numbers: readonly string[],
		failed: { has(number: string): boolean },
		succeeded: { has(number: string): boolean },
	): string[] {
		const counts = new Map<string, number>();
		const reported: string[] = [];
		for (const number of numbers) {
			const before = succeeded.has(number) ? 0 : (this.counts.get(number) ?? 0);
			const count = failed.has(number) ? before + 1 : before;
			if (count > 0) counts.set(number, count);
			if (count === REPORT_AFTER && before < REPORT_AFTER) reported.push(number);
		}
		this.counts = counts;
		return reported;
	}
}
