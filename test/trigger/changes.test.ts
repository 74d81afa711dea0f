import type { IDataObject } from 'n8n-workflow';
import { compare, toItem } from '../../nodes/WechatPay/trigger/changes';
import type { LookUpResult, Filter } from '../../nodes/WechatPay/trigger/changes';
import { remember, rememberMissing, rememberUnread } from '../../nodes/WechatPay/trigger/memory';
import type { Memory } from '../../nodes/WechatPay/trigger/memory';

// What a poll is worth: which items it emits, and what it remembers. No n8n, no network.

const NOW = 1_790_000_000_000;
const KEY = 'out_request_no';
const MISSING: LookUpResult = { missing: true };

const state = (cancel_state: string, more: IDataObject = {}): LookUpResult => ({
	response: { cancel_state, ...more },
});
const seen = (cancel_state: string) => remember({ cancel_state }, undefined, NOW);

const poll = (
	known: Memory | undefined,
	answers: Record<string, LookUpResult>,
	filter: Filter = {},
) =>
	compare({
		numberKey: KEY,
		numbers: ['A', 'B', 'C'],
		known,
		results: new Map(Object.entries(answers)),
		filter,
		now: NOW,
	});

const statesOf = ({ items }: ReturnType<typeof compare>) =>
	items.map(({ json }) => [json.cancel_state ?? 'none', json.previous_state]);

describe('the first poll', () => {
	it('remembers every number: those without an answer as unread', () => {
		const { seen: remembered, items } = poll(undefined, { A: state('REVIEWING'), B: MISSING });
		expect(items).toEqual([]);
		expect(remembered).toEqual({
			A: seen('REVIEWING'),
			B: rememberMissing(),
			C: rememberUnread(),
		});
	});

	it('remembers every number, even if it reached none', () => {
		expect(poll(undefined, {}).seen).toEqual({
			A: rememberUnread(),
			B: rememberUnread(),
			C: rememberUnread(),
		});
	});

	it('emits what it read, if the user asks for the present state', () => {
		const first = poll(
			undefined,
			{ A: state('REVIEWING'), B: MISSING },
			{ emitPresentState: true },
		);
		expect(statesOf(first)).toEqual([
			['REVIEWING', null],
			['none', null],
		]);
	});
});

describe('a number that the first poll did not read', () => {
	const known = { A: seen('REVIEWING'), B: rememberUnread(), C: rememberUnread() };

	it('is no news with its first answer, whatever that is', () => {
		const later = poll(known, { A: state('REVIEWING'), B: state('REJECTED'), C: MISSING });
		expect(later.items).toEqual([]);
		expect(later.seen).toEqual({
			A: seen('REVIEWING'),
			B: seen('REJECTED'),
			C: rememberMissing(),
		});
	});

	it('is news from its second answer on', () => {
		const { seen: after } = poll(known, { B: state('REVIEWING'), C: MISSING });
		const later = poll(after, { B: state('REJECTED'), C: state('ACCEPTED') });
		expect(statesOf(later)).toEqual([
			['REJECTED', 'REVIEWING'],
			['ACCEPTED', null],
		]);
	});

	it('stays unread until it is answered', () => {
		expect(poll(known, { A: state('REVIEWING') }).seen).toEqual(known);
	});

	it('is emitted with its first answer, if the user asks for the present state', () => {
		const later = poll(known, { B: state('REVIEWING'), C: MISSING }, { emitPresentState: true });
		expect(statesOf(later)).toEqual([
			['REVIEWING', null],
			['none', null],
		]);
	});
});

describe('a number that comes into the list later', () => {
	const known = { A: seen('REVIEWING'), B: seen('REVIEWING') };

	it('is news with its first answer, also if its first look-up failed', () => {
		const without = poll(known, {});
		expect(without.seen).toEqual(known);
		expect(statesOf(poll(without.seen, { C: state('REVIEWING') }))).toEqual([['REVIEWING', null]]);
	});
});

describe('what is remembered', () => {
	it('stays as it was where no answer came, and ends with the list', () => {
		const known = { A: seen('REVIEWING'), GONE: seen('REVIEWING') };
		expect(poll(known, {}).seen).toEqual({ A: seen('REVIEWING') });
	});
});

describe('the filters', () => {
	const known = { A: seen('REVIEWING'), B: seen('REVIEWING'), C: seen('REVIEWING') };
	const answers = { A: state('FINISH'), B: state('CANCELED'), C: MISSING };

	it('let through what is final: FINISH is, CANCELED is not', () => {
		expect(statesOf(poll(known, answers, { finalOnly: true }))).toEqual([['FINISH', 'REVIEWING']]);
	});

	it('let through the states, and remember what they hold back', () => {
		const filtered = poll(known, answers, { states: ['CANCELED'] });
		expect(statesOf(filtered)).toEqual([['CANCELED', 'REVIEWING']]);
		expect(filtered.seen).toEqual({
			A: seen('FINISH'),
			B: seen('CANCELED'),
			C: rememberMissing(),
		});
	});
});

describe('an item', () => {
	it('is the answer with what was added', () => {
		const failed = state('FINISH', { withdraw_state: 'WITHDRAW_EXCEPTION' });
		expect(toItem(KEY, 'A', failed, seen('FUND_PROCESSING'))).toEqual({
			json: {
				cancel_state: 'FINISH',
				withdraw_state: 'WITHDRAW_EXCEPTION',
				previous_state: 'FUND_PROCESSING',
				is_final: true,
				needs_attention: true,
			},
		});
	});

	it.each([
		['never read', rememberUnread()],
		['missing', rememberMissing()],
		['new', undefined],
	])('has no previous state where the number was %s', (_what, before) => {
		expect(toItem(KEY, 'A', MISSING, before)).toEqual({
			json: {
				out_request_no: 'A',
				not_found: true,
				previous_state: null,
				is_final: false,
				needs_attention: true,
			},
		});
		expect(toItem(KEY, 'A', state('REVIEWING'), before).json.previous_state).toBeNull();
	});
});
