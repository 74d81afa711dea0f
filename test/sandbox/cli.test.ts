/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Receiver } from './receiver';

const ROOT = join(__dirname, '..', '..');

interface Running {
	process: ChildProcess;
	output: () => string;
	/** Waits until the output contains this text. */
	has: (text: string) => Promise<void>;
	exit: Promise<number | null>;
}

// The sandbox in a process of its own, as a user starts it.
describe('npm run sandbox', () => {
	let directory: string;
	const running: Running[] = [];

	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
	});
	afterAll(async () => {
		for (const one of running) one.process.kill('SIGKILL');
		await Promise.all(running.map(async (one) => await one.exit));
		rmSync(directory, { recursive: true });
	});

	function run(...options: string[]): Running {
		const child = spawn(
			process.execPath,
			['--require', 'tsx/cjs', 'sandbox/cli.ts', '--dir', directory, ...options],
			{ cwd: ROOT },
		);
		let output = '';
		const waiting: Array<() => void> = [];
		const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				output += text;
				for (const check of waiting) check();
			});
		}
		const has = async (text: string) =>
			await new Promise<void>((resolve, reject) => {
				const check = () => output.includes(text) && resolve();
				waiting.push(check);
				check();
				void exit.then(() => reject(new Error(`ended without "${text}":\n${output}`)));
			});
		const one = { process: child, output: () => output, has, exit };
		running.push(one);
		return one;
	}

	const customHost = (output: string) => /Custom API Host:\n(\S+)/.exec(output)?.[1] ?? '';

	it('prints the credential in order and a line for each request, and ends on Ctrl-C', async () => {
		const first = run('--port', '0', '--faults', 'empty-before=1', '--seed', '7');
		await first.has('Stop it with Ctrl-C.');
		const labels = [
			'Merchant ID:\n1900007291\n',
			'Merchant Certificate Serial Number:\n',
			'Merchant Private Key:\n-----BEGIN PRIVATE KEY-----\n',
			'Response Verification:\n',
			'WeChat Pay Public Key ID:\nPUB_KEY_ID_',
			'WeChat Pay Public Key:\n-----BEGIN PUBLIC KEY-----\n',
			'APIv3 Secret Key:\n',
			'API Host:\n',
			'Custom API Host:\nhttp://127.0.0.1:',
		];
		const positions = labels.map((label) => first.output().indexOf(label));
		expect(positions.every((position) => position >= 0)).toBe(true);
		expect(positions).toEqual([...positions].sort((a, b) => a - b));
		expect(first.output()).toContain('Faults: empty-before=1, seed 7.');

		const reply = await fetch(`${customHost(first.output())}/v3/certificates`);
		expect(reply.status).toBe(401);
		await first.has('GET /v3/certificates → 401 SIGN_ERROR Http头Authorization值格式错误');

		first.process.kill('SIGINT');
		expect(await first.exit).toBe(0);

		// The next start has the same keys, and a certificate if asked for one.
		const limited = ['--limits', '--refuse', 'banks,complaints'];
		const second = run('--port', '0', '--certificates', ...limited);
		await second.has('Stop it with Ctrl-C.');
		const serial = /Serial Number:\n(\w+)/.exec(first.output())?.[1];
		expect(serial).toMatch(/^[0-9A-F]{40}$/);
		expect(second.output()).toContain(`Serial Number:\n${serial}\n`);
		expect(second.output()).toContain('choose: Platform Certificate');
		expect(second.output()).toMatch(/APIv3 Secret Key:\n\w{32}\n/);

		const behaviour = await fetch(`${customHost(second.output())}/sandbox/behaviour`);
		expect(await behaviour.json()).toMatchObject({
			refused: ['banks', 'complaints'],
			limits: { complaintList: 200, complaintFeedback: 60 },
		});

		const port = new URL(customHost(second.output())).port;
		const third = run('--port', port);
		expect(await third.exit).toBe(1);
		expect(third.output()).toContain(`Port ${port} is taken`);
	});

	it('prints the address and the response of each notification', async () => {
		const receiver = await Receiver.start();
		try {
			const sandbox = run('--port', '0', '--notify', receiver.url, '--notify-speed', '1000000');
			await sandbox.has('Stop it with Ctrl-C.');
			// Needed to decrypt notifications, whatever key verifies them.
			expect(sandbox.output()).toMatch(/APIv3 Secret Key:\n\w{32}\n/);
			receiver.answer = (response, _received, index) =>
				response.writeHead(index === 0 ? 401 : 200).end();
			await fetch(`${customHost(sandbox.output())}/sandbox/notify`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: '{"event": "test", "faults": ["probe"]}',
			});
			const sent = `notification MERCHANT_NOTIFY.NOTIFY to ${receiver.url}`;
			await sandbox.has(`${sent} → 401, not accepted (fault: probe)`);
			await sandbox.has(`${sent} → 200\n`);
		} finally {
			await receiver.stop();
		}
	});

	it('prints its help, and what is wrong with an option', async () => {
		const help = run('--help');
		const wrong = run('--faults', 'bogus=1');
		const refused = run('--refuse', 'bank');
		const nowhere = run('--notify', 'http://example.com/x');
		expect(await help.exit).toBe(0);
		expect(help.output()).toContain('--certificates');
		expect(await wrong.exit).toBe(1);
		expect(wrong.output()).toContain('There is no fault "bogus"');
		expect(await refused.exit).toBe(1);
		expect(refused.output()).toContain('"refused" must be a list out of balances, banks');
		expect(await nowhere.exit).toBe(1);
		expect(nowhere.output()).toContain('--notify must be a https URL');
	});
});
