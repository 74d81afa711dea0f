import { assert, integer, property } from 'fast-check';
import {
	addDays,
	beijingDay,
	completionRules,
	findReply,
	isOpenComplaint,
	toWindows,
} from '../../nodes/WechatPay/application/complaints';

describe('toWindows', () => {
	it('returns one window for up to 30 days', () => {
		expect(toWindows({ begin: '2026-11-21', end: '2026-11-21' })).toEqual([
			{ begin: '2026-11-21', end: '2026-11-21' },
		]);
		expect(toWindows({ begin: '2026-10-23', end: '2026-11-21' })).toHaveLength(1);
	});

	it('splits 31 days into two windows, newest first, across the end of a month', () => {
		expect(toWindows({ begin: '2026-01-31', end: '2026-03-02' })).toEqual([
			{ begin: '2026-02-01', end: '2026-03-02' },
			{ begin: '2026-01-31', end: '2026-01-31' },
		]);
	});

	it('splits 180 days into six windows', () => {
		const end = '2026-11-21';
		expect(toWindows({ begin: addDays(end, -179), end })).toHaveLength(6);
	});

	it('covers every day once with windows of at most 30 days', () => {
		assert(
			property(integer({ min: 0, max: 20000 }), integer({ min: 0, max: 400 }), (start, length) => {
				const begin = addDays('2000-01-01', start);
				const end = addDays(begin, length);
				const dates = toWindows({ begin, end }).flatMap((window) => {
					const days: string[] = [];
					for (let day = window.end; day >= window.begin; day = addDays(day, -1)) days.push(day);
					expect(days.length).toBeLessThanOrEqual(30);
					return days;
				});
				const expected = Array.from({ length: length + 1 }, (_, i) => addDays(end, -i));
				expect(dates).toEqual(expected);
			}),
			{ numRuns: 100 },
		);
	});

	it('starts a day at midnight in UTC+8 (beijingDay)', () => {
		expect(beijingDay(Date.parse('2026-11-20T15:59:59.999Z'))).toBe('2026-11-20');
		expect(beijingDay(Date.parse('2026-11-20T16:00:00Z'))).toBe('2026-11-21');
	});
});

describe('findReply', () => {
	const at = (minute: number, operate_type: string, operate_details?: string) => ({
		operate_time: `2026-11-21T10:${String(minute).padStart(2, '0')}:00.120+08:00`,
		operate_type,
		...(operate_details !== undefined && { operate_details }),
	});
	const created = at(0, 'USER_CREATE_COMPLAINT', '退款');
	const said = (minute: number, text = '已退款') => at(minute, 'MERCHANT_RESPONSE', text);

	it.each([
		['nothing was said', [created], 'notDone'],
		['there is no history at all', [], 'notDone'],
		['the same was said after the complaint', [created, said(1)], 'done'],
		['the newest entry comes first', [said(1), created], 'done'],
		['something else was said', [created, said(1, '请提供订单号')], 'notDone'],
		[
			'the consumer has answered since',
			[created, said(1), at(2, 'USER_RESPONSE', '没收到')],
			'notDone',
		],
		[
			'the consumer has clicked a response since',
			[created, said(1), at(2, 'USER_CLICK_RESPONSE')],
			'notDone',
		],
		[
			'the complaint was taken further since',
			[created, said(1), at(2, 'USER_CONTINUE_COMPLAINT')],
			'notDone',
		],
		[
			'it was said again after the response',
			[created, said(1), at(2, 'USER_RESPONSE'), said(3)],
			'done',
		],
		[
			'what followed is no message of the consumer',
			[created, said(1), at(2, 'USER_APPLY_PLATFORM_SERVICE')],
			'done',
		],
		['only spaces and line breaks differ', [created, said(1, ' 已退款\r\n')], 'done'],
		['WeChat Pay said it', [created, at(1, 'PLATFORM_RESPONSE', '已退款')], 'notDone'],
		['a time cannot be read', [created, { ...said(1), operate_time: 'soon' }], 'unclear'],
		[
			'the time of the complaint cannot be read',
			[{ ...created, operate_time: '' }, said(1)],
			'unclear',
		],
	] as const)('compares the history with the reply: %s', (_name, history, expected) => {
		expect(findReply([...history], '已退款')).toBe(expected);
	});
});

describe('completionRules', () => {
	const rules = completionRules('Complaint 7', '1900000109');
	const found = (complaint_state: string, complainted_mchid = '1900000109') => ({
		complaint_state,
		complainted_mchid,
	});

	it.each([
		['PROCESSED', false, 'done'],
		['PROCESSED', true, 'done'],
		['PROCESSING', false, 'notDone'],
		['PROCESSING', true, 'notDone'],
		['PENDING', true, 'unclear'],
		['NEW_STATE', false, 'unclear'],
	])('judges %s (own attempt: %s) as %s', (state, isOwn, expected) => {
		expect(rules.judge(found(state), isOwn)).toBe(expected);
	});

	it('asks for a reply when the complaint is PENDING', () => {
		expect(() => rules.judge(found('PENDING'), false)).toThrow(
			expect.objectContaining({
				message: 'Complaint 7 waits for a reply (PENDING) and cannot be completed',
				hint: expect.stringMatching(/^Reply first/),
			}),
		);
	});

	it('rejects a complaint of another sub-merchant, even if it is completed', () => {
		expect(() => rules.judge(found('PROCESSED', '1900000222'), false)).toThrow(
			'Complaint 7 is about sub-merchant 1900000222, not about 1900000109',
		);
	});
});

it('isOpenComplaint treats an unknown state as open', () => {
	const states = ['PENDING', 'PROCESSING', 'PROCESSED', 'NEW'];
	expect(states.filter((complaint_state) => isOpenComplaint({ complaint_state }))).toEqual([
		'PENDING',
		'PROCESSING',
		'NEW',
	]);
});
