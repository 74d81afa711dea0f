import type { Cause } from '../failure/cause';
import { StoppedError, WechatPayError } from '../failure/errors';
import { createMask, maskStrings } from '../failure/mask';
import { pause } from './pause';

/** Whether a run may still send: not after it was canceled or stopped. */
export class RunState {
	/** Sensitive texts of all items: the error that stops the run is shown for each of them. */
	readonly secrets: string[] = [];

	private cause: Cause | undefined;

	/** @param isCanceled whether the execution has been canceled */
	constructor(readonly isCanceled: () => boolean) {}

	/** Stops the run: nothing more is sent, and what has not started fails with this cause. */
	stop(cause: Cause): void {
		// Errors of the credential contain no text of an item.
		this.cause ??= cause.kind === 'noKeys' ? cause : maskStrings(cause, createMask(this.secrets));
	}

	/**
	 * @throws {StoppedError} after `stop`
	 * @throws {WechatPayError} when the execution was canceled
	 */
	assertRunning(): void {
		if (this.cause) throw new StoppedError(this.cause);
		if (this.isCanceled()) throw canceledError();
	}

	/** Waits, unless the execution is canceled. */
	async wait(ms: number): Promise<void> {
		await pause(ms, this.isCanceled);
		this.assertRunning();
	}
}

/** The error of an item that was not sent before the execution was canceled. */
export const canceledError = (): WechatPayError =>
	new WechatPayError(
		'The execution was canceled before this item was sent',
		'Run it again with the same number: that is safe.',
	);
