import type { Sandbox } from '../../sandbox';

/** One merchant of examples/closings.csv; `expected` is the last state, or `blocked`. */
export interface Closing extends Record<string, string> {
	merchant_name: string;
	sub_mchid: string;
	/** Number of the application. */
	out_request_no: string;
	balance_fen: string;
	/** What a consumer complains about; empty if nobody does. */
	complaint: string;
	reply: string;
	/** Empty if nothing is paid out before the application. */
	withdrawal_no: string;
	withdraw: string;
	expected: string;
}

export type Books = Pick<Sandbox, 'closing' | 'withdrawals'>;

/** All that the sandbox has on record of the closings, to be compared before and after a run. */
export const recordsOf = ({ closing, withdrawals: applications }: Books): string =>
	JSON.stringify([
		[...closing.complaints.values()],
		[...closing.withdrawals.values()],
		[...applications.values()].map(({ number, state }) => [number, state]),
	]);

/**
 * What differs from what the list expects in the sandbox's own records: each complaint answered once and
 * completed, the balance paid out once, one application, in the state that was expected.
 */
export function findClosingMistakes(
	rows: Closing[],
	{ closing, withdrawals: applications }: Books,
): string[] {
	return rows.flatMap((row) => {
		const isOwn = ({ sub_mchid: number }: { sub_mchid: string }) => number === row.sub_mchid;
		const complaints = [...closing.complaints.values()].filter(
			({ complainted_mchid: number }) => number === row.sub_mchid,
		);
		const replies = complaints.map(
			({ history }) =>
				history.filter(({ operate_type: type }) => type === 'MERCHANT_RESPONSE').length,
		);
		const paid = row.withdrawal_no === '' ? 0 : Number(row.balance_fen);
		const payouts = [...closing.withdrawals.values()].filter(isOwn);
		const states = [...applications.values()].filter(isOwn).map(({ state }) => state);
		const wanted = row.expected === 'blocked' ? '' : row.expected;
		const isRight: Array<[boolean, string]> = [
			[replies.every((count) => count === 1), 'a complaint was not replied to exactly once'],
			[
				complaints.every(({ complaint_state: state }) => state === 'PROCESSED'),
				'a complaint is not completed',
			],
			[payouts.length === (paid === 0 ? 0 : 1), `${payouts.length} withdrawals were made`],
			[
				closing.paidOut(row.sub_mchid) === paid,
				`${closing.paidOut(row.sub_mchid)} fen were paid out, not ${paid}`,
			],
			[
				states.join() === wanted,
				`the states of its applications are "${states.join()}", not "${wanted}"`,
			],
		];
		return isRight
			.filter(([right]) => !right)
			.map(([, wrong]) => `${row.merchant_name}: ${wrong}.`);
	});
}
