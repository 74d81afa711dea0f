import type { IDataObject } from 'n8n-workflow';
import { BEFORE, checkMoney } from '../../scripts/soak/checkMoney';
import type { Money } from '../../scripts/support/sandbox-process';

// The soak is worth what its check finds: one case for every way in which money could go wrong.

const WANTED = ['A', 'B'].map((letter, index) => ({
	number: `W${letter}`,
	subMchid: `180000000${index}`,
	amount: 100 + index,
}));

const money = (): Money => ({
	available: Object.fromEntries(WANTED.map(({ subMchid, amount }) => [subMchid, BEFORE - amount])),
	withdrawals: WANTED.map((wanted) => ({
		...wanted,
		withdrawId: `id ${wanted.number}`,
		status: 'CREATE_SUCCESS',
	})),
});

const done = (more: IDataObject = {}): IDataObject => ({
	out_request_no: 'WA',
	withdraw_id: 'id WA',
	status: 'CREATE_SUCCESS',
	...more,
});

it('checkMoney finds no mistakes in correct outcomes', () => {
	const said = [done(), done({ status: undefined })];
	expect(checkMoney(WANTED, said, money())).toEqual({
		there: 2,
		missing: 0,
		tooMany: 0,
		wrong: 0,
		untrue: 0,
		mistakes: [],
	});
});

it.each<[string, (held: Money) => void, object, string]>([
	['what is lost', (held) => held.withdrawals.shift(), { missing: 1 }, 'WA is not at the server'],
	[
		'what was withdrawn twice',
		(held) => {
			held.withdrawals.push({ ...held.withdrawals[0], withdrawId: 'second' });
			held.available[WANTED[0].subMchid] -= 100;
		},
		{ tooMany: 1, wrong: 1 },
		'200 fen left the account of 1800000000, not 100',
	],
	[
		'an unwanted withdrawal',
		(held) => held.withdrawals.push({ ...held.withdrawals[0], number: 'WX' }),
		{ tooMany: 1 },
		'WX was wanted by nobody',
	],
	[
		'what is not accepted',
		(held) => (held.withdrawals[0].status = 'INIT'),
		{ wrong: 1 },
		'WA is INIT',
	],
])('checkMoney reports a wrong server state: %s', (_what, change, counts, mistake) => {
	const held = money();
	change(held);
	const findings = checkMoney(WANTED, [], held);
	expect(findings).toMatchObject(counts);
	expect(findings.mistakes).toContain(mistake);
});

it.each([
	['a success that the server does not have', { withdraw_id: 'x' }, 'WA came out as done'],
	['another state', { status: 'SUCCESS' }, 'WA says SUCCESS, the server CREATE_SUCCESS'],
])('checkMoney reports a wrong output item: %s', (_what, more, mistake) => {
	const { untrue, mistakes } = checkMoney(WANTED, [done(more)], money());
	expect(untrue).toBe(1);
	expect(mistakes).toEqual([expect.stringContaining(mistake)]);
});
