import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../failure/errors';
import type { Finding, SubmissionRules } from './submitOnce';

const DAY_MS = 24 * 60 * 60 * 1000;
const BEIJING_MS = 8 * 60 * 60 * 1000;

/** So many dates in one request at most, both ends included: the stricter reading of "30 days". */
const DAYS_IN_WINDOW = 30;

/** The date of a moment in UTC+8, as `YYYY-MM-DD`. */
export const beijingDay = (ms: number): string =>
	new Date(ms + BEIJING_MS).toISOString().slice(0, 10);

/** The date so many days later, or earlier. */
export const addDays = (day: string, days: number): string =>
	new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Dates of which one request asks, both included. */
export interface Window {
	begin: string;
	end: string;
}

/**
 * Cuts a span of dates into windows that WeChat Pay takes, the newest first. Each date is in exactly
 * one of them.
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

/** Whether a complaint still has to be dealt with. A state that is new at WeChat Pay counts as open. */
export const isOpenComplaint = (complaint: IDataObject): boolean => !isProcessed(complaint);

/** Steps of the negotiation in which the consumer says something. */
const CONSUMER_ENTRIES = [
	'USER_CREATE_COMPLAINT',
	'USER_CONTINUE_COMPLAINT',
	'USER_RESPONSE',
	'USER_CLICK_RESPONSE',
];

/** What counts as the same text: WeChat Pay may trim it, or change its line breaks. */
const plain = (text: unknown): string =>
	typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : '';

const timeOf = ({ operate_time: time }: IDataObject): number => Date.parse(String(time));

/**
 * Whether a text was sent after the consumer's last message. The order of the history is not
 * documented, so the times decide.
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
	const spoken = history.filter(({ operate_type: type }) => CONSUMER_ENTRIES.includes(String(type)));
	const last = Math.max(...spoken.map(timeOf));
	const replied = Math.max(...same.map(timeOf));
	if (Number.isNaN(last) || Number.isNaN(replied)) return 'unclear';
	return replied >= last ? 'done' : 'notDone';
}

/**
 * How a reply is submitted. WeChat Pay repeats it to the consumer if it is sent twice, so the history
 * is read first, and after an open outcome it is only looked for.
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
 * How a complaint is completed: only one that was replied to, and once.
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
		// After a request of this call: the consumer has taken the complaint further since.
		if (found.complaint_state !== 'PENDING' || isOwn) return 'unclear';
		throw new WechatPayError(
			`${label} waits for a reply (PENDING) and cannot be completed`,
			'Reply first with "Reply" of "Complaint", then complete it.',
			{ code: 'PENDING' },
		);
	},
});
