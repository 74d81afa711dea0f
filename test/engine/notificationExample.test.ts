import type { IDataObject, INode } from 'n8n-workflow';
import { createNode } from '../../engine';
import type { SandboxKeys } from '../../sandbox';
import example from '../../examples/8-cancellation-reported.json';
import { post } from '../sandbox/client';
import { sandboxKeys } from '../support/keys';
import { openDesk } from '../support/notifications';

// The example that looks up what was reported, with the messages of the sandbox.

let keys: SandboxKeys;
const desk = openDesk(
	() => ({ keys }),
	async () => {
		keys = await sandboxKeys();
	},
);
const START = 'A cancellation?';

const named = (name: string): INode => {
	const node = example.nodes.find((one) => one.name === name);
	if (!node) throw new Error(`The example has no node ${name}`);
	return { ...(structuredClone(node) as unknown as INode), credentials: undefined };
};

/** Runs one node of the example behind the item of the trigger. */
async function run(name: string, item: IDataObject) {
	const result = named(name);
	const { main } = await desk.engine.run({
		items: [{ json: item }],
		credential: { ...desk.sandbox.credential() },
		workflow: {
			nodes: [createNode(START, 'n8n-nodes-base.manualTrigger', 1, {}), result],
			connections: { [START]: { main: [[{ node: name, type: 'main', index: 0 }]] } },
			start: START,
			result: name,
		},
	});
	return main;
}

it('the example looks up the application by business_code as applyment ID or out request number', async () => {
	desk.sandbox.state.setNotifyUrl('subscription', desk.url);
	desk.parameters = named('Reported').parameters;
	const body = {
		sub_mchid: '1900000201',
		out_request_no: 'W1',
		withdraw: 'NOT_APPLY_WITHDRAW',
	};
	await post(desk.sandbox, '/v3/ecommerce/account/apply-cancel-withdraw', body, {
		headers: { 'Wechatpay-Serial': keys.wechatPayPublicKeyId },
	});
	await desk.sandbox.notifications.settled();
	const [item] = desk.items;
	expect(item).toMatchObject({ is_final: false, sub_mchid: '1900000201' });

	const [[byId], noError] = await run('By Applyment ID', item);
	expect(noError).toEqual([]);
	expect(byId.json).toMatchObject({ out_request_no: 'W1', sub_mchid: item.sub_mchid });

	// Nobody documents business_code: it may be the number as well, and the message may be flat.
	const flat = { ...item, resource: { business_code: 'W1' } };
	const [none, [failed]] = await run('By Applyment ID', flat);
	expect(none).toEqual([]);
	expect(failed.json).toHaveProperty('error');
	const [[byNumber]] = await run('By Out Request No', flat);
	expect(byNumber.json).toMatchObject({ out_request_no: 'W1', sub_mchid: item.sub_mchid });
});
