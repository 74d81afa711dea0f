/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import type { Fault } from './kinds';
import { invalidRequest } from '../replies';
import type { Call } from '../types';

/** A request is booked after this time even if there are fewer requests about its number. */
const AT_THE_LATEST = 60_000;
const REQUESTS = 2;

interface Booking {
	number: string;
	path: string;
	/** How many requests about the number get a response before it is booked. */
	left: number;
	/** Whether the same number is refused until then. */
	isBusy: boolean;
	timer: NodeJS.Timeout;
	act: () => void;
}

/** Requests that got a failure as their response, and are acted on later. */
export class LateBookings {
	private waiting: Booking[] = [];

	/** Adds a request; `act` is called when it is booked. */
	add(call: Call & { number: string }, fault: Fault, act: () => void): void {
		const { number, path } = call;
		const booking: Booking = {
			number,
			path,
			// The response to the request itself is counted as well.
			left: (fault.requests ?? REQUESTS) + 1,
			isBusy: fault.kind === 'late-busy',
			timer: setTimeout(() => this.book(booking), fault.ms ?? AT_THE_LATEST).unref(),
			act,
		};
		this.waiting.push(booking);
	}

	/**
	 * Refuses a POST with a number that is being booked. Neither code nor message is documented: this one
	 * stands for all refusals that only the first request has caused.
	 */
	check({ method, path, number }: Call): void {
		const isBusy = this.waiting.some(
			(booking) => booking.isBusy && booking.number === number && booking.path === path,
		);
		if (method === 'POST' && isBusy) throw invalidRequest('请求正在处理中，请勿重复提交');
	}

	/** Counts a response about the number, and books the requests that waited for it. */
	answered(number: string | undefined): void {
		const due = this.waiting.filter((booking) => booking.number === number && --booking.left <= 0);
		for (const booking of due) this.book(booking);
	}

	/** Books all waiting requests now. Returns their numbers. */
	settle(): string[] {
		const numbers = this.numbers;
		for (const booking of [...this.waiting]) this.book(booking);
		return numbers;
	}

	/** The numbers of the waiting requests. */
	get numbers(): string[] {
		return this.waiting.map(({ number }) => number);
	}

	/** Removes all waiting requests. */
	clear(): void {
		for (const { timer } of this.waiting) clearTimeout(timer);
		this.waiting = [];
	}

	private book(booking: Booking): void {
		clearTimeout(booking.timer);
		this.waiting = this.waiting.filter((other) => other !== booking);
		booking.act();
	}
}
