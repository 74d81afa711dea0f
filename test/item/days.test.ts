import { toDay } from '../../nodes/WechatPay/item/days';

it.each([
	['2026-11-21', '2026-11-21'],
	['2024-02-29', '2024-02-29'],
	// The editor's date picker gives no offset: the date that was clicked.
	['2026-11-21T00:00:00', '2026-11-21'],
	['2026-11-21 23:59', '2026-11-21'],
	['2026-11-20T16:00:00Z', '2026-11-21'],
	['2026-11-20T15:59:59.999Z', '2026-11-20'],
	['2026-11-21T00:30:00.000+08:00', '2026-11-21'],
	['2026-11-20T20:00:00.000-05:00', '2026-11-21'],
])('toDay converts %s to %s in UTC+8', (text, day) => expect(toDay(text)).toBe(day));

it.each([
	'2026-02-30',
	'2026-13-01',
	'21.11.2026',
	'2026/11/21',
	'20261121',
	'today',
	'1795190400000',
])('toDay rejects %s', (text) => expect(toDay(text)).toBeUndefined());
