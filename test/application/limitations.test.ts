import {
	isDelayed,
	whatToDoAbout,
	withWhatToDo,
} from '../../nodes/WechatPay/application/limitations';

/** Those of the official page, and three that are newer: https://pay.weixin.qq.com/doc/v3/partner/4012803072 */
const WAYS =
	`MODIFY_SUBJECT_INFORMATION MODIFY_SETTLE_ACCOUNT_INFORMATION VERIFY_INACTIVE_MERCHANT_IDENTITY
SUBMIT_INFORMATION_FOR_APPEAL SUBMIT_CDD_INFORMATION SUBMIT_UBO_INFORMATION
SUBMIT_OFFLINE_BUSINESS_SCENARIO_INFORMATION UPDATE_BUSINESS_SCENARIO_INFORMATION
MODIFY_ADMINISTRATOR_INFORMATION WAITING_FOR_PLATFORM_REVIEW RESOLVE_TRANSACTION_DISPUTES
CALL_CUSTOMER_SERVICE_AT_95017 IRRECOVERABLE SIGN_ANTI_FRAUD_PLEDGE_AND_VERIFY_FACE
CONTACT_APPROPRIATE_AUTHORITY_FOR_CONSULTATION MODIFY_ABBREVIATION_INFORMATION
CONFIRM_BUSINESS_TYPE SUBMIT_ONLINE_BUSINESS_SCENARIO_INFORMATION CONTACT_SERVICE_PROVIDER`.split(
		/\s+/,
	);

it('whatToDoAbout returns a distinct sentence for each known recover_way', () => {
	const sentences = WAYS.map((recover_way) => whatToDoAbout({ recover_way }));
	expect(new Set([...sentences, whatToDoAbout({})]).size).toBe(WAYS.length + 1);
	for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
});

it.each([{}, { recover_way: 'NEW_WAY' }, { recover_way: 'toString' }, { recover_way: 7 }])(
	'whatToDoAbout returns a general sentence for %j',
	(control) => expect(whatToDoAbout(control)).toMatch(/95017/),
);

it('withWhatToDo adds only the what_to_do field', () => {
	expect(withWhatToDo({ mchid: '1' })).toEqual({ mchid: '1' });
	const control = { limitation_case_id: 'A1', recover_way: 'IRRECOVERABLE' };
	expect(withWhatToDo({ mchid: '1', recovery_specifications: [control] })).toEqual({
		mchid: '1',
		recovery_specifications: [{ ...control, what_to_do: whatToDoAbout(control) }],
	});
});

it('isDelayed returns false once a delayed control has a date', () => {
	const delayed = { limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL' };
	expect(isDelayed(delayed)).toBe(true);
	expect(isDelayed({ ...delayed, limitation_date: '2026-11-21T00:00:00+08:00' })).toBe(false);
	expect(isDelayed({ limitation_action_type: 'LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL' })).toBe(false);
	expect(isDelayed({})).toBe(false);
});
