import type { Client } from '../client';
import { Cache } from '../client/cache';
import { pause } from '../client/pause';
import { toError } from '../failure/errors';
import { describeError } from '../failure/describe';
import { verifyNotification } from '../protocol/notification';
import type { IncomingHeaders, NotificationVerdict } from '../protocol/notification';

/** Anyone can send an unknown serial number, so downloads are limited. */
const DOWNLOAD_EVERY_MS = 60_000;
/** WeChat Pay waits three to five seconds for the response. A download may take longer. */
const WAIT_MS = 2_000;

/** One download of the platform certificates. */
interface Download {
	at: number;
	/** Resolves to the reason if it failed. Never rejects. */
	ended: Promise<string | undefined>;
}

/** The last download of each credential, by fingerprint. */
const downloads = new Cache<Download>();

async function download(client: Client, serial: string): Promise<string | undefined> {
	try {
		await client.trust.download(serial);
		return undefined;
	} catch (error) {
		return describeError(toError(error)).message;
	}
}

/** Starts the download for an unknown serial number, unless there was one within the last minute. */
function startDownload(client: Client, serial: string): Download {
	const { fingerprint } = client.account;
	const last = downloads.get(fingerprint);
	if (last && Math.abs(Date.now() - last.at) < DOWNLOAD_EVERY_MS) return last;
	const started = { at: Date.now(), ended: download(client, serial) };
	downloads.set(fingerprint, started);
	return started;
}

/** Waits for a download, but not longer than WeChat Pay waits for the response. */
async function waitFor({ ended }: Download): Promise<string | undefined> {
	let isOver = false;
	const over = ended.then((failure) => {
		isOver = true;
		return failure;
	});
	const late = pause(WAIT_MS, () => isOver).then(() => 'the download takes long');
	return await Promise.race([over, late]);
}

/** Whether this can be the serial number of a platform certificate. */
const isCertificate = (serial: string): boolean => /^[0-9A-Fa-f:\s]{8,80}$/.test(serial);

/** A verdict, and why further keys could not be downloaded. */
export interface Verification {
	verdict: NotificationVerdict;
	downloadFailure?: string;
}

/**
 * Verifies a notification with the public key of the credential and the platform certificates, which are also
 * used while a merchant migrates. For an unknown serial number the certificates are downloaded, at most once a
 * minute for each credential, and only if the request is otherwise well-formed and fresh.
 *
 * @param body the raw bytes after content decoding
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012925289
 */
export async function verify(
	client: Client,
	headers: IncomingHeaders,
	body: Uint8Array,
): Promise<Verification> {
	const check = (): NotificationVerdict =>
		verifyNotification(headers, body, client.trust.keys, Math.floor(Date.now() / 1000));
	const verdict = check();
	if (verdict.verified || verdict.reason !== 'unknownSerial') return { verdict };
	if (!isCertificate(verdict.serial)) return { verdict };
	const downloadFailure = await waitFor(startDownload(client, verdict.serial));
	return { verdict: check(), downloadFailure };
}
