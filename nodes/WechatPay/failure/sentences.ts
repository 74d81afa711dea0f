import { LONGEST_WAIT_MS } from './cause';
import type { Cause, Refusal, Sentence } from './cause';
import type { ErrorDetails } from './errors';
import { AGAIN, hintFor } from './hints';

type Of<K extends Cause['kind']> = Cause & { kind: K };

const CREDENTIAL = 'Correct the credential';
const CLOCK_MINUTES = 5;

const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(': ');

/** A refusal, with WeChat Pay's own message. */
function refusalSentence(refusal: Refusal & { kind: string }): Sentence {
	const { status, code, message, issue } = refusal;
	const said = join(code, message);
	return {
		message: said
			? `WeChat Pay refused: ${said}${issue && status !== 401 ? ` (${issue})` : ''}`
			: `HTTP ${status} without a message from WeChat Pay`,
		hint: hintFor(refusal),
	};
}

function waitInWords(ms: number): string {
	const minutes = Math.ceil(ms / 60_000);
	return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** A response that asks for a longer pause than a run waits. */
function longWaitSentence(refusal: Refusal & { kind: string }, ms: number): Sentence {
	return {
		message: refusalSentence(refusal).message,
		hint: `WeChat Pay asks to wait ${waitInWords(ms)}, which is longer than a run waits. Nothing more was sent. Run again after that with the same numbers: that is safe.`,
	};
}

function clockSentence({ skewSeconds: skew }: Of<'clock'>): Sentence {
	const off =
		skew === undefined
			? `by ${CLOCK_MINUTES} minutes or more`
			: `by ${Math.abs(skew)} seconds (${skew > 0 ? 'ahead' : 'behind'})`;
	return {
		message: `The clock of the machine that runs n8n is off ${off}`,
		hint: `Synchronize its clock, for example with NTP: WeChat Pay refuses requests that are off by ${CLOCK_MINUTES} minutes.`,
	};
}

function noResponseSentence({ reason, host, code, timeoutMs }: Of<'noResponse'>): Sentence {
	switch (reason) {
		case 'unreachable':
			return {
				message: `${host} cannot be reached (${code})`,
				hint: 'Check the "API Host" of the credential, and the network and DNS of the machine that runs n8n.',
			};
		case 'tls':
			return {
				message: `The TLS certificate of ${host} is not trusted (${code})`,
				hint: 'Check the "API Host" of the credential, and whether a proxy replaces certificates.',
			};
		case 'blocked':
			return {
				message: `This n8n does not allow requests to ${host}: its protection against server-side request forgery (SSRF) blocks the address`,
				hint: 'Ask the administrator of n8n to allow this host, or correct the "API Host" of the credential.',
			};
		case 'timeout':
			return {
				message: `${host} did not respond within ${Math.round(timeoutMs / 100) / 10} seconds`,
				hint: `${AGAIN} A longer "Timeout" can be set in "Options".`,
			};
		case 'cut':
			return { message: `The connection to ${host} was cut (${code})`, hint: AGAIN };
	}
}

const MIXED_UP = `A proxy, or a server that is not WeChat Pay, mixes up the responses. Check the "API Host" of the credential and any proxy on the way. ${AGAIN}`;

function wrongSignatureSentence(serial: string): Sentence {
	if (serial.startsWith('PUB_KEY_ID_')) {
		return {
			message: `The signature of the response does not fit the key ${serial} of the credential`,
			hint: `${CREDENTIAL}: copy "WeChat Pay Public Key" and its ID again from the merchant platform. If they are right, a proxy changes the responses.`,
		};
	}
	return {
		message: `The signature of the response does not fit the platform certificate ${serial}`,
		hint: 'The certificate was downloaded from WeChat Pay, so no field of the credential is the cause: a proxy changes the responses. Let them through as they are.',
	};
}

function unverifiedSentence(cause: Of<'unverified'>): Sentence {
	const { reason, serial, knownSerials, differs } = cause;
	switch (reason) {
		case 'missing':
			return {
				message: 'The response carries no WeChat Pay signature',
				hint: 'A proxy or gateway removes the Wechatpay-* headers, or the "API Host" is not WeChat Pay. Let the headers through, or correct the host.',
			};
		case 'stale':
			return {
				message:
					'The timestamp of the response differs from the clock of this machine by five minutes or more',
				hint: 'Check the clock of the machine that runs n8n. If it is right, the response is a replay of an old one.',
			};
		case 'probe':
			return {
				message: 'WeChat Pay sent a deliberately wrong signature to test verification',
				hint: 'Nothing is wrong: run again.',
			};
		case 'unknownSerial':
			return {
				message: `The response was signed with ${serial}, which the credential does not know (it knows ${knownSerials.join(', ') || 'none'})`,
				hint: serial.startsWith('PUB_KEY_ID_')
					? `${CREDENTIAL}: choose "Public Key" under "Response Verification" and enter the public key with this ID.`
					: `${CREDENTIAL}: while the merchant moves from platform certificates to the public key, enter "APIv3 Secret Key" too. Otherwise check that the keys are of this "Merchant ID".`,
			};
		case 'wrongSignature':
			return wrongSignatureSentence(serial);
		case 'repeated':
			return {
				message: 'The response was received before (its Wechatpay-Nonce is repeated)',
				hint: MIXED_UP,
			};
		case 'misdirected':
			return {
				message: `The response is about something else: its ${differs?.name} is not ${differs?.asked}`,
				hint: MIXED_UP,
			};
	}
}

/** A verified response that cannot be used. */
function unreadableSentence({ lacks }: Of<'unreadable'>): Sentence {
	if (lacks) {
		return {
			message: `The response has no ${lacks.join(' or ')}, so it cannot be matched to the request`,
			hint: AGAIN,
		};
	}
	return {
		message: 'WeChat Pay returned something that is not a JSON object',
		hint: 'Run again with the same number. If the problem persists, contact WeChat Pay with the Request-ID.',
	};
}

/** The message and hint for a cause. */
export function sentenceOf(cause: Cause): Sentence {
	switch (cause.kind) {
		case 'clock':
			return clockSentence(cause);
		case 'noResponse':
			return noResponseSentence(cause);
		case 'unverified':
			return unverifiedSentence(cause);
		case 'unreadable':
			return unreadableSentence(cause);
		case 'noKeys':
			return 'kind' in cause.failure ? sentenceOf(cause.failure) : cause.failure;
		case 'fault':
			return {
				message:
					`WeChat Pay returned HTTP ${cause.status} ${join(cause.code, cause.message)}`.trim(),
				hint: AGAIN,
			};
		case 'unfinished':
			return {
				message: 'WeChat Pay accepted the request and has not processed it yet (HTTP 202)',
				hint: AGAIN,
			};
		default: {
			const { retryAfterMs: ms = 0 } = cause;
			const isBusy = cause.kind === 'rateLimit' || cause.kind === 'tryLater';
			return isBusy && ms >= LONGEST_WAIT_MS ? longWaitSentence(cause, ms) : refusalSentence(cause);
		}
	}
}

/** The error details for a cause. */
export function detailsOf(cause: Cause): ErrorDetails {
	if (cause.kind === 'noKeys') {
		return 'kind' in cause.failure ? detailsOf(cause.failure) : {};
	}
	const code = 'code' in cause ? cause.code : '';
	const status = 'status' in cause ? cause.status : undefined;
	const requestId = 'requestId' in cause ? cause.requestId : undefined;
	return {
		...(code && { code }),
		...(status !== undefined && { httpStatus: status }),
		...(requestId && { requestId }),
	};
}
