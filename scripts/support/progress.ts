/** Such as `12 s` or `3 min 5 s`. */
export function toTime(milliseconds: number): string {
	const seconds = Math.round(milliseconds / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * How far something is, such as `12 of 40 done in 30 s, about 1 min 10 s left`. What is left is taken
 * to go on at the same rate.
 *
 * @param started milliseconds since 1970
 */
export function toProgress(done: number, all: number, started: number, now = Date.now()): string {
	const spent = now - started;
	const text = `${done} of ${all} done in ${toTime(spent)}`;
	if (done === 0 || done >= all) return text;
	return `${text}, about ${toTime((spent / done) * (all - done))} left`;
}
