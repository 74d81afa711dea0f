import type { KeyObject } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { CallError } from '../failure/errors';
import type { Account } from './account';
import { readObject } from './responses';
import { Attempts } from './attempts';
import type { ApiRequest, RunSettings, Trace } from './request';
import { stopsRun } from './decide';
import type { ApiResponse, Send } from './exchange';
import { FirstRequestGate } from './firstRequestGate';
import { Pace } from './pace';
import { POLICY } from './policy';
import { RunState } from './runState';
import { Trust } from './trust';

/** The key that encrypts sensitive fields. `serial` identifies it for WeChat Pay. */
export interface EncryptionKey {
	serial: string;
	key: KeyObject;
}

/**
 * Sends the requests of one execution to WeChat Pay. It returns only verified responses, retries what is
 * safe to repeat, and stops the run if the credential is wrong.
 */
export class Client {
	readonly runState: RunState;

	private readonly firstRequestGate = new FirstRequestGate();

	private readonly attempts: Attempts;

	readonly trust: Trust;

	/** @param isCanceled whether the execution has been canceled */
	constructor(
		readonly account: Account,
		send: Send,
		readonly settings: RunSettings,
		isCanceled: () => boolean = () => false,
	) {
		this.runState = new RunState(isCanceled);
		const pace = new Pace(account, settings.requestsPerSecond, isCanceled);
		this.attempts = new Attempts(account, send, settings, pace, this.runState);
		this.trust = new Trust(account, this.attempts);
	}

	/**
	 * Sends a request, with retries where they are safe, and returns the verified response.
	 *
	 * @throws {CallError} with the cause
	 * @throws {StoppedError} when the run was stopped before it was sent
	 * @throws {WechatPayError} when the execution was canceled before it was sent
	 */
	async call(request: ApiRequest, trace: Trace): Promise<ApiResponse> {
		this.runState.assertRunning();
		await this.prepareKeys();
		return await this.attempts.run(
			request,
			trace,
			async (response) => await this.trust.check(response, request),
			async (attempt) => await this.firstRequestGate.run(attempt),
		);
	}

	/**
	 * GETs an object.
	 *
	 * @param about as in `ApiRequest`
	 * @throws as `call`
	 */
	async get(path: string, about: ApiRequest['about'], trace: Trace): Promise<IDataObject> {
		const timeout = POLICY.jsonTimeoutMs;
		const request = { method: 'GET', path, about, repeat: 'always', timeout } as const;
		return readObject(await this.call(request, trace));
	}

	/**
	 * Returns the key for sensitive fields.
	 *
	 * @throws {InputError} if the credential has none
	 * @throws {CallError} if the platform certificates cannot be downloaded
	 */
	async encryptionKey(): Promise<EncryptionKey> {
		this.runState.assertRunning();
		await this.prepareKeys();
		return this.trust.encryptionKey();
	}

	private async prepareKeys(): Promise<void> {
		const cause = await this.trust.prepare();
		if (!cause) return;
		if (stopsRun(cause)) this.runState.stop(cause);
		throw new CallError(cause);
	}
}
