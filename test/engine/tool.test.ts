import { createNodeAsTool } from 'n8n-core/dist/execution-engine/node-execution-context/utils/create-node-as-tool';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { EngineResult } from '../../engine';
import { errorOf, jsonOf, openBench } from '../support/bench';
import { subMchid } from '../support/cancelApplications';

// An AI agent calls the node as a tool: it fills in what $fromAI() names, and sends JSON, never a file.

const bench = openBench();

/** What n8n makes of the node for an agent, and what happens when the agent calls it. */
function asTool(parameters: INodeParameters) {
	const nodeType = bench.engine.nodeTypes.getByNameAndVersion('n8n-nodes-wechatpay.wechatPay');
	const node = {
		id: 'tool',
		name: 'WeChat Pay',
		type: 'n8n-nodes-wechatpay.wechatPay',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters: { descriptionType: 'auto', ...parameters },
	};
	const { response } = createNodeAsTool({
		node,
		nodeType,
		handleToolInvocation: async (args) =>
			await bench.run([{ json: args as IDataObject }], parameters),
	} as Parameters<typeof createNodeAsTool>[0]);
	const call = async (args: IDataObject) => (await response.func(args)) as EngineResult;
	return { call, description: response.description, schema: response.schema };
}

const ask = (key: string, text: string) => `={{ $fromAI('${key}', '${text}', 'string') }}`;

describe('node as an AI tool', () => {
	it('runs Validate, Apply and Get with the arguments of the agent', async () => {
		const sub = subMchid(900);
		const resource = 'cancelWithdrawal';
		const validate = asTool({
			resource,
			operation: 'validate',
			subMchid: ask('sub', 'Sub-merchant'),
		});
		expect(jsonOf((await validate.call({ sub })).main[0])).toMatchObject([{ allowed: true }]);

		const apply = asTool({
			resource,
			operation: 'apply',
			subMchid: ask('sub', 'Sub-merchant'),
			outRequestNo: ask('number', 'Number of the application'),
			withdraw: 'NOT_APPLY_WITHDRAW',
		});
		const args = { sub, number: 'TOOL1' };
		expect(jsonOf((await apply.call(args)).main[0])).toMatchObject([{ out_request_no: 'TOOL1' }]);
		const get = asTool({ resource, operation: 'get', outRequestNo: ask('number', 'Number') });
		expect(jsonOf((await get.call(args)).main[0])).toMatchObject([{ sub_mchid: sub }]);
	});

	it('provides a description and the required arguments', () => {
		const tool = asTool({
			resource: 'cancelWithdrawal',
			operation: 'get',
			outRequestNo: ask('number', 'Number of the application'),
		});
		expect(tool.description).toMatch(/get/i);
		expect(Object.keys((tool.schema as { shape: object }).shape)).toEqual(['number']);
	});

	it('explains that an operation needs a file', async () => {
		const upload = asTool({ resource: 'cancelApplication', operation: 'uploadMedia' });
		const result = await upload.call({});
		expect(errorOf(result, 0)?.message).toMatch(
			/The item has no file.*Tool calls of AI agents carry no files/,
		);
	});

	it('rejects Confirm if "I Understand: This Is Final" is off', async () => {
		const confirm = asTool({
			resource: 'cancelWithdrawal',
			operation: 'confirm',
			outRequestNo: 'TOOL1',
			subMchid: subMchid(900),
			operatorIdentification: 'agent',
			confirmTime: '2026-11-21T10:00:00+08:00',
			cancelContractVersion: 'V20241213',
		});
		expect(errorOf(await confirm.call({}), 0)?.message).toMatch(/This Is Final" is off/);
	});
});
