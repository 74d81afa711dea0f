import type { Contender } from './job';

export const SMALL = 1024;
const LARGE = 1_900_000;

/** One row of the table. */
export interface Case {
	contender: Contender;
	/** Milliseconds that every answer of the server takes. */
	latency: number;
	/** Bytes of a picture. */
	size: number;
	inFlight: number;
	merchants: number;
	/** 0 for no cap. */
	requestsPerSecond: number;
}

const aCase = (
	contender: Contender,
	latency: number,
	size: number,
	inFlight: number,
	merchants: number,
): Case => ({ contender, latency, size, inFlight, merchants, requestsPerSecond: 0 });

/** From here on the processor counts, and so does how much of it n8n takes. */
const MANY = 5;

/** The contenders under the same conditions, so that their ratio is of one time. */
function sideBySide(
	latency: number,
	size: number,
	merchants: number,
	inFlight: readonly number[],
): Case[] {
	return [
		aCase('rival', latency, size, 1, merchants),
		...inFlight.flatMap((many) => [
			aCase('node', latency, size, many, merchants),
			...(many >= MANY ? [aCase('least', latency, size, many, merchants)] : []),
			aCase('bare', latency, size, many, merchants),
		]),
	];
}

/** The most telling first: what is left when the time is up is left out. */
export const EVERYDAY: Case[] = [
	...sideBySide(50, SMALL, 100, [10, 20, 5, 1]),
	...sideBySide(0, SMALL, 100, [10, 20, 5, 1]),
	...sideBySide(50, LARGE, 100, [10, 20, 5, 1]),
	...sideBySide(0, LARGE, 100, [10, 20, 5, 1]),
	{ ...aCase('node', 0, SMALL, 10, 100), requestsPerSecond: 15 },
];

/** Parts of `--full`, each under ten minutes. */
export const PARTS: Record<string, Case[]> = {
	memory: [aCase('node', 0, LARGE, 10, 100), aCase('node', 0, LARGE, 10, 1000)],
	flat: [100, 1000, 5000].map((merchants) => aCase('node', 0, SMALL, 10, merchants)),
	small: sideBySide(50, SMALL, 1000, [10, 20]),
	large: sideBySide(50, LARGE, 1000, [10, 20]),
};

/** For `--profile`: where the time of this node goes. */
export const PROFILED: Case[] = [
	aCase('node', 0, SMALL, 10, 500),
	aCase('node', 0, LARGE, 10, 200),
];
