import type { INode } from 'n8n-workflow';
import { NOTHING_SENT, report, toNodeError } from '../failure/report';
import { REPORT_AFTER } from './failures';
import type { Failed } from './lookUps';

/** Maximum number of numbers in one message. */
const NAMED = 5;

/** Failed look-ups by number. */
export type FailedLookUps = ReadonlyMap<string, Failed>;

function naming(entries: readonly string[]): string {
	const more = entries.length - NAMED;
	return entries.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const said = ({ error, trace }: Failed) => report(error, { ...NOTHING_SENT, wasSent: trace.sent });

/** The error of one look-up. */
export const lookUpError = (node: INode, failed: Failed): Error => toNodeError(node, said(failed));

/** The error of a poll in which no look-up succeeded: the first error, and the numbers. */
export function nothingLookedUp(node: INode, failed: FailedLookUps): Error {
	const [first] = failed.values();
	const sent = [...failed].filter(([, { trace }]) => trace.sent).map(([number]) => number);
	const which = sent.length > 0 ? `Numbers that could not be looked up: ${naming(sent)}` : '';
	return toNodeError(node, said(first), undefined, which);
}

/** The error that reports numbers that fail repeatedly while others succeed. */
export function alwaysFailing(
	node: INode,
	numbers: readonly string[],
	failed: FailedLookUps,
): Error {
	const [first] = numbers;
	const { message, hint, ...rest } = said(failed.get(first)!);
	return toNodeError(node, {
		...rest,
		message: `"Numbers": ${naming(numbers)} could not be looked up in ${REPORT_AFTER} polls in a row. ${first}: ${message}`,
		hint: `${hint} If a number is wrong, remove it from "Numbers". The other numbers are still watched, and the next poll emits their changes. This error is reported once.`,
	});
}

/** The log line for failed look-ups in a poll in which others succeeded. */
export function logLine(failed: FailedLookUps, asked: number): string {
	const entries = [...failed].map(([number, entry]) => `${number} (${said(entry).message})`);
	return `WeChat Pay Trigger: ${failed.size} of ${asked} numbers could not be looked up: ${naming(entries)}`;
}
