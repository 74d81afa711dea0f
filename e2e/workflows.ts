import type { Workflow, WorkflowNode } from './n8n';

let count = 0;

/** A node for a workflow of the tests. */
export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
	more: Record<string, unknown> = {},
): WorkflowNode {
	count++;
	const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
	return { id, name, type, typeVersion, parameters, position: [0, 0], ...more };
}

/** Puts nodes into columns, and joins them: `[from, to, input of to, output of from]`. */
export function workflow(
	name: string,
	columns: WorkflowNode[][],
	edges: Array<[from: string, to: string, input?: number, output?: number]>,
): Workflow {
	const nodes = columns.flatMap((column, x) =>
		column.map((entry, y) => ({ ...entry, position: [x * 240, y * 200] })),
	);
	const connections: Record<string, { main: Array<Array<Record<string, unknown>>> }> = {};
	for (const [from, to, input = 0, output = 0] of edges) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output].push({ node: to, type: 'main', index: input });
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

export const CREDENTIALS = { wechatPayApi: { id: null, name: 'WeChat Pay account' } };

/** A step of the package's own node. */
export const wechatPay = (
	name: string,
	parameters: Record<string, unknown>,
	more: Record<string, unknown> = {},
): WorkflowNode =>
	node(name, 'n8n-nodes-wechatpay.wechatPay', 1, parameters, {
		credentials: CREDENTIALS,
		...more,
	});

const readFile = (name: string, path: string, field: string): WorkflowNode =>
	node(name, 'n8n-nodes-base.readWriteFile', 1, {
		fileSelector: path,
		options: { dataPropertyName: field },
	});

/** A node for each operation that needs files, with the files at hand: the rest is typed in. */
export const byHand = (files: string): Workflow =>
	workflow(
		'By hand',
		[
			[node('Start', 'n8n-nodes-base.manualTrigger', 1, {})],
			[
				readFile("Platform's form", `${files}/scans/m01-sp.jpg`, 'sp_form'),
				readFile("Merchant's form", `${files}/scans/m01-sub.jpg`, 'sub_form'),
			],
			[
				wechatPay('Upload the form', {
					resource: 'cancelApplication',
					operation: 'uploadMedia',
					binaryPropertyName: 'sp_form',
				}),
				node('Both forms', 'n8n-nodes-base.merge', 3.2, {
					mode: 'combine',
					combineBy: 'combineByPosition',
					options: {},
				}),
			],
			[wechatPay('Apply for closing', { resource: 'cancelApplication', operation: 'create' })],
		],
		[
			['Start', "Platform's form"],
			['Start', "Merchant's form"],
			["Platform's form", 'Upload the form'],
			["Platform's form", 'Both forms'],
			["Merchant's form", 'Both forms', 1],
			['Both forms', 'Apply for closing'],
		],
	);

/** The name of the step that applies. */
export const APPLY = 'Apply for closing';

/** Rows come in through a webhook, their two forms from the disk; each row is an application. */
export const throughWebhook = (
	name: string,
	path: string,
	files: string,
	more: Record<string, unknown> = {},
): Workflow =>
	workflow(
		name,
		[
			[
				node(
					'Webhook',
					'n8n-nodes-base.webhook',
					2,
					{ httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
					{ webhookId: `00000000-0000-4000-9000-${path.padStart(12, '0')}` },
				),
			],
			[node('Rows', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.rows', options: {} })],
			[
				readFile("Platform's form", `${files}/scans/m01-sp.jpg`, 'sp_form'),
				readFile("Merchant's form", `${files}/scans/m01-sub.jpg`, 'sub_form'),
			],
			[
				node('With both forms', 'n8n-nodes-base.merge', 3.2, {
					mode: 'combine',
					combineBy: 'combineByPosition',
					numberInputs: 3,
					options: {},
				}),
			],
			[
				wechatPay(
					APPLY,
					{
						resource: 'cancelApplication',
						operation: 'create',
						subMchid: '={{ $json.sub_mchid }}',
						outApplyNo: '={{ $json.out_apply_no }}',
					},
					more,
				),
			],
		],
		[
			['Webhook', 'Rows'],
			['Rows', "Platform's form"],
			['Rows', "Merchant's form"],
			['Rows', 'With both forms'],
			["Platform's form", 'With both forms', 1],
			["Merchant's form", 'With both forms', 2],
			['With both forms', APPLY],
		],
	);

/** The HTTP Request node with the credential, in the versions that send forms differently. */
export function httpRequests(files: string, host: string): Workflow {
	const request = (name: string, version: number, parameters: Record<string, unknown>) =>
		node(
			name,
			'n8n-nodes-base.httpRequest',
			version,
			{
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'wechatPayApi',
				...parameters,
				options: {},
			},
			{ credentials: CREDENTIALS },
		);
	const versions = [4.2, 4.1, 3];
	const uploads = versions.map((version) =>
		request(`Upload ${version}`, version, {
			method: 'POST',
			url: `${host}/v3/merchant/media/upload`,
			sendBody: true,
			contentType: 'multipart-form-data',
			bodyParameters: {
				parameters: [
					{
						name: 'meta',
						value:
							'={{ JSON.stringify({ filename: $binary.data.fileName, sha256: $json.sha256 }) }}',
					},
					{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
				],
			},
		}),
	);
	const query = request('Query', 4.2, {
		url: `${host}/v3/ecommerce/fund/balance/1920000009`,
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'account_type', value: 'BASIC' }] },
	});
	const json = request('JSON', 4.2, {
		method: 'POST',
		url: `${host}/v3/ecommerce/account/apply-cancel-withdraw`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: JSON.stringify({
			sub_mchid: '1920000009',
			out_request_no: 'OLDERHTTP1',
			withdraw: 'NOT_APPLY_WITHDRAW',
			remark: '平台清退，余额为零',
		}),
	});
	const checksum = node('SHA-256', 'n8n-nodes-base.crypto', 1, {
		type: 'SHA256',
		binaryData: true,
		dataPropertyName: 'sha256',
	});
	const both = node('With its picture', 'n8n-nodes-base.merge', 3, {
		mode: 'combine',
		combineBy: 'combineByPosition',
		options: {},
	});
	return workflow(
		'HTTP Request node',
		[
			[node('Start', 'n8n-nodes-base.manualTrigger', 1, {})],
			[query, json, readFile('Picture', `${files}/scans/m01-sp.jpg`, 'data')],
			[checksum],
			[both],
			uploads,
		],
		[
			['Start', 'Query'],
			['Start', 'JSON'],
			['Start', 'Picture'],
			['Picture', 'SHA-256'],
			['SHA-256', 'With its picture'],
			['Picture', 'With its picture', 1],
			...versions.map((version): [string, string] => ['With its picture', `Upload ${version}`]),
		],
	);
}
