export type Contender = 'plain' | 'bare' | 'minimal' | 'node';

export const SMALL = 1024;
export const LARGE = 1_900_000;
/** Items in flight; the plain loop has one. */
export const IN_FLIGHT = [1, 5, 10, 20, 50];

/** Requests per Second of the node if nothing else is said. */
export const DEFAULT_CAP = 15;

/** One row: a contender under one set of conditions. */
export interface Case {
	/** Which table it belongs to. `http` is plain HTTP without a network, for comparison. */
	part: 'network' | 'cap' | 'http' | 'many';
	contender: Contender;
	/** Milliseconds of a round trip to the server. */
	rtt: number;
	/** Bytes of an image. */
	size: number;
	inFlight: number;
	merchants: number;
	/** 0 for no cap; only our node has one. */
	requestsPerSecond: number;
}

/**
 * Enough merchants for some seconds of work. With a network one in flight is slow, and many need more
 * than one round of items each; without one all take about the same time.
 */
function merchantsFor(rtt: number, size: number, inFlight: number): number {
	if (rtt === 0) return size === SMALL ? 200 : 100;
	return Math.min(Math.max(20, 10 * inFlight), size === SMALL ? 300 : 150);
}

const network = (contender: Contender, rtt: number, size: number, inFlight: number): Case => ({
	part: 'network',
	contender,
	rtt,
	size,
	inFlight,
	merchants: merchantsFor(rtt, size, inFlight),
	requestsPerSecond: 0,
});

/** All contenders under the same conditions, one after the other, so that their ratio is of one time. */
const sideBySide = (rtt: number, size: number, inFlight: readonly number[]): Case[] => [
	network('plain', rtt, size, 1),
	...inFlight.flatMap((many) => [
		network('bare', rtt, size, many),
		network('minimal', rtt, size, many),
		network('node', rtt, size, many),
	]),
];

/** What a user has who changes no option. */
const atDefaults = (size: number): Case => ({
	...network('node', 50, size, 10),
	part: 'cap',
	merchants: 50,
	requestsPerSecond: DEFAULT_CAP,
});

const overHttp = (size: number): Case => ({ ...network('node', 0, size, 10), part: 'http' });

const many = (size: number, merchants: number): Case => ({
	...network('node', 0, size, 10),
	part: 'many',
	merchants,
});

/** The most telling first: what is left when the time is up is left out. */
export const EVERYDAY: Case[] = [
	...sideBySide(50, SMALL, [10, 50, 1]),
	...sideBySide(50, LARGE, [10, 50, 1]),
	...[SMALL, LARGE].map(atDefaults),
	...sideBySide(0, SMALL, [10]),
	...sideBySide(0, LARGE, [10]),
	...[SMALL, LARGE].map(overHttp),
];

export const FULL: Case[] = [
	...[50, 0].flatMap((rtt) => [SMALL, LARGE].flatMap((size) => sideBySide(rtt, size, IN_FLIGHT))),
	...[SMALL, LARGE].map(atDefaults),
	...[SMALL, LARGE].map(overHttp),
	...[100, 1000, 5000].map((merchants) => many(SMALL, merchants)),
	...[100, 1000].map((merchants) => many(LARGE, merchants)),
];

/** For `--profile`. */
export const PROFILED: Case[] = [SMALL, LARGE].map((size) => network('node', 50, size, 10));
