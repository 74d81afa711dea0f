import type { IDataObject } from 'n8n-workflow';
import type { CancelWithdrawal, Complaint, FundWithdrawal, Sandbox } from '../../sandbox';

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
	account_bank: string;
	payee_account_type: string;
	/** File name of an image that the application is sent with, as a link. */
	additional_material: string;
	expected: string;
}

export type Books = Pick<Sandbox, 'closing' | 'state' | 'subMerchants' | 'withdrawals'>;

/** All that the sandbox has on record of the closings, to be compared before and after a run. */
export const recordsOf = ({ closing, state, subMerchants, withdrawals }: Books): string =>
	JSON.stringify(
		[
			[...closing.complaints.values()],
			[...state.closing.withdrawals.values()],
			[...withdrawals.values()],
			[...subMerchants],
		],
		// How often a number was asked for is no change.
		(name, value: unknown) => (name === 'requests' ? undefined : value),
	);

/** The types of what blocks a merchant, as Check Readiness says. */
export const blockersOf = ({ blockers }: IDataObject): string[] =>
	(blockers as Array<{ type: string }>).map(({ type }) => type);

/** What blocks a merchant of the list, before and after its complaints are settled. */
export function expectedBlockers({ complaint, expected }: Closing, isSettled: boolean): string[] {
	return [
		...(complaint !== '' && !isSettled ? ['CONSUMER_COMPLAINT_UNPROCESSED'] : []),
		...(expected === 'blocked' ? ['HAS_BLOCKING_CONTROL'] : []),
	];
}

/** Sentences of the conditions that do not hold. */
const failed = (conditions: Array<[boolean, string]>): string[] =>
	conditions.filter(([holds]) => !holds).map(([, sentence]) => sentence);

function complaintMistakes({ complaint, reply }: Closing, complaints: Complaint[]): string[] {
	const wanted = complaint === '' ? [] : [reply];
	const replies = complaints.flatMap(({ history }) =>
		history.flatMap(({ operate_type: type, operate_details: text }) =>
			type === 'MERCHANT_RESPONSE' ? [text] : [],
		),
	);
	return failed([
		[replies.join('|') === wanted.join('|'), 'its complaint does not have exactly the one reply'],
		[
			complaints.every(({ complaint_state: state }) => state === 'PROCESSED'),
			'a complaint is not completed',
		],
	]);
}

function moneyMistakes(row: Closing, withdrawals: FundWithdrawal[], left: number): string[] {
	const balance = Number(row.balance_fen);
	const paid = withdrawals.reduce((sum, { amount }) => sum + amount, 0);
	const wanted = row.withdrawal_no === '' ? 0 : balance;
	return failed([
		[
			withdrawals.map(({ number }) => number).join() === row.withdrawal_no,
			`it has ${withdrawals.length} withdrawals`,
		],
		[
			withdrawals.every(({ status }) => status === 'SUCCESS'),
			'a withdrawal was not paid by the bank',
		],
		[paid === wanted, `${paid} fen were withdrawn, not ${wanted}`],
		[left === balance - wanted, `${left} fen are left, not ${balance - wanted}`],
	]);
}

function applicationMistakes(
	row: Closing,
	applications: CancelWithdrawal[],
	digest: string | undefined,
): string[] {
	const states = applications.map(({ state }) => state).join();
	const wanted = row.expected === 'blocked' ? '' : row.expected;
	const isPayout = row.expected !== 'blocked' && row.withdraw === 'APPLY_WITHDRAW';
	const paid = applications
		.flatMap(({ accounts }) => accounts)
		.filter(({ pay_state: state }) => state === 'PAY_SUCCEED')
		.reduce((sum, { amount }) => sum + amount, 0);
	const payout = isPayout ? Number(row.balance_fen) : 0;
	const digests = applications.flatMap(({ materials }) => materials.map((one) => one.digest));
	return failed([
		[states === wanted, `the states of its applications are "${states}", not "${wanted}"`],
		[paid === payout, `its application paid out ${paid} fen, not ${payout}`],
		[
			digests.join() === (digest ?? ''),
			'its application does not have exactly the image of the list',
		],
	]);
}

/**
 * What differs from what the list expects in the sandbox's own records: each complaint has one reply and
 * is completed, the balance was paid out once, there is one application, in the expected state.
 *
 * @param digestOf gives the SHA-256 of an image of the list
 */
export function findClosingMistakes(
	rows: Closing[],
	books: Books,
	digestOf: (fileName: string) => string,
): string[] {
	return rows.flatMap((row) => {
		const isOwn = ({ sub_mchid: number }: { sub_mchid: string }) => number === row.sub_mchid;
		const complaints = [...books.closing.complaints.values()].filter(
			({ complainted_mchid: number }) => number === row.sub_mchid,
		);
		const left = books.subMerchants.get(row.sub_mchid)?.balances.BASIC?.available ?? 0;
		const image = row.additional_material;
		return [
			...complaintMistakes(row, complaints),
			...moneyMistakes(row, [...books.state.closing.withdrawals.values()].filter(isOwn), left),
			...applicationMistakes(
				row,
				[...books.withdrawals.values()].filter(isOwn),
				image === '' ? undefined : digestOf(image),
			),
		].map((mistake) => `${row.merchant_name}: ${mistake}.`);
	});
}
