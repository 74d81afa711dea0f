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
	it('remembers numbers without a response as unread', () => {
		const { seen: remembered, items } = poll(undefined, { A: state('REVIEWING'), B: MISSING });
		expect(items).toEqual([]);
		expect(remembered).toEqual({
			A: seen('REVIEWING'),
			B: rememberMissing(),
			C: rememberUnread(),
		});
	});

	it('remembers every number when all look-ups failed', () => {
		expect(poll(undefined, {}).seen).toEqual({
			A: rememberUnread(),
			B: rememberUnread(),
			C: rememberUnread(),
		});
	});

	it('emits the present state when emitPresentState is set', () => {
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

	it('emits nothing for its first response', () => {
		const later = poll(known, { A: state('REVIEWING'), B: state('REJECTED'), C: MISSING });
		expect(later.items).toEqual([]);
		expect(later.seen).toEqual({
			A: seen('REVIEWING'),
			B: seen('REJECTED'),
			C: rememberMissing(),
		});
	});

	it('emits changes after its first response', () => {
		const { seen: after } = poll(known, { B: state('REVIEWING'), C: MISSING });
		const later = poll(after, { B: state('REJECTED'), C: state('ACCEPTED') });
		expect(statesOf(later)).toEqual([
			['REJECTED', 'REVIEWING'],
			['ACCEPTED', null],
		]);
	});

	it('stays unread until it gets a response', () => {
		expect(poll(known, { A: state('REVIEWING') }).seen).toEqual(known);
	});

	it('is emitted with its first response when emitPresentState is set', () => {
		const later = poll(known, { B: state('REVIEWING'), C: MISSING }, { emitPresentState: true });
		expect(statesOf(later)).toEqual([
			['REVIEWING', null],
			['none', null],
		]);
	});
});

describe('a number added to the list later', () => {
	const known = { A: seen('REVIEWING'), B: seen('REVIEWING') };

	it('is emitted with its first response, even after a failed look-up', () => {
		const without = poll(known, {});
		expect(without.seen).toEqual(known);
		expect(statesOf(poll(without.seen, { C: state('REVIEWING') }))).toEqual([['REVIEWING', null]]);
	});
});

describe('the memory of a poll', () => {
	it('keeps numbers without a response and drops numbers that left the list', () => {
		const known = { A: seen('REVIEWING'), GONE: seen('REVIEWING') };
		expect(poll(known, {}).seen).toEqual({ A: seen('REVIEWING') });
	});
});

describe('the filters', () => {
	const known = { A: seen('REVIEWING'), B: seen('REVIEWING'), C: seen('REVIEWING') };
	const answers = { A: state('FINISH'), B: state('CANCELED'), C: MISSING };

	it('finalOnly emits FINISH but not CANCELED', () => {
		expect(statesOf(poll(known, answers, { finalOnly: true }))).toEqual([['FINISH', 'REVIEWING']]);
	});

	it('states emits only the selected states and remembers all of them', () => {
		const filtered = poll(known, answers, { states: ['CANCELED'] });
		expect(statesOf(filtered)).toEqual([['CANCELED', 'REVIEWING']]);
		expect(filtered.seen).toEqual({
			A: seen('FINISH'),
			B: seen('CANCELED'),
			C: rememberMissing(),
		});
	});
});

describe('toItem', () => {
	it('returns the response with the added fields', () => {
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
	])('sets previous_state to null for a number that was %s', (_what, before) => {
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
