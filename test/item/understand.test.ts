import type { Item } from '../../nodes/WechatPay/item/item';
import { assertUnderstood, assertUnderstoodByTool } from '../../nodes/WechatPay/item/understand';
import { refusal } from '../support/refusal';

// Consent of a person, where an AI agent could otherwise move money or close an account.

const item = (type: string, iUnderstand: unknown): Item =>
	({
		value: () => iUnderstand,
		run: { context: { getNode: () => ({ type }) } },
	}) as unknown as Item;

const NODE = 'n8n-nodes-wechatpay.wechatPay';
const TOOL = 'n8n-nodes-wechatpay.wechatPayTool';

it.each([false, 'true', 1, undefined])('%j is no consent', (given) => {
	const { message, hint } = refusal(() => assertUnderstood(item(NODE, given), 'It pays.'));
	expect(message).toBe('"I Understand: This Is Final" is off');
	expect(hint).toBe('It pays. Switch it on if a person has decided this.');
	expect(refusal(() => assertUnderstoodByTool(item(TOOL, given), 'It pays.')).message).toBe(
		message,
	);
});

it('true is consent', () => {
	expect(() => assertUnderstood(item(NODE, true), '')).not.toThrow();
	expect(() => assertUnderstoodByTool(item(TOOL, true), '')).not.toThrow();
});

it('a workflow without an agent needs none where only a tool does', () => {
	expect(() => assertUnderstoodByTool(item(NODE, false), '')).not.toThrow();
});
