import type { Cause } from '../failure/cause';
import { StoppedError, WechatPayError } from '../failure/errors';
import { createMask, maskStrings } from '../failure/mask';
import { pause } from './pause';

/** Whether a run may still send: not after it was canceled, or its credential was proven wrong. */
export class RunState {
	/** Sensitive texts of all items: the sentence that stops the run reaches every one of them. */
	readonly secrets: string[] = [];

	private cause: Cause | undefined;

	/** @param isCanceled whether the execution was canceled */
	constructor(readonly isCanceled: () => boolean) {}

	/** Nothing more is sent: what has not started fails with the same sentence. */
	stop(cause: Cause): void {
		// The credential itself holds no text of an item.
		this.cause ??=
			cause.kind === 'noKeys' ? cause : maskStrings(cause, createMask(this.secrets));
	}

	/**
	 * @throws {StoppedError} after `stop`
	 * @throws {WechatPayError} when the execution was canceled
	 */
	assertRunning(): void {
		if (this.cause) throw new StoppedError(this.cause);
		if (this.isCanceled()) throw canceledError();
	}

	/** Waits, unless the execution is canceled meanwhile. */
	async wait(ms: number): Promise<void> {
		await pause(ms, this.isCanceled);
		this.assertRunning();
	}
}

/** What an item fails with that had not been sent when the execution was canceled. */
export const canceledError = (): WechatPayError =>
	new WechatPayError(
		'The execution was canceled before this item was sent',
		'Run it again with the same number: that is safe.',
	);
