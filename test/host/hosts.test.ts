/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/wait';

const ROOT = join(__dirname, '..', '..');

/**
 * An npm that installs an n8n of two files: the first, then nothing until it is told to go on, then the
 * second. It writes down what it was asked, and its process, and that of something which it has started.
 */
const NPM = String.raw`#!/bin/sh
bin=node_modules/n8n/bin
case "$*" in *--package-lock-only*)
	echo '{"packages":{"":{},"node_modules/n8n":{},"node_modules/b":{},"node_modules/c":{"optional":true}}}' >package-lock.json
	exit
esac
if [ "$1" = ci ]; then
	mkdir -p $bin
	echo '{}' >node_modules/n8n/package.json
	echo 'console.log("half");' >$bin/n8n
	touch $bin/of-$$
fi
sleep 1000 >/dev/null 2>&1 &
echo "$1 $$ $!" >>"$NPM_LOG"
until [ -e "$NPM_GO_ON$1" ]; do sleep 0.02; done
if [ "$1" = ci ]; then
	version=$(sed -nE 's/.*"n8n": *"([^"]*)".*/\1/p' package.json)
	echo "console.log('$version');" >$bin/n8n
fi
kill $!
`;

// Killed or interrupted in the middle, an installation is neither taken for whole nor left running.
(process.platform === 'win32' ? describe.skip : describe)('npx tsx host/hosts.ts', () => {
	let folder: string;
	const running: ChildProcess[] = [];

	// What is beside Node comes first in PATH: a Node of our own, to have an npm of our own.
	let bin: string;
	beforeAll(() => {
		bin = mkdtempSync(join(tmpdir(), 'hosts-bin-'));
		copyFileSync(process.execPath, join(bin, 'node'));
		writeFileSync(join(bin, 'npm'), NPM);
		for (const name of ['node', 'npm']) chmodSync(join(bin, name), 0o755);
	});
	afterAll(() => rmSync(bin, { recursive: true }));
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'hosts-'));
		writeFileSync(join(folder, 'log'), '');
	});
	afterEach(async () => {
		for (const child of running.splice(0)) {
			if (child.exitCode === null && child.signalCode === null) {
				child.kill('SIGKILL');
				await once(child, 'exit');
			}
		}
		for (const pid of calls().flatMap(({ pids }) => pids)) {
			if (isRunning(pid)) process.kill(pid, 'SIGKILL');
		}
		rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
	});

	/** An n8n that runs on the Node of these tests, so that no other Node is fetched. */
	const name = Number(process.versions.node.split('.')[0]) >= 24 ? 'current' : 'older';

	function start(): { child: ChildProcess; output: () => string; ended: Promise<unknown> } {
		const child = spawn(
			join(bin, 'node'),
			['--require', 'tsx/cjs', join(ROOT, 'host', 'hosts.ts'), name],
			{
				cwd: ROOT,
				env: {
					...process.env,
					N8N_NODES_WECHATPAY_CACHE: join(folder, 'cache'),
					// Names that begin with npm_ would not be handed on.
					NPM_LOG: join(folder, 'log'),
					NPM_GO_ON: join(folder, 'go-on-'),
				},
			},
		);
		running.push(child);
		let text = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		}
		return { child, output: () => text, ended: once(child, 'close') };
	}

	interface Call {
		command: string;
		pids: number[];
	}
	const calls = (): Call[] =>
		readFileSync(join(folder, 'log'), 'utf8')
			.split('\n')
			.filter(Boolean)
			.map((entry) => {
				const [command, ...pids] = entry.split(' ');
				return { command, pids: pids.map(Number) };
			});

	/** The call of npm with this number, as soon as there is one. */
	async function call(index: number): Promise<Call> {
		await until(() => calls().length > index);
		return calls()[index];
	}

	const goOn = (command: string) => writeFileSync(join(folder, `go-on-${command}`), '');
	const isRunning = (pid: number) => {
		// On Linux one that has ended, and that nobody has asked for yet, is still listed: as a zombie.
		const stat = `/proc/${pid}/stat`;
		try {
			if (existsSync('/proc/self/stat')) return !/\) Z /.test(readFileSync(stat, 'utf8'));
			return process.kill(pid, 0);
		} catch {
			return false;
		}
	};
	const allEnded = async (pids: number[]) => await until(() => !pids.some(isRunning));
	const inCache = (part: RegExp) =>
		readdirSync(join(folder, 'cache')).filter((entry) => part.test(entry));

	it.each<[string, NodeJS.Signals]>([
		['killed', 'SIGKILL'],
		['interrupted', 'SIGINT'],
	])('%s during npm ci: leaves no child process and installs again', async (_how, signal) => {
		const first = start();
		const half = await call(0);
		first.child.kill(signal);
		await first.ended;
		await allEnded(half.pids);
		if (signal === 'SIGINT') expect(inCache(/\.lock$/)).toEqual([]);

		goOn('ci');
		goOn('rebuild');
		const second = start();
		await second.ended;
		expect(second.output()).toMatch(/is ready/);
		expect(calls().map(({ command }) => command)).toEqual(['ci', 'ci', 'rebuild']);
		const [host] = inCache(/^n8n-[\d.]+$/);
		const bin = join(folder, 'cache', host, 'node_modules', 'n8n', 'bin');
		expect(existsSync(join(bin, `of-${half.pids[0]}`))).toBe(false);
		expect(inCache(/\.lock/)).toEqual([]);
	});

	it('killed during npm rebuild: rebuilds without installing again', async () => {
		goOn('ci');
		const first = start();
		const half = await call(1);
		expect(half.command).toBe('rebuild');
		first.child.kill('SIGKILL');
		await first.ended;
		await allEnded(half.pids);

		goOn('rebuild');
		await start().ended;
		expect(calls().map(({ command }) => command)).toEqual(['ci', 'rebuild', 'rebuild']);
		const third = start();
		await third.ended;
		expect(third.output()).toMatch(/is ready/);
		expect(calls()).toHaveLength(3);
	});

	it('shows the number of packages, the progress and the remaining time', async () => {
		const { child, output } = start();
		// The first line may come before npm has written anything.
		const said = /2 of 3: downloading them \.\.\. 1 of 2 done in \d+ s, about \d+ s left\n/;
		await until(() => said.test(output()));
		child.kill('SIGKILL');
	});

	it('rejects an installation that reports another version', async () => {
		goOn('ci');
		const first = start();
		await call(1);
		const [host] = inCache(/^n8n-[\d.]+$/);
		const script = join(folder, 'cache', host, 'node_modules', 'n8n', 'bin', 'n8n');
		writeFileSync(script, 'console.log("half");');
		goOn('rebuild');
		await first.ended;
		expect(first.output()).toMatch(/but says "half"/);
		expect(first.child.exitCode).toBe(1);
	});
});
