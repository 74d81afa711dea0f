import type { KeyObject } from 'node:crypto';
import { newestCertificate } from '../protocol/certificates';
import type { PlatformCertificate } from '../protocol/certificates';
import { InputError, WechatPayError } from '../protocol/errors';
import { normalizeSerial } from '../protocol/keys';
import { verifyResponse } from '../protocol/verification';
import type { Headers, TrustStore, Verdict } from '../protocol/verification';
import type { Account } from './account';
import { Cache } from './cache';

/** WeChat Pay asks to refresh within 12 hours. */
const REFRESH_AFTER_MS = 10 * 60 * 60 * 1000;

interface Download {
	certificates: PlatformCertificate[];
	at: number;
}

/** Downloads by credential. */
const downloads = new Cache<Download>();

/** The keys that one run trusts: where they come from, and when they are fetched again. */
export class Trust {
	/** The download under way, shared by all items that wait for it. */
	private pending: Promise<void> | undefined;

	private readonly refreshedFor = new Set<string>();

	/** @param download calls GET /v3/certificates and gives the certificates, signature checked */
	constructor(
		private readonly account: Account,
		private readonly download: () => Promise<PlatformCertificate[]>,
	) {}

	/** Gets the platform certificates before the first request that will need them. */
	async prepare(): Promise<void> {
		if (this.account.trust.mode !== 'platformCertificate') return;
		const known = downloads.get(this.account.fingerprint);
		if (!known || Date.now() - known.at > REFRESH_AFTER_MS) await this.refresh();
	}

	/** Verifies an answer; an unknown serial is worth one refresh of the certificates. */
	async verify(headers: Headers, body: Buffer): Promise<Verdict> {
		if (this.account.trust.mode === 'none') return { verified: true, serial: '' };
		const verdict = verifyResponse(headers, body, this.store(), unixNow());
		if (verdict.verified || verdict.doubt !== 'unknownSerial') return verdict;
		const serial = normalizeSerial(verdict.serial);
		if (!this.account.trust.apiV3Key || serial.startsWith('PUB_KEY_ID_')) return verdict;
		if (!this.refreshedFor.has(serial)) {
			this.refreshedFor.add(serial);
			try {
				await this.refresh();
			} catch (error) {
				// A download that failed says nothing of the serial: the next answer asks once more.
				this.refreshedFor.delete(serial);
				throw asIs(error);
			}
		} else await this.pending;
		return verifyResponse(headers, body, this.store(), unixNow());
	}

	/** Whether an answer verifies with the keys at hand: nothing is fetched for one that is no data. */
	verifies(headers: Headers, body: Buffer): boolean {
		if (this.account.trust.mode === 'none') return true;
		return verifyResponse(headers, body, this.store(), unixNow()).verified;
	}

	/** Verifies the answer that brought certificates, with these and the public key. */
	verifyDownload(headers: Headers, body: Buffer, fresh: PlatformCertificate[]): Verdict {
		return verifyResponse(headers, body, this.store(fresh), unixNow());
	}

	/**
	 * The key that sensitive fields are encrypted with, and the serial that names it.
	 *
	 * @throws {InputError} when answers are not verified: there is no key then
	 */
	async encryptionKey(): Promise<{ serial: string; key: KeyObject }> {
		const { publicKey, mode } = this.account.trust;
		if (publicKey) return { serial: publicKey.id, key: publicKey.key };
		if (mode === 'none') {
			throw new InputError(
				'Response Verification is None: there is no key to encrypt names and account numbers with',
				'Choose Public Key or Platform Certificate under Response Verification in the credential.',
			);
		}
		await this.prepare();
		const newest = newestCertificate(this.certificates());
		if (!newest) throw noCertificates();
		return { serial: newest.serial, key: newest.publicKey };
	}

	/** The serial numbers that are known, for the message that one is not. */
	knownSerials(): string[] {
		const { publicKey } = this.account.trust;
		return [
			...(publicKey ? [publicKey.id] : []),
			...this.certificates().map((certificate) => certificate.serial),
		];
	}

	private certificates(): PlatformCertificate[] {
		return downloads.get(this.account.fingerprint)?.certificates ?? [];
	}

	private store(certificates = this.certificates()): TrustStore {
		const { publicKey } = this.account.trust;
		const keys = new Map(certificates.map((c) => [normalizeSerial(c.serial), c.publicKey]));
		if (publicKey) keys.set(normalizeSerial(publicKey.id), publicKey.key);
		return keys;
	}

	private async refresh(): Promise<void> {
		this.pending ??= this.fetch().finally(() => {
			this.pending = undefined;
		});
		await this.pending;
	}

	private async fetch(): Promise<void> {
		const certificates = await this.download();
		const own = normalizeSerial(this.account.signer.serial);
		if (certificates.some(({ serial }) => normalizeSerial(serial) === own)) {
			throw new InputError(
				"Merchant Certificate Serial Number is a WeChat Pay platform certificate's",
				'Copy the serial number of your own API certificate: merchant platform, Account Center, API Security, Merchant API Certificate.',
			);
		}
		if (certificates.length === 0) throw noCertificates();
		downloads.set(this.account.fingerprint, { certificates, at: Date.now() });
	}
}

export const noCertificates = (): InputError =>
	new InputError(
		'This merchant has no valid WeChat Pay platform certificate',
		'Choose Public Key under Response Verification, and enter the WeChat Pay public key and its ID from the merchant platform.',
	);

const unixNow = (): number => Math.floor(Date.now() / 1000);

/** Hands an error on: it is already in our words. */
const asIs = (error: unknown): Error =>
	error instanceof Error ? error : new WechatPayError(String(error));
