import { findClosingMistakes, type Books, type Closing } from '../../scripts/demo/closingCheck';

const row: Closing = {
	merchant_name: 'Shop',
	sub_mchid: '1900000301',
	out_request_no: 'C1',
	balance_fen: '500',
	complaint: 'late',
	reply: 'refunded',
	withdrawal_no: 'W1',
	withdraw: 'NOT_APPLY_WITHDRAW',
	expected: 'FINISH',
};
const { sub_mchid } = row;

/** What the sandbox has on record after a run that did exactly what it should. */
const records = {
	replies: 1,
	complaintState: 'PROCESSED',
	withdrawals: ['W1'],
	paid: 500,
	applications: ['FINISH'],
};

const booksOf = (given: typeof records): Books =>
	({
		closing: {
			complaints: new Map([
				[
					'1',
					{
						complainted_mchid: sub_mchid,
						complaint_state: given.complaintState,
						history: Array.from({ length: given.replies }, () => ({
							operate_type: 'MERCHANT_RESPONSE',
						})),
					},
				],
			]),
			withdrawals: new Map(given.withdrawals.map((id) => [id, { sub_mchid }])),
			paidOut: () => given.paid,
		},
		withdrawals: new Map(given.applications.map((state, i) => [`C${i}`, { sub_mchid, state }])),
	}) as unknown as Books;

const check = (change: Partial<typeof records>, closing: Partial<Closing> = {}): string[] =>
	findClosingMistakes([{ ...row, ...closing } as Closing], booksOf({ ...records, ...change }));

it('finds nothing wrong with what should be', () => {
	expect(check({})).toEqual([]);
});

it.each<[string, Partial<typeof records>, Partial<Closing>]>([
	['not replied to exactly once', { replies: 0 }, {}],
	['not replied to exactly once', { replies: 2 }, {}],
	['not completed', { complaintState: 'PROCESSING' }, {}],
	['0 withdrawals', { withdrawals: [] }, {}],
	['2 withdrawals', { withdrawals: ['W1', 'W2'] }, {}],
	['1 withdrawals', {}, { withdrawal_no: '' }],
	['1000 fen were paid out, not 500', { paid: 1000 }, {}],
	['"", not "FINISH"', { applications: [] }, {}],
	['"FINISH,REVIEWING", not "FINISH"', { applications: ['FINISH', 'REVIEWING'] }, {}],
	['"FINISH", not ""', {}, { expected: 'blocked' }],
])('finds: %s', (mistake, change, closing) => {
	expect(check(change, closing).join()).toContain(mistake);
});
