import type { IDataObject } from 'n8n-workflow';
import {
	applicationRules,
	confirmationRules,
	type IfExists,
} from '../../nodes/WechatPay/application/rules';

// What an application that is there already means for the one that is wanted.

const LABEL = '"Out Request No." A1';
const OWN = { sub_mchid: '1', cancel_state: 'ACCEPTED', withdraw: 'APPLY_WITHDRAW' };

const rules = (ifExists: IfExists = 'returnExisting', withdraw?: string) =>
	applicationRules({ label: LABEL, subMchid: '1', ifExists, withdraw });

const ANOTHERS = `${LABEL} belongs to sub-merchant 2, not to 1`;
const REJECTED = `${LABEL} was rejected: 资料不全`;
const EXISTS = `${LABEL} already exists (ACCEPTED)`;
const DIFFERS = `${LABEL} exists with "Withdraw" APPLY_WITHDRAW, not NOT_APPLY_WITHDRAW`;

/** What is there; whether it may be this run's own; If Exists; Withdraw; and what that means. */
it.each<[string, IDataObject, boolean, IfExists, string | undefined, string]>([
	['the same', {}, false, 'returnExisting', 'APPLY_WITHDRAW', 'done'],
	['the same, own', {}, true, 'returnExisting', 'APPLY_WITHDRAW', 'done'],
	['the same, Fail', {}, false, 'fail', 'APPLY_WITHDRAW', EXISTS],
	['the same, Fail, own', {}, true, 'fail', 'APPLY_WITHDRAW', 'done'],
	[
		'without a state, Fail',
		{ cancel_state: undefined },
		false,
		'fail',
		undefined,
		`${LABEL} already exists (state unknown)`,
	],
	['a state that is new', { cancel_state: 'NEW' }, false, 'returnExisting', undefined, 'done'],
	['the old flow has no Withdraw', {}, false, 'returnExisting', undefined, 'done'],
	[
		'"Withdraw" is left out',
		{ withdraw: undefined },
		false,
		'returnExisting',
		'NOT_APPLY_WITHDRAW',
		'done',
	],
	['Withdraw differs', {}, false, 'returnExisting', 'NOT_APPLY_WITHDRAW', DIFFERS],
	['Withdraw differs, own', {}, true, 'returnExisting', 'NOT_APPLY_WITHDRAW', DIFFERS],
	['Withdraw differs, Fail', {}, false, 'fail', 'NOT_APPLY_WITHDRAW', DIFFERS],
	[
		'of another sub-merchant',
		{ sub_mchid: '2' },
		false,
		'returnExisting',
		'NOT_APPLY_WITHDRAW',
		ANOTHERS,
	],
	['of another sub-merchant, Fail, own', { sub_mchid: '2' }, true, 'fail', undefined, ANOTHERS],
	[
		'of an unknown sub-merchant',
		{ sub_mchid: undefined },
		false,
		'returnExisting',
		undefined,
		`${LABEL} exists, but WeChat Pay does not say for which sub-merchant`,
	],
	[
		'rejected, and Withdraw differs',
		{ cancel_state: 'REJECTED', cancel_state_description: '资料不全' },
		false,
		'fail',
		'NOT_APPLY_WITHDRAW',
		REJECTED,
	],
	['revoked', { cancel_state: 'REVOKED' }, true, 'fail', undefined, `${LABEL} was revoked`],
])(
	'applicationRules judges an existing application: %s',
	(_name, found, isOwn, ifExists, withdraw, expected) => {
		const judge = () => rules(ifExists, withdraw).judge({ ...OWN, ...found }, isOwn);
		if (expected === 'done') expect(judge()).toBe('done');
		else expect(judge).toThrow(expect.objectContaining({ message: expected }) as Error);
	},
);

it('applicationRules looks up first only with Fail', () => {
	expect([rules().looksUpFirst, rules('fail').looksUpFirst]).toEqual([false, true]);
});

it('applicationRules rejects a response that reports a closed application', () => {
	const { accept } = rules();
	expect(accept?.({ cancel_state: 'ACCEPTED' })).toBeUndefined();
	expect(accept?.({})).toBeUndefined();
	expect(() => accept?.({ cancel_state: 'REJECTED', reject_reason: '资料不全' })).toThrow(REJECTED);
});

describe('confirmationRules', () => {
	const CONFIRM = '"Out Request No." A1';
	const confirmation = () => confirmationRules(CONFIRM, '1');
	const judge = (found: IDataObject) => confirmation().judge({ sub_mchid: '1', ...found }, false);

	it.each<[string | undefined, string]>([
		['SYSTEM_PROCESSING', 'done'],
		['CANCELED', 'done'],
		['FUND_PROCESSING', 'done'],
		['FINISH', 'done'],
		['ACCEPTED', 'notDone'],
		['REVIEWING', 'notDone'],
		['WAITING_MERCHANT_CONFIRM', 'notDone'],
		['SOMETHING_NEW', 'unclear'],
		['', 'unclear'],
		[undefined, 'unclear'],
	])('judges state %s as %s', (cancel_state, finding) => {
		expect(judge({ cancel_state })).toBe(finding);
	});

	it.each(['REJECTED', 'REVOKED'])('rejects an application that is %s', (cancel_state) => {
		for (const act of [
			() => judge({ cancel_state }),
			() => confirmation().accept?.({ cancel_state }),
		]) {
			expect(act).toThrow(
				expect.objectContaining({
					message: `${CONFIRM} was ${cancel_state.toLowerCase()}`,
					hint: 'It can no longer be confirmed. Apply again with a new number.',
					details: { code: cancel_state },
				}) as Error,
			);
		}
	});

	it('rejects an application of another or an unknown sub-merchant', () => {
		expect(() => judge({ cancel_state: 'FINISH', sub_mchid: '2' })).toThrow(ANOTHERS);
		expect(() => judge({ cancel_state: 'FINISH', sub_mchid: undefined })).toThrow(
			'does not say for which sub-merchant',
		);
	});

	it('does not look up first and accepts a response without a state', () => {
		expect(confirmation().looksUpFirst).toBeUndefined();
		expect(confirmation().accept?.({})).toBeUndefined();
	});
});
