/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { decrypted, forMerchant } from '../support/apiRequests';
import { IN_PLACE, openBench } from '../support/bench';
import { newNumber, newSubMchid, present } from '../support/inputs';
import { Proxy, signedBy, type Alter } from '../support/proxy';

// The nodes of the seventh example, each as it is shipped, against the sandbox.

const bench = openBench();
let proxy: Proxy;
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
afterEach(() => proxy.reset());
afterAll(async () => await proxy.stop());

const example = JSON.parse(
	readFileSync(join(__dirname, '../../examples/7-api-request.json'), 'utf8'),
) as { nodes: INode[] };
const node = (name: string) => present(example.nodes.find((one) => one.name === name));
const run = async (name: string, json: IDataObject) => {
	const { main } = await bench.run([{ json }], node(name).parameters, {
		credential: { customHost: proxy.url },
		nodeOptions: IN_PLACE,
	});
	return present(main[0][0]);
};

/** What the sandbox does not have is answered here. */
const answering =
	(path: string, content: (body: Buffer) => object): Alter =>
	(request, answer) =>
		request.path === path ? signedBy(bench.sandbox.keys, content(request.body)) : answer;

it('"Balance of a day" returns the BASIC balance', async () => {
	const sub_mchid = newSubMchid();
	bench.sandbox.setSubMerchant(sub_mchid, { balances: { BASIC: { available: 9, pending: 0 } } });
	const { json } = await run('Balance of a day', { sub_mchid });
	expect(json).toMatchObject({ sub_mchid, account_type: 'BASIC', available_amount: 9 });
});

it('"Echo" returns the decrypted message', async () => {
	const { keys } = bench.sandbox;
	proxy.alter = answering('/v3/security/echo', (body) => {
		const { echo_message, encrypted_echo_message: text } = JSON.parse(
			body.toString(),
		) as IDataObject;
		return {
			echo_message,
			encrypted_echo_message: forMerchant(keys, decrypted(keys, String(text))),
		};
	});
	expect((await run('Echo', {})).json).toEqual({
		echo_message: 'hello',
		encrypted_echo_message: '你好',
	});
});

it('"Fund-flow bill" and "Rows" turn the bill into rows', async () => {
	const [sub_mchid, number] = [newSubMchid(), newNumber()];
	bench.sandbox.setSubMerchant(sub_mchid, { balances: { BASIC: { available: 500, pending: 0 } } });
	await bench.one({
		resource: 'withdrawal',
		operation: 'create',
		subMchid: sub_mchid,
		outRequestNo: number,
		amount: 500,
		accountType: 'BASIC',
	});
	const { json, binary } = await run('Fund-flow bill', { sub_mchid });
	expect(json).toMatchObject({ file_name: 'bill.csv', hash_of: 'unzipped' });
	const id = present(binary?.data.id).replace('filesystem-v2:', '');
	const data = readFileSync(join(bench.engine.folder, 'binary', id), 'utf8');
	// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- what n8n's Code node does with it
	const rows = new Function('$input', String(node('Rows').parameters.jsCode)) as (input: {
		all: () => unknown[];
	}) => Array<{ json: IDataObject }>;
	expect(rows({ all: () => [{ json: { data } }] }).map((row) => row.json)).toEqual([
		expect.objectContaining({ 业务凭证号: number, '收支金额(元)': '5.00', 收支类型: '支出' }),
	]);
});

it('"Complaint notify URL" and "Register" read and set the notify URL', async () => {
	const path = '/v3/merchant-service/complaint-notifications';
	proxy.alter = answering(path, () => ({ url: 'https://other.example' }));
	expect((await run('Complaint notify URL', {})).json).toEqual({ url: 'https://other.example' });
	let sent = '';
	proxy.alter = answering(path, (body) => {
		sent = body.toString();
		return { url: 'https://n8n.example' };
	});
	// The node before it that the expression names is not here.
	const parameters: INodeParameters = {
		...node('Register').parameters,
		jsonBody: String(node('Register').parameters.jsonBody).replace(
			"$('Settings').first().json",
			'$json',
		),
	};
	const item = { json: { notify_url: 'https://n8n.example' } };
	const credential = { customHost: proxy.url };
	expect(await bench.one(parameters, item, { credential })).toEqual({ url: 'https://n8n.example' });
	expect(sent).toBe('{"url":"https://n8n.example"}');
});
