import type { Item } from '../../nodes/WechatPay/item/item';
import { assertConsent, assertToolConsent } from '../../nodes/WechatPay/item/consent';
import { refusal } from '../support/refusal';

// Consent of a person, where an AI agent could otherwise move money or close an account.

const item = (type: string, iUnderstand: unknown): Item =>
	({
		value: () => iUnderstand,
		run: { context: { getNode: () => ({ type }) } },
	}) as unknown as Item;

const NODE = 'n8n-nodes-wechatpay.wechatPay';
const TOOL = 'n8n-nodes-wechatpay.wechatPayTool';

it.each([false, 'true', 1, undefined])('%j is rejected as consent', (given) => {
	const { message, hint } = refusal(() => assertConsent(item(NODE, given), 'It pays.'));
	expect(message).toBe('"I Understand: This Is Final" is off');
	expect(hint).toBe('It pays. Switch it on if a person has decided this.');
	expect(refusal(() => assertToolConsent(item(TOOL, given), 'It pays.')).message).toBe(message);
});

it('true is accepted as consent', () => {
	expect(() => assertConsent(item(NODE, true), '')).not.toThrow();
	expect(() => assertToolConsent(item(TOOL, true), '')).not.toThrow();
});

it('assertToolConsent requires no consent outside an AI tool', () => {
	expect(() => assertToolConsent(item(NODE, false), '')).not.toThrow();
});
