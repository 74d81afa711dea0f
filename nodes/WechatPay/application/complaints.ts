import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../failure/errors';
import type { Finding, SubmissionRules } from './submitOnce';

const DAY_MS = 24 * 60 * 60 * 1000;
const BEIJING_MS = 8 * 60 * 60 * 1000;

/** Maximum number of dates in one request, both ends included: the stricter reading of "30 days". */
const DAYS_IN_WINDOW = 30;

/** The date of a Unix time in UTC+8, as `YYYY-MM-DD`. */
export const beijingDay = (ms: number): string =>
	new Date(ms + BEIJING_MS).toISOString().slice(0, 10);

/** The date a number of days later, or earlier. */
export const addDays = (day: string, days: number): string =>
	new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The dates of one request, both included. */
export interface Window {
	begin: string;
	end: string;
}

/**
 * Divides a period into windows that WeChat Pay accepts, newest first. Each date is in exactly one of them.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691285
 */
export function toWindows({ begin, end }: Window): Window[] {
	const windows: Window[] = [];
	for (let last = end; last >= begin; last = addDays(last, -DAYS_IN_WINDOW)) {
		const first = addDays(last, 1 - DAYS_IN_WINDOW);
		windows.push({ begin: first < begin ? begin : first, end: last });
	}
	return windows;
}

const isProcessed = ({ complaint_state: state }: IDataObject): boolean => state === 'PROCESSED';

/** Whether a complaint still needs attention. Unknown states count as open. */
export const isOpenComplaint = (complaint: IDataObject): boolean => !isProcessed(complaint);

/** Types of history entries that are messages of the consumer. */
const CONSUMER_ENTRIES = [
	'USER_CREATE_COMPLAINT',
	'USER_CONTINUE_COMPLAINT',
	'USER_RESPONSE',
	'USER_CLICK_RESPONSE',
];

/** A text for comparison: WeChat Pay may trim it or change its line breaks. */
const plain = (text: unknown): string =>
	typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : '';

const timeOf = ({ operate_time: time }: IDataObject): number => Date.parse(String(time));

/**
 * Finds out whether a text was sent after the consumer's last message. The order of the history is not
 * documented, so times are compared.
 *
 * @param history all entries of the negotiation
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691802
 */
export function findReply(history: readonly IDataObject[], content: string): Finding {
	const same = history.filter(
		(entry) =>
			entry.operate_type === 'MERCHANT_RESPONSE' && plain(entry.operate_details) === plain(content),
	);
	if (same.length === 0) return 'notDone';
	const spoken = history.filter(({ operate_type: type }) =>
		CONSUMER_ENTRIES.includes(String(type)),
	);
	const last = Math.max(...spoken.map(timeOf));
	const replied = Math.max(...same.map(timeOf));
	if (Number.isNaN(last) || Number.isNaN(replied)) return 'unclear';
	return replied >= last ? 'done' : 'notDone';
}

/**
 * How a reply is submitted. The consumer sees it twice if it is sent twice, so the history is read first,
 * and after an open outcome the reply is looked up but not sent again.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012467213
 */
export const replyRules = (label: string, content: string): SubmissionRules => ({
	label,
	looksUpFirst: true,
	resends: false,
	judge: ({ data }) => findReply(data as IDataObject[], content),
});

/** @throws {WechatPayError} unless the complaint is about that sub-merchant */
function assertAccused(found: IDataObject, label: string, subMchid: string): void {
	const accused = String(found.complainted_mchid ?? '');
	if (accused === '' || accused === subMchid) return;
	throw new WechatPayError(
		`${label} is about sub-merchant ${accused}, not about ${subMchid}`,
		'Nothing was sent. Take both numbers from the same complaint.',
	);
}

/**
 * How a complaint is completed: once, and only after a reply.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012467217
 */
export const completionRules = (label: string, subMchid: string): SubmissionRules => ({
	label: `Completing ${label}`,
	looksUpFirst: true,
	judge: (found, isOwn) => {
		assertAccused(found, label, subMchid);
		if (isProcessed(found)) return 'done';
		if (found.complaint_state === 'PROCESSING') return 'notDone';
		// After a request of this call, PENDING means that the consumer has reopened the complaint.
		if (found.complaint_state !== 'PENDING' || isOwn) return 'unclear';
		throw new WechatPayError(
			`${label} waits for a reply (PENDING) and cannot be completed`,
			'Reply first with "Reply" of "Complaint", then complete it.',
			{ code: 'PENDING' },
		);
	},
});
