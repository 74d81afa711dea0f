import type { KeyObject } from 'node:crypto';
import { newestCertificate } from '../protocol/certificates';
import { isUnsignedFile } from '../protocol/exempt';
import type { PlatformCertificate } from '../protocol/certificates';
import { normalizeSerial } from '../protocol/keys';
import { responseNonce, verifyResponse } from '../protocol/verification';
import type { TrustStore, Verdict } from '../protocol/verification';
import type { Cause } from '../failure/cause';
import { CallError, InputError, toError } from '../failure/errors';
import { subjectOf } from './responses';
import type { Account } from './account';
import type { Attempts } from './attempts';
import { Certificates, noCertificates } from './certificates';
import { causeOfResponse, isDone } from './classify';
import { VerificationHistory } from './verificationHistory';
import type { ApiResponse } from './exchange';
import { isNewNonce } from './nonces';
import type { ApiRequest } from './request';

const unixNow = (): number => Math.floor(Date.now() / 1000);

/** Decides which responses count: those that are verified and belong to the request. */
export class Trust {
	private readonly certificates: Certificates;

	private readonly history = new VerificationHistory();

	constructor(
		private readonly account: Account,
		attempts: Attempts,
	) {
		this.certificates = new Certificates(account, attempts, (response, fresh) =>
			isDone(response)
				? this.judge(this.verify(response, fresh), response)
				: causeOfResponse(response, false, Date.now()),
		);
	}

	/** The keys that are trusted now; nothing is downloaded. */
	get keys(): TrustStore {
		return this.store(this.certificates.known);
	}

	/**
	 * Downloads the platform certificates for a serial number that is not among the keys.
	 *
	 * @throws {CallError} or {InputError} if that fails
	 */
	async download(serial: string): Promise<void> {
		await this.certificates.refreshFor(serial);
	}

	/** Downloads the platform certificates before the first request. Returns the cause if that fails. */
	async prepare(): Promise<Cause | undefined> {
		if (this.account.trust.mode !== 'platformCertificate') return undefined;
		return await causeIfFailed(false, async () => await this.certificates.prepare());
	}

	/** Checks a response of any status. Returns the cause if it is not a success. */
	async check(response: ApiResponse, request: ApiRequest): Promise<Cause | undefined> {
		const { method, path, about, mayBeUnsigned, accepts202 } = request;
		if (!isDone(response) && !(accepts202 && response.status === 202)) {
			const isVerified = this.account.trust.mode === 'none' || this.verify(response).verified;
			return causeOfResponse(response, isVerified, Date.now());
		}
		if (mayBeUnsigned && isUnsignedFile(method, path)) return undefined;
		if (this.account.trust.mode !== 'none') {
			const cause = await this.judgeByAllKeys(response);
			if (cause) return cause;
		}
		const subject = subjectOf(response, about ?? {});
		return subject.is === 'other' ? this.unverified('misdirected', response, subject) : undefined;
	}

	/**
	 * Returns the key that encrypts sensitive fields. Call `prepare` before.
	 *
	 * @throws {InputError} if there is none, because responses are not verified or there is no certificate
	 */
	encryptionKey(): { serial: string; key: KeyObject } {
		const { publicKey, mode } = this.account.trust;
		if (publicKey) return { serial: publicKey.id, key: publicKey.key };
		if (mode === 'none') throw noEncryption();
		const newest = newestCertificate(this.certificates.known);
		if (!newest) throw noCertificates();
		return { serial: newest.serial, key: newest.publicKey };
	}

	/** Verifies a response; downloads the certificates once for a serial number that is unknown. */
	private async judgeByAllKeys(response: ApiResponse): Promise<Cause | undefined> {
		const verdict = this.verify(response);
		if (verdict.verified || verdict.reason !== 'unknownSerial')
			return this.judge(verdict, response);
		const serial = normalizeSerial(verdict.serial);
		if (!this.account.trust.apiV3Key || serial.startsWith('PUB_KEY_ID_')) {
			return this.judge(verdict, response);
		}
		const failed = await causeIfFailed(
			true,
			async () => await this.certificates.refreshFor(serial),
		);
		return failed ?? this.judge(this.verify(response), response);
	}

	private verify(
		{ headers, body }: ApiResponse,
		certificates: PlatformCertificate[] = this.certificates.known,
	): Verdict {
		return verifyResponse(headers, body, this.store(certificates), unixNow());
	}

	private judge(verdict: Verdict, response: ApiResponse): Cause | undefined {
		if (!verdict.verified) return this.unverified(verdict.reason, response);
		if (!isNewNonce(responseNonce(response.headers))) return this.unverified('repeated', response);
		this.history.recordVerified();
		return undefined;
	}

	private unverified(reason: Reason, response: ApiResponse, differs?: Differs): Cause {
		const { publicKey } = this.account.trust;
		return this.history.cause(reason, response, {
			knownSerials: [publicKey?.id, ...this.certificates.known.map(({ serial }) => serial)].filter(
				(serial) => serial !== undefined,
			),
			...(differs && { differs: { name: differs.name, asked: differs.asked } }),
		});
	}

	private store(certificates: PlatformCertificate[]): TrustStore {
		const { publicKey } = this.account.trust;
		const keys = new Map(certificates.map((c) => [normalizeSerial(c.serial), c.publicKey]));
		if (publicKey) keys.set(normalizeSerial(publicKey.id), publicKey.key);
		return keys;
	}
}

type Reason = Extract<Cause, { kind: 'unverified' }>['reason'];
type Differs = { name: string; asked: string };

const noEncryption = (): InputError =>
	new InputError(
		'"Response Verification" is "None": there is no key to encrypt names and account numbers with',
		'Choose "Public Key" or "Platform Certificate" under "Response Verification" in the credential.',
	);

/** Returns the cause if the keys could not be obtained. */
async function causeIfFailed(
	wasSent: boolean,
	getKeys: () => Promise<void>,
): Promise<Cause | undefined> {
	try {
		await getKeys();
		return undefined;
	} catch (error) {
		if (error instanceof CallError) return { kind: 'noKeys', failure: error.cause, wasSent };
		if (error instanceof InputError) {
			const { message, hint } = error;
			return { kind: 'noKeys', failure: { message, hint }, wasSent };
		}
		throw toError(error);
	}
}
