import type { KeyObject } from 'node:crypto';
import { readCertificates } from '../protocol/certificates';
import type { PlatformCertificate } from '../protocol/certificates';
import { InputError, WechatPayError } from '../protocol/errors';
import type { Verdict } from '../protocol/verification';
import type { Account } from './account';
import { exchange } from './exchange';
import type { Answer, Send } from './exchange';
import {
	CallError,
	fateOfClock,
	fateOfDoubt,
	fateOfStatus,
	fateWithoutAnswer,
	speaksAgainstKey,
} from './fate';
import type { Fate } from './fate';
import { Gate } from './gate';
import { Lead } from './lead';
import { createMask } from './mask';
import { Pace } from './pace';
import { pause } from './pause';
import { SpareMemory } from './spare';
import { Trust, noCertificates } from './trust';

/** A call with all its tries ends within this time. */
const CALL_LIMIT_MS = 120_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;
/** However long WeChat Pay asks one request to wait, the others go on after this time. */
const LONGEST_HOLD_MS = 60_000;
/** One item's image is read while that of another is hashed. */
const PREPARED_AT_A_TIME = 2;
/** So many answers in a row that do not verify: it is no accident. */
const DOUBTS_THAT_STOP = 3;

export interface RunSettings {
	requestsPerSecond: number;
	/** Milliseconds for one try; undefined for the defaults. */
	timeout?: number;
	maxAttempts: number;
}

/** One request to WeChat Pay, its bytes made once: every try sends the same ones. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Path and query, already encoded. */
	path: string;
	body?: Buffer;
	contentType?: string;
	/** Names the key that sensitive fields are encrypted with. */
	serial?: string;
	/** `always`: it may be acted on twice without harm. `ifNotActedOn`: only what surely was not. */
	repeat: 'always' | 'ifNotActedOn';
	/** Default time-out of one try in milliseconds. */
	timeout: number;
}

/** The requests of one item leave their trace here, for its error message. */
export interface Trace {
	/** Whether anything of this item may have reached WeChat Pay. */
	sent: boolean;
	/** Whether any request of it was tried more than once. */
	repeated?: boolean;
}

/**
 * One execution's dealings with WeChat Pay: what its items share is here. Nothing unverified gets
 * out of it; what is safe is repeated; a credential that is wrong stops it.
 */
export class Run {
	readonly trust: Trust;

	/** Texts that must not leave, of all items: a sentence that stops the run reaches every item. */
	readonly sensitive: string[] = [];

	/** What the uploads of all items are built in. */
	readonly memory = new SpareMemory();

	/**
	 * Items that all prepare their images at once are all done late and at once, and then all wait at
	 * once. In order, the first is on its way while the next are prepared.
	 */
	readonly preparing = new Gate(PREPARED_AT_A_TIME);

	private readonly pace: Pace;

	private readonly lead: Lead;

	/** Why nothing more is sent. */
	private stopped: WechatPayError | undefined;

	/** Whether an answer has been verified in this run. */
	private isProven = false;

	private doubtsInARow = 0;

	/** Index of the origin that is tried first. */
	private preferred = 0;

	/** @param isCancelled whether the execution was cancelled */
	constructor(
		readonly account: Account,
		private readonly send: Send,
		private readonly settings: RunSettings,
		private readonly isCancelled: () => boolean = () => false,
	) {
		this.trust = new Trust(account, async () => await this.downloadCertificates());
		this.pace = new Pace(settings.requestsPerSecond, isCancelled);
		this.lead = new Lead(account.fingerprint);
	}

	/**
	 * Sends a request, tries again what may be tried again, and gives the verified answer.
	 *
	 * @throws {CallError} with the fate of the request
	 * @throws {WechatPayError} when the run was stopped or cancelled before it was sent
	 */
	async call(request: ApiRequest, trace: Trace): Promise<Answer> {
		this.assertGoing();
		try {
			await this.trust.prepare();
		} catch (error) {
			throw this.cannotVerify(error, 'notSent');
		}
		return await this.repeat(request, async (ask) => {
			return await this.lead.follow(async () => {
				this.assertGoing();
				const answer = await ask(trace);
				const verdict = await this.verdictOn(answer);
				if (!verdict.verified) throw this.doubtful(verdict, answer);
				this.isProven = true;
				this.lead.accept();
				this.doubtsInARow = 0;
				return answer;
			});
		});
	}

	/** The key for sensitive fields, from the trust of this run. */
	async encryptionKey(): Promise<{ serial: string; key: KeyObject }> {
		this.assertGoing();
		try {
			return await this.trust.encryptionKey();
		} catch (error) {
			throw this.cannotVerify(error, 'notSent');
		}
	}

	/** Waits, unless the execution is cancelled meanwhile. */
	async wait(ms: number): Promise<void> {
		await pause(ms, this.isCancelled);
		this.assertGoing();
	}

	/** @throws {WechatPayError} when nothing may be sent any more */
	assertGoing(): void {
		if (this.stopped) throw this.stopped;
		if (this.isCancelled()) {
			throw new WechatPayError(
				'The execution was canceled before this was sent',
				'Run again with the same number: that is safe.',
			);
		}
	}

	/** Tries until it succeeds, may not be tried again, or tries or time are used up. */
	private async repeat<T>(
		request: ApiRequest,
		attempt: (ask: (trace: Trace) => Promise<Answer>) => Promise<T>,
	): Promise<T> {
		const { origins } = this.account;
		let deadline = 0;
		let origin = this.preferred;
		let last: CallError | undefined;
		const ask = async (trace: Trace): Promise<Answer> => {
			await this.pace.turn();
			this.assertGoing();
			// A slow pace may give the turn too late.
			if (last && Date.now() >= deadline) throw last;
			trace.repeated ||= last !== undefined;
			deadline ||= Date.now() + CALL_LIMIT_MS;
			const timeout = Math.min(this.settings.timeout ?? request.timeout, deadline - Date.now());
			return await this.ask(request, origins[origin], timeout, trace);
		};
		for (let tries = 1; ; tries++) {
			try {
				return await attempt(ask);
			} catch (error) {
				if (error instanceof CallError && error !== last) error.earlier = last;
				if (!(error instanceof CallError) || !this.mayRepeat(error, request)) throw asIs(error);
				const wait = error.retryAfter ?? this.backoff(tries);
				if (tries >= this.settings.maxAttempts || Date.now() + wait >= deadline) throw asIs(error);
				last = error;
				if (error.details.httpStatus === undefined) {
					origin = (origin + 1) % origins.length;
					if (error.fate === 'notSent') this.preferred = origin;
				}
				// A 429 holds up the whole run in `pace`; waiting here as well would count it twice.
				const isHeld = error.details.httpStatus === 429 && wait <= LONGEST_HOLD_MS;
				if (!isHeld) await this.wait(wait);
			}
		}
	}

	/** Full jitter, so that what failed together does not come back together. */
	private backoff(tries: number): number {
		return Math.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** tries);
	}

	private mayRepeat(error: CallError, request: ApiRequest): boolean {
		if (this.stopped || this.isCancelled()) return false;
		if (error.fate === 'open') return request.repeat === 'always';
		return error.fate === 'busy' || error.fate === 'notSent';
	}

	/** One try: gives the answer if its status is 2xx, not yet verified. */
	private async ask(
		request: ApiRequest,
		origin: string,
		timeout: number,
		trace: Trace,
	): Promise<Answer> {
		const startedAt = Date.now();
		const exchanged = await this.exchange(request, origin, timeout);
		if ('noAnswer' in exchanged) {
			trace.sent ||= exchanged.noAnswer.mayHaveArrived;
			throw fateWithoutAnswer(exchanged.noAnswer, origin, timeout);
		}
		trace.sent = true;
		const { answer } = exchanged;
		if (answer.status !== 429) this.pace.speedUp();
		if (answer.status < 200 || answer.status >= 300) throw this.notOk(answer, startedAt);
		return answer;
	}

	private async exchange(request: ApiRequest, origin: string, timeout: number) {
		const { method, path, body, contentType, serial } = request;
		const headers = {
			accept: 'application/json',
			// Answers of several runs are compared by their text.
			'accept-language': 'zh-CN',
			...(contentType && { 'content-type': contentType }),
			...(serial && { 'wechatpay-serial': serial }),
		};
		return await exchange(
			this.send,
			{ method, url: origin + path, headers, ...(body && { body }) },
			timeout,
			this.isCancelled,
		);
	}

	/** Judges an answer that is not 2xx for the run: a 429 slows it down, a wrong signature stops it. */
	private notOk(answer: Answer, startedAt: number): CallError {
		const error = fateOfStatus(answer, Date.now());
		error.isVerified = this.trust.verifies(answer.headers, answer.body);
		if (error.fate === 'busy' && error.details.httpStatus === 429) {
			const wait = error.retryAfter ?? FIRST_BACKOFF_MS * (1 + Math.random());
			// Hours would hold up the whole run: the next answer may well ask for less.
			this.pace.slowDown(startedAt, Math.min(wait, LONGEST_HOLD_MS));
		}
		// The second is how WeChat Pay refuses a public key ID that it does not know.
		const isSignature = answer.status === 401 && error.code === 'SIGN_ERROR';
		const isSerial = answer.status === 400 && /Wechatpay-Serial/.test(error.message);
		if (isSignature || isSerial) this.stop(error);
		return error;
	}

	/** Judges an answer that does not verify: once may be an accident, a key that is wrong is none. */
	private doubtful(verdict: Extract<Verdict, { verified: false }>, answer: Answer): CallError {
		this.doubtsInARow += 1;
		const isRow = this.doubtsInARow >= DOUBTS_THAT_STOP;
		const error =
			isRow && verdict.doubt === 'stale'
				? fateOfClock(answer)
				: fateOfDoubt(verdict, answer, this.trust.knownSerials());
		const isWrongKey = !this.isProven && speaksAgainstKey(verdict, answer);
		if (isRow || isWrongKey || verdict.doubt === 'unknownSerial') this.stop(error);
		return error;
	}

	private async verdictOn(answer: Answer): Promise<Verdict> {
		try {
			return await this.trust.verify(answer.headers, answer.body);
		} catch (error) {
			throw this.cannotVerify(error, 'open');
		}
	}

	/** The keys could not be had; if the credential is to blame, nothing more is sent. */
	private cannotVerify(error: unknown, fate: Fate): Error {
		if (!(error instanceof WechatPayError)) return asIs(error);
		if (error instanceof InputError) this.stop(error);
		return new CallError(fate, error, error.details);
	}

	/** Nothing more is sent: what has not started fails with the same sentence. */
	private stop(error: WechatPayError): void {
		this.lead.refuse();
		if (this.stopped) return;
		const { code } = error.details;
		const mask = createMask(this.sensitive);
		this.stopped = new WechatPayError(mask(error.message), mask(error.hint), {
			...(code && { code: mask(code) }),
		});
	}

	/** GET /v3/certificates. What the APIv3 key decrypts is WeChat Pay's; then the signature is checked. */
	private async downloadCertificates(): Promise<PlatformCertificate[]> {
		const { apiV3Key = '' } = this.account.trust;
		try {
			return await this.repeat(CERTIFICATES, async (ask) => {
				const { headers, body, status } = await ask({ sent: false });
				const certificates = readCertificates(body, apiV3Key, Date.now());
				const verdict = this.trust.verifyDownload(headers, body, certificates);
				if (!verdict.verified) throw this.doubtful(verdict, { headers, body, status });
				return certificates;
			});
		} catch (error) {
			throw error instanceof CallError && error.isNotFound ? noCertificates() : asIs(error);
		}
	}
}

const CERTIFICATES: ApiRequest = {
	method: 'GET',
	path: '/v3/certificates',
	repeat: 'always',
	timeout: 30_000,
};

/** Hands an error on: it is already in our words. */
const asIs = (error: unknown): Error =>
	error instanceof Error ? error : new WechatPayError(String(error));
