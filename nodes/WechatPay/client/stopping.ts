import type { Cause } from '../failure/cause';
import { StoppedError, WechatPayError } from '../failure/errors';
import { createMask, maskStrings } from '../failure/mask';
import { pause } from './pause';

/** Whether a run may still send: not after it was cancelled, or its credential was proven wrong. */
export class Stopping {
	/** Sensitive texts of all items: the sentence that stops the run reaches every one of them. */
	readonly secrets: string[] = [];

	private because: Cause | undefined;

	/** @param isCancelled whether the execution was cancelled */
	constructor(readonly isCancelled: () => boolean) {}

	/** Nothing more is sent: what has not started fails with the same sentence. */
	stop(because: Cause): void {
		// The credential itself holds no text of an item.
		this.because ??=
			because.kind === 'noKeys' ? because : maskStrings(because, createMask(this.secrets));
	}

	/**
	 * @throws {StoppedError} after `stop`
	 * @throws {WechatPayError} when the execution was cancelled
	 */
	assertGoing(): void {
		if (this.because) throw new StoppedError(this.because);
		if (this.isCancelled()) throw cancelled();
	}

	/** Waits, unless the execution is cancelled meanwhile. */
	async wait(ms: number): Promise<void> {
		await pause(ms, this.isCancelled);
		this.assertGoing();
	}
}

/** What an item fails with that had not been sent when the execution was cancelled. */
export const cancelled = (): WechatPayError =>
	new WechatPayError(
		'The execution was canceled before this item was sent',
		'Run it again with the same number: that is safe.',
	);
