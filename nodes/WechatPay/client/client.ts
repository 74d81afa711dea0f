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

/** Encrypts sensitive fields; `serial` names the key to WeChat Pay. */
export interface EncryptionKey {
	serial: string;
	key: KeyObject;
}

/**
 * One execution's dealings with WeChat Pay: what its items share is here. Nothing unverified gets out
 * of it; what is safe is repeated; a credential that is wrong stops it.
 */
export class Client {
	readonly runState: RunState;

	private readonly firstRequestGate = new FirstRequestGate();

	private readonly attempts: Attempts;

	readonly trust: Trust;

	/** @param isCanceled whether the execution was canceled */
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
	 * Sends a request, again where that is safe, and gives the verified response.
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
	 * GET: safe to repeat.
	 *
	 * @param about what the response must be about, by its own keys
	 * @throws as `call`
	 */
	async get(path: string, about: ApiRequest['about'], trace: Trace): Promise<IDataObject> {
		const timeout = POLICY.jsonTimeoutMs;
		const request = { method: 'GET', path, about, repeat: 'always', timeout } as const;
		return readObject(await this.call(request, trace));
	}

	/**
	 * The key for sensitive fields.
	 *
	 * @throws {InputError} if the credential gives none
	 * @throws {CallError} if the platform certificates cannot be had
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
