/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Engine, createNode, toText, type BinaryMode, type NodeRun } from '../../engine';

// The engine itself, on a tiny package of its own: a test of our nodes through an engine that does
// not do what n8n does would prove nothing.
const directory = join(__dirname, '../support/fixture-package');
const items = [{ json: { name: 'one' } }, { json: { name: 'two' } }];

let engine: Engine;
const start = async (binaryMode: BinaryMode = 'default') => {
	engine = await Engine.start({ directory, binaryMode });
};
const probe = async (run: Partial<NodeRun>) =>
	await engine.run({ node: 'probe', parameters: {}, items, ...run });

afterEach(async () => await engine.stop());

describe('items and parameters', () => {
	beforeEach(async () => await start());

	it('evaluates expressions for each item and fills in defaults', async () => {
		const parameters = { value: '={{ $json.name.toUpperCase() }}!' };
		const { main, run, error } = await probe({ parameters });
		expect(main[0]).toEqual([
			{ json: { value: 'ONE!', untouched: 'default' }, pairedItem: { item: 0 } },
			{ json: { value: 'TWO!', untouched: 'default' }, pairedItem: { item: 1 } },
		]);
		expect(error).toBeUndefined();
		expect(run.status).toBe('success');
		expect(parameters).toEqual({ value: '={{ $json.name.toUpperCase() }}!' });
	});

	it('runs a workflow of several nodes', async () => {
		const { main } = await engine.run({
			items,
			workflow: {
				start: 'Begin',
				result: 'Second',
				nodes: [
					createNode('Begin', 'n8n-nodes-base.manualTrigger', 1, {}),
					createNode('First', 'n8n-nodes-probe.probe', 1, { value: '={{ $json.name }}1' }),
					createNode('Second', 'n8n-nodes-probe.probe', 1, {
						value: "={{ $json.value }}2 {{ $('Begin').item.json.name }}",
					}),
				],
				connections: {
					Begin: { main: [[{ node: 'First', type: 'main', index: 0 }]] },
					First: { main: [[{ node: 'Second', type: 'main', index: 0 }]] },
				},
			},
		});
		expect(main[0]?.map(({ json }) => json.value)).toEqual(['one12 one', 'two12 two']);
	});
});

describe('binary data', () => {
	const binary = { data: { data: Buffer.from([0xff, 0xd8, 0xff, 0x00]), fileName: '照片.jpg' } };
	const run = async () =>
		await probe({ items: [{ json: {}, binary }], parameters: { action: 'binary' } });

	it('is kept in memory in the default mode', async () => {
		await start('default');
		const { main } = await run();
		expect(main[0]?.[0]?.json).toMatchObject({
			content: '\xff\xd8\xff\x00',
			fileName: '照片.jpg',
			mimeType: 'image/jpeg',
		});
		expect(main[0]?.[0]?.json).not.toHaveProperty('id');
	});

	it('is kept on disk in the filesystem mode, and deleted at the end', async () => {
		await start('filesystem');
		const { main } = await run();
		const { json } = main[0]![0]!;
		expect(json).toMatchObject({ content: '\xff\xd8\xff\x00', mimeType: 'image/jpeg' });
		expect(json.id).toMatch(/^filesystem-v2:/);
		expect(existsSync(engine.folder)).toBe(true);
		await engine.stop();
		expect(existsSync(engine.folder)).toBe(false);
	});
});

describe('credentials', () => {
	let server: Server;
	beforeEach(async () => {
		await start();
		server = createServer((request, response) => {
			let body = '';
			request.on('data', (chunk) => (body += chunk));
			request.on('end', () => {
				response.setHeader('Content-Type', 'application/json');
				response.end(JSON.stringify({ token: request.headers['x-token'], body }));
			});
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	});
	afterEach(async () => await new Promise((done) => server.close(done)));

	it('signs a request through the authenticate function', async () => {
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		const parameters = { action: 'request', url, value: 'sent' };
		const { main } = await probe({ parameters, credential: { token: 't' } });
		expect(main[0]?.[0]?.json).toEqual({ token: 'signed t', body: 'sent' });
	});

	it('applies defaults, drops fields that the form does not show and resolves expressions', async () => {
		const credential = { token: '={{ "t" + 1 }}', hidden: 'x' };
		const { main } = await probe({ parameters: { action: 'credential' }, credential });
		expect(main[0]?.[0]?.json).toEqual({ mode: 'a', token: 't1' });
	});
});

describe('failures', () => {
	beforeEach(async () => await start());

	it('stops the workflow with the error that n8n shows', async () => {
		const parameters = { action: 'fail', value: '={{ $json.name }}' };
		const { main, error, run, logs } = await probe({ parameters });
		expect(main).toEqual([[], []]);
		expect(error?.message).toBe('one failed');
		expect(run.status).toBe('error');
		expect(logs.join('\n')).toMatch(/warn about to fail .*"message":"inner"/);
	});

	it('sends failed items to the error output, merged with the input', async () => {
		const parameters = { action: "={{ $json.name === 'one' ? 'fail' : 'echo' }}", value: 'x' };
		const { main } = await probe({ parameters, nodeOptions: { onError: 'continueErrorOutput' } });
		expect(main[0]?.map(({ json }) => json.value)).toEqual(['x']);
		expect(main[1]?.map(({ json }) => json)).toEqual([
			{ name: 'one', error: 'x failed', message: 'x failed', details: { code: 'PROBE' } },
		]);
	});

	it('runs the node again with Retry On Fail', async () => {
		const nodeOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const { main } = await probe({
			items: [{ json: {} }],
			parameters: { action: 'failTwice' },
			nodeOptions,
		});
		expect(main[0]?.[0]?.json).toEqual({ calls: 3 });
	});

	it('cancels a running node through its signal', async () => {
		const stopped = new AbortController();
		const running = probe({ parameters: { action: 'wait' }, cancelSignal: stopped.signal });
		setTimeout(() => stopped.abort(), 50);
		const { run, error } = await running;
		expect(run.status).toBe('canceled');
		expect(error?.message).toMatch(/cancel/);
	});
});

it('an execution returns only its own log lines', async () => {
	await start();
	const fail = async (value: string) => await probe({ parameters: { action: 'fail', value } });
	const [a, b] = await Promise.all([fail('first'), fail('second')]);
	expect(a?.logs.join()).not.toContain('second failed');
	expect(b?.logs.join()).toContain('second failed');
});

it('the engine rejects a second engine in the same process', async () => {
	await start();
	await expect(Engine.start({ directory })).rejects.toThrow('stop it first');
});

it('toText converts nested errors and circular references', () => {
	const error = new Error('outer', { cause: new Error('inner') });
	const circle: Record<string, unknown> = { error };
	circle.self = circle;
	expect(toText(circle)).toMatch(/"outer".*"inner".*"self":"\[again\]"/);
});
