import { readCertificates } from '../protocol/certificates';
import type { PlatformCertificate } from '../protocol/certificates';
import { normalizeSerial } from '../protocol/keys';
import { isNotFound } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { CallError, InputError, toError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import type { Account } from './account';
import type { Attempts } from './attempts';
import { Cache } from './cache';
import type { ApiResponse } from './exchange';
import { POLICY } from './policy';
import type { ApiRequest } from './request';

const DOWNLOAD: ApiRequest = {
	method: 'GET',
	path: '/v3/certificates',
	repeat: 'always',
	timeout: POLICY.jsonTimeoutMs,
};

/** Downloads by credential. */
const downloads = new Cache<{ certificates: PlatformCertificate[]; at: number }>();

/** WeChat Pay's platform certificates for one credential. Downloaded when needed, and cached. */
export class Certificates {
	/** The download in progress, shared by all items that wait for it. */
	private pending: Promise<void> | undefined;

	private readonly refreshedFor = new Set<string>();

	/** @param check verifies the response to the download, also with the certificates in it */
	constructor(
		private readonly account: Account,
		private readonly attempts: Attempts,
		private readonly check: (
			response: ApiResponse,
			fresh: PlatformCertificate[],
		) => Cause | undefined,
	) {}

	/** The cached certificates; nothing is downloaded. */
	get known(): PlatformCertificate[] {
		return downloads.get(this.account.fingerprint)?.certificates ?? [];
	}

	/** Downloads the certificates if there are none, or if they are old. */
	async prepare(): Promise<void> {
		const known = downloads.get(this.account.fingerprint);
		if (!known || Date.now() - known.at > POLICY.refreshCertificatesMs) await this.refresh();
	}

	/** Downloads the certificates once for a serial number that is unknown. */
	async refreshFor(serial: string): Promise<void> {
		if (this.refreshedFor.has(serial)) {
			await this.pending;
			return;
		}
		this.refreshedFor.add(serial);
		try {
			await this.refresh();
		} catch (error) {
			// The download failed, so it is not known whether the serial exists: the next response tries again.
			this.refreshedFor.delete(serial);
			throw toError(error);
		}
	}

	private async refresh(): Promise<void> {
		this.pending ??= this.download().finally(() => {
			this.pending = undefined;
		});
		await this.pending;
	}

	/** Certificates that the APIv3 key decrypts are WeChat Pay's, so they can verify the response itself. */
	private async download(): Promise<void> {
		let certificates: PlatformCertificate[] = [];
		try {
			await this.attempts.run(DOWNLOAD, { sent: false }, async (response) => {
				if (response.status === 200) certificates = this.read(response);
				return this.check(response, certificates);
			});
		} catch (error) {
			throw error instanceof CallError && isNotFound(error.cause)
				? noCertificates()
				: toError(error);
		}
		const own = normalizeSerial(this.account.signer.serial);
		if (certificates.some(({ serial }) => normalizeSerial(serial) === own)) throw ownSerial();
		if (certificates.length === 0) throw noCertificates();
		downloads.set(this.account.fingerprint, { certificates, at: Date.now() });
	}

	private read({ body }: ApiResponse): PlatformCertificate[] {
		const { apiV3Key = '' } = this.account.trust;
		return withLabel('"APIv3 Secret Key"', () => readCertificates(body, apiV3Key, Date.now()));
	}
}

export const noCertificates = (): InputError =>
	new InputError(
		'This merchant has no valid WeChat Pay platform certificate',
		'Choose "Public Key" under "Response Verification", and enter the WeChat Pay public key and its ID from the merchant platform.',
	);

const ownSerial = (): InputError =>
	new InputError(
		'"Merchant Certificate Serial Number" is a WeChat Pay platform certificate\'s',
		'Copy the serial number of your own API certificate: merchant platform, Account Center, API Security, Merchant API Certificate.',
	);
