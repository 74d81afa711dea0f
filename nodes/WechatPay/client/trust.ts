import type { KeyObject } from 'node:crypto';
import { newestCertificate } from '../protocol/certificates';
import { isUnsignedFile } from '../protocol/exempt';
import type { PlatformCertificate } from '../protocol/certificates';
import { normalizeSerial } from '../protocol/keys';
import { responseNonce, verifyResponse } from '../protocol/verification';
import type { TrustStore, Verdict } from '../protocol/verification';
import type { Cause } from '../failure/cause';
import { CallError, InputError, asIs } from '../failure/errors';
import { subjectOf } from './answers';
import type { Account } from './account';
import type { Attempts } from './attempts';
import { Certificates, noCertificates } from './certificates';
import { causeOfAnswer, isDone } from './classify';
import { Doubts } from './doubts';
import type { Answer } from './exchange';
import { isNewNonce } from './nonces';
import type { ApiRequest } from './request';

const unixNow = (): number => Math.floor(Date.now() / 1000);

/** Decides which answers count: those that are proven to be WeChat Pay's, to what was asked. */
export class Trust {
	private readonly certificates: Certificates;

	private readonly doubts = new Doubts();

	constructor(
		private readonly account: Account,
		attempts: Attempts,
	) {
		this.certificates = new Certificates(account, attempts, (answer, fresh) =>
			isDone(answer)
				? this.judge(this.verify(answer, fresh), answer)
				: causeOfAnswer(answer, false, Date.now()),
		);
	}

	/** The keys that are trusted now; nothing is downloaded. */
	get keys(): TrustStore {
		return this.store(this.certificates.known);
	}

	/**
	 * Downloads the platform certificates for a serial number that is not among the keys.
	 *
	 * @throws {CallError} or {InputError} when they cannot be had
	 */
	async download(serial: string): Promise<void> {
		await this.certificates.refreshFor(serial);
	}

	/** Gets the platform certificates before the first request that will need them. */
	async prepare(): Promise<Cause | undefined> {
		if (this.account.trust.mode !== 'platformCertificate') return undefined;
		return await causeIfFailed(false, async () => await this.certificates.prepare());
	}

	/** Judges an answer of any status: the cause if it does not count. */
	async check(answer: Answer, request: ApiRequest): Promise<Cause | undefined> {
		const { method, path, about, unsigned, takesUnfinished } = request;
		if (!isDone(answer) && !(takesUnfinished && answer.status === 202)) {
			const isVerified = this.account.trust.mode === 'none' || this.verify(answer).verified;
			return causeOfAnswer(answer, isVerified, Date.now());
		}
		if (unsigned && isUnsignedFile(method, path)) return undefined;
		if (this.account.trust.mode !== 'none') {
			const cause = await this.judgeByAllKeys(answer);
			if (cause) return cause;
		}
		const subject = subjectOf(answer, about ?? {});
		return subject.is === 'other' ? this.unverified('misdirected', answer, subject) : undefined;
	}

	/**
	 * The key that sensitive fields are encrypted with, and the serial that names it; call `prepare`
	 * before.
	 *
	 * @throws {InputError} when answers are not verified, or there is no certificate: there is no key then
	 */
	encryptionKey(): { serial: string; key: KeyObject } {
		const { publicKey, mode } = this.account.trust;
		if (publicKey) return { serial: publicKey.id, key: publicKey.key };
		if (mode === 'none') throw noEncryption();
		const newest = newestCertificate(this.certificates.known);
		if (!newest) throw noCertificates();
		return { serial: newest.serial, key: newest.publicKey };
	}

	/** Judges an answer; an unknown serial number is worth one download of the certificates. */
	private async judgeByAllKeys(answer: Answer): Promise<Cause | undefined> {
		const verdict = this.verify(answer);
		if (verdict.verified || verdict.doubt !== 'unknownSerial') return this.judge(verdict, answer);
		const serial = normalizeSerial(verdict.serial);
		if (!this.account.trust.apiV3Key || serial.startsWith('PUB_KEY_ID_')) {
			return this.judge(verdict, answer);
		}
		const failed = await causeIfFailed(
			true,
			async () => await this.certificates.refreshFor(serial),
		);
		return failed ?? this.judge(this.verify(answer), answer);
	}

	private verify(
		{ headers, body }: Answer,
		certificates: PlatformCertificate[] = this.certificates.known,
	): Verdict {
		return verifyResponse(headers, body, this.store(certificates), unixNow());
	}

	private judge(verdict: Verdict, answer: Answer): Cause | undefined {
		if (!verdict.verified) return this.unverified(verdict.doubt, answer);
		if (!isNewNonce(responseNonce(answer.headers))) return this.unverified('repeated', answer);
		this.doubts.settle();
		return undefined;
	}

	private unverified(doubt: Doubt, answer: Answer, differs?: Differs): Cause {
		const { publicKey } = this.account.trust;
		return this.doubts.cause(doubt, answer, {
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

type Doubt = Extract<Cause, { kind: 'unverified' }>['doubt'];
type Differs = { name: string; asked: string };

const noEncryption = (): InputError =>
	new InputError(
		'"Response Verification" is "None": there is no key to encrypt names and account numbers with',
		'Choose "Public Key" or "Platform Certificate" under "Response Verification" in the credential.',
	);

/** The cause if the keys could not be had. */
async function causeIfFailed(
	wasSent: boolean,
	getKeys: () => Promise<void>,
): Promise<Cause | undefined> {
	try {
		await getKeys();
		return undefined;
	} catch (error) {
		if (error instanceof CallError) return { kind: 'noKeys', because: error.cause, wasSent };
		if (error instanceof InputError) {
			const { message, hint } = error;
			return { kind: 'noKeys', because: { message, hint }, wasSent };
		}
		throw asIs(error);
	}
}
