import type { Workflow, WorkflowNode } from '../host/n8n';

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

/** A webhook, which responds before the workflow is executed. */
const webhook = (path: string): WorkflowNode =>
	node(
		'Webhook',
		'n8n-nodes-base.webhook',
		2,
		{ httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		{ webhookId: `00000000-0000-4000-9000-${path.padStart(12, '0')}` },
	);

/** The rows of a request to the webhook, as items. */
const splitRows = (): WorkflowNode =>
	node('Rows', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.rows', options: {} });

/** Rows come in through a webhook, and go in batches to the webhook of another workflow. */
export const sendsBatches = (path: string, url: string, batchSize: number): Workflow =>
	workflow(
		path,
		[
			[webhook(path)],
			[splitRows()],
			[node('Loop Over Items', 'n8n-nodes-base.splitInBatches', 3, { batchSize, options: {} })],
			[
				node('Aggregate', 'n8n-nodes-base.aggregate', 1, {
					aggregate: 'aggregateAllItemData',
					destinationFieldName: 'rows',
					options: {},
				}),
			],
			[
				node('Send the batch', 'n8n-nodes-base.httpRequest', 4.2, {
					method: 'POST',
					url,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '={{ $json }}',
					options: {},
				}),
			],
		],
		[
			['Webhook', 'Rows'],
			['Rows', 'Loop Over Items'],
			['Loop Over Items', 'Aggregate', 0, 1],
			['Aggregate', 'Send the batch'],
			['Send the batch', 'Loop Over Items'],
		],
	);

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
			[webhook(path)],
			[splitRows()],
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

/** What the HTTP Request node sends: an amount, and texts in which every byte can go wrong. */
export const WITHDRAWAL = {
	sub_mchid: '1920000009',
	out_request_no: 'OLDERHTTP1',
	amount: 12800,
	remark: '清退"余额"\\，打款\n至原结算卡 é',
	bank_memo: '平台清退',
};

/** The versions of the HTTP Request node, which send forms differently. */
export const HTTP_VERSIONS = [4.2, 4.1, 3];

/** The HTTP Request node with the credential, at interfaces that are no operation of our own node. */
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
	const uploads = HTTP_VERSIONS.map((version) =>
		request(`Upload ${version}`, version, {
			method: 'POST',
			url: `${host}/v3/merchant-service/images/upload`,
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
	const queries = HTTP_VERSIONS.map((version) =>
		request(`Query ${version}`, version, {
			url: `${host}/v3/ecommerce/fund/enddaybalance/${WITHDRAWAL.sub_mchid}`,
			sendQuery: true,
			queryParameters: {
				parameters: [
					{
						name: 'date',
						value: "={{ $now.setZone('Asia/Shanghai').minus({ days: 2 }).toFormat('yyyy-MM-dd') }}",
					},
					{ name: 'account_type', value: 'BASIC' },
				],
			},
		}),
	);
	// Chinese and spaces in a query: refused for what they say, and not for their signature.
	const chinese = request('Chinese query', 4.2, {
		url: `${host}/v3/ecommerce/fund/enddaybalance/${WITHDRAWAL.sub_mchid}`,
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'date', value: '昨天 A+B' }] },
	});
	chinese.onError = 'continueRegularOutput';
	// One number for all: what all of them say is the same, byte for byte, or it is refused.
	const posts = HTTP_VERSIONS.map((version) =>
		request(`JSON ${version}`, version, {
			method: 'POST',
			url: `${host}/v3/ecommerce/fund/withdraw`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: JSON.stringify(WITHDRAWAL),
		}),
	);
	const checksum = node('SHA-256', 'n8n-nodes-base.crypto', 1, {
		type: 'SHA256',
		binaryData: true,
		dataPropertyName: 'sha256',
	});
	const both = node('With its image', 'n8n-nodes-base.merge', 3, {
		mode: 'combine',
		combineBy: 'combineByPosition',
		options: {},
	});
	return workflow(
		'HTTP Request node',
		[
			[node('Start', 'n8n-nodes-base.manualTrigger', 1, {})],
			[...queries, chinese, ...posts, readFile('Image', `${files}/scans/m01-sp.jpg`, 'data')],
			[checksum],
			[both],
			uploads,
		],
		[
			...[...queries, chinese, ...posts].map(({ name }): [string, string] => ['Start', name]),
			['Start', 'Image'],
			['Image', 'SHA-256'],
			['SHA-256', 'With its image'],
			['Image', 'With its image', 1],
			...uploads.map(({ name }): [string, string] => ['With its image', name]),
		],
	);
}
