import type { IncomingHeaders, NotificationVerdict } from '../protocol/notification';

type Refused = Extract<NotificationVerdict, { verified: false }>;

/** Why a request was not accepted as a notification, for n8n's log. */
const REASONS: Readonly<Record<Refused['reason'], string>> = {
	missing:
		'a Wechatpay-* header is missing. If WeChat Pay sent it, a proxy or CDN in front of n8n strips these headers',
	stale:
		'its Wechatpay-Timestamp is five minutes or more away from the time of this machine. If WeChat Pay sent it, the clock of this machine is wrong',
	probe:
		'WeChat Pay tests with a wrong signature whether signatures are verified. Nothing is wrong: the real notification follows',
	unknownSerial:
		'it is signed with a key that the credential does not know. If WeChat Pay sent it, correct "WeChat Pay Public Key" and its ID in the credential, or enter the URL for another merchant',
	wrongSignature:
		'the signature does not fit the body. If WeChat Pay sent it, a proxy changes the body, or "WeChat Pay Public Key" in the credential belongs to another ID',
	unsupportedType: 'its Wechatpay-Signature-Type is not WECHATPAY2-SHA256-RSA2048',
};

/** An unverified text in a form that is safe to log: short, printable, on one line. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);

function ageInWords(headers: IncomingHeaders, now: number): string {
	const timestamp = headers['wechatpay-timestamp'];
	if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return 'unknown';
	return `${now - Number(timestamp)} seconds`;
}

/**
 * The log line for a request that could not be verified. It contains nothing of the body.
 *
 * @param now Unix time in seconds
 * @param downloadFailure why the platform certificates could not be downloaded
 */
export function refusedLine(
	{ reason, serial }: Refused,
	headers: IncomingHeaders,
	now: number,
	downloadFailure?: string,
): string {
	const download = downloadFailure
		? `. The platform certificates could not be downloaded: ${downloadFailure}`
		: '';
	return `WeChat Pay Notification Trigger: a request was refused: ${REASONS[reason]} (serial ${printable(serial) || 'none'}, age ${ageInWords(headers, now)})${download}`;
}
