/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { makeTls } from '../../scripts/bench/network';
import { EVERYDAY, FULL, IN_FLIGHT, LARGE, SMALL, type Case } from '../../scripts/bench/plan';
import { plot } from '../../scripts/bench/plot';
import { startProxy, type Clock, type Proxy } from '../../scripts/bench/proxy';
import { PAGE, readResults, toMarkdown, toPage } from '../../scripts/bench/publish';
import { NAMES, judge, toSections } from '../../scripts/bench/report';
import type { Row } from '../../scripts/bench/run';
import { toProgress } from '../../scripts/support/progress';
import { Sandbox } from '../../sandbox';
import { sandboxKeys } from '../support/keys';

const RTT = 100;

describe('the benchmark proxy', () => {
	let server: Server;
	let proxy: Proxy;

	beforeEach(async () => {
		server = createServer((socket) => socket.pipe(socket)).listen(0, 'localhost');
		await once(server, 'listening');
	});
	afterEach(() => {
		proxy.close();
		server.close();
	});

	const open = async (clock?: Clock) => {
		const { port } = server.address() as AddressInfo;
		proxy = await startProxy(() => ({ port, rtt: RTT }), clock);
		const socket = connect({ host: 'localhost', port: proxy.port });
		await once(socket, 'connect');
		const echo = async (bytes: Buffer): Promise<Buffer> => {
			const received: Buffer[] = [];
			socket.write(bytes);
			for (let size = 0; size < bytes.length; size += received[received.length - 1].length) {
				received.push(...((await once(socket, 'data')) as [Buffer]));
			}
			return Buffer.concat(received);
		};
		return { socket, echo };
	};

	it('takes two round trips for the first response and one for each later response', async () => {
		// Goes on by what is waited for, and at no other time.
		let time = 0;
		const { socket, echo } = await open({
			now: () => time,
			after: (ms, action) => {
				time += ms;
				setImmediate(action);
			},
		});
		const answered: number[] = [];
		for (const text of ['first', 'second', 'third']) {
			await echo(Buffer.from(text));
			answered.push(time);
		}
		expect(answered).toEqual([2 * RTT, 3 * RTT, 4 * RTT]);
		socket.destroy();
	});

	it('keeps the order of bytes sent before and after the connection opens', async () => {
		const { socket, echo } = await open();
		const bytes = randomBytes(3_000_000);
		const back = await echo(bytes);
		expect(back.equals(bytes)).toBe(true);
		socket.destroy();
	});

	it('forwards the end of a connection', async () => {
		const { socket } = await open();
		socket.end('last');
		const [[data]] = await Promise.all([once(socket, 'data'), once(socket, 'end')]);
		expect(String(data)).toBe('last');
	});
});

describe('the benchmark server', () => {
	it('uses TLS with a self-signed certificate that the client can trust', async () => {
		const tls = makeTls();
		const sandbox = await Sandbox.start({ keys: await sandboxKeys(), host: 'localhost', tls });
		const get = async (agent: Agent): Promise<number | undefined> =>
			await new Promise((resolve, reject) => {
				const outgoing = request(`${sandbox.credential().customHost}/v3/certificates`, { agent });
				outgoing.once('error', reject).once('response', (response) => {
					response.resume();
					resolve(response.statusCode);
				});
				outgoing.end();
			});
		try {
			expect(sandbox.url).toMatch(/^https:\/\/localhost:/);
			await expect(get(new Agent())).rejects.toThrow('self-signed certificate');
			// What is not signed is refused: so it was read.
			expect(await get(new Agent({ ca: tls.cert }))).toBe(400);
		} finally {
			await sandbox.stop();
		}
	});
});

describe('the benchmark plan', () => {
	const isOf = (row: Case, rtt: number, size: number, inFlight: number) =>
		row.part === 'network' && row.rtt === rtt && row.size === size && row.inFlight === inFlight;

	it('runs every contender with every concurrency in the full run', () => {
		for (const rtt of [0, 50]) {
			for (const size of [SMALL, LARGE]) {
				for (const inFlight of IN_FLIGHT) {
					const rows = FULL.filter((row) => isOf(row, rtt, size, inFlight));
					const others = rows.map(({ contender }) => contender).filter((one) => one !== 'plain');
					expect(others.sort()).toEqual(['bare', 'minimal', 'node']);
				}
				const plain = FULL.filter((row) => isOf(row, rtt, size, 1));
				expect(plain.map(({ contender }) => contender)).toContain('plain');
			}
		}
		expect(FULL.filter(({ part }) => part === 'http')).toHaveLength(2);
	});

	it('includes every row of the default run in the full run', () => {
		const full = FULL.map((row) => JSON.stringify(row));
		for (const row of EVERYDAY) expect(full).toContain(JSON.stringify(row));
	});
});

describe('the benchmark report', () => {
	/** One row for each case, with a rate of its own. */
	const rowsWith = (rateOf: (one: Case) => number): Row[] =>
		FULL.map((one) => ({
			...one,
			seconds: one.merchants / rateOf(one),
			cpuMs: 10 * one.merchants,
			peakMb: 200,
			busiestSecond: 15,
		}));
	const good = rowsWith(({ part, contender, inFlight }) => {
		if (part === 'cap') return 4.8;
		if (part !== 'network') return 100;
		return contender === 'plain' ? 5 : inFlight * (contender === 'node' ? 1.9 : 2);
	});

	it('lists the contenders side by side', () => {
		const [first] = toSections(good);
		expect(first.title).toBe('50 ms, 1 KB: applications a second (CPU ms of each)');
		expect(first.cells).toEqual([
			['1', '5.0 (10)', '2.0 (10)', '2.0 (10)', '1.9 (10)', '0.38', '95', '200'],
			['5', '5.0 (10)', '10.0 (10)', '10.0 (10)', '9.5 (10)', '1.90', '95', '200'],
			['10', '5.0 (10)', '20.0 (10)', '20.0 (10)', '19.0 (10)', '3.80', '95', '200'],
			['20', '5.0 (10)', '40.0 (10)', '40.0 (10)', '38.0 (10)', '7.60', '95', '200'],
			['50', '5.0 (10)', '100.0 (10)', '100.0 (10)', '95.0 (10)', '19.00', '95', '200'],
		]);
	});

	it('lists the missed targets and none for good results', () => {
		expect(judge(good).filter(({ isMet }) => !isMet)).toEqual([]);
		const slow = good.map((row) =>
			row.contender === 'node' ? { ...row, seconds: 2 * row.seconds } : row,
		);
		const missed = judge(slow).filter(({ isMet }) => !isMet);
		expect(missed.map(({ text }) => text)).toEqual(
			expect.arrayContaining([
				'50 ms, 1 KB, 5 in flight: 48 % of the minimal node, 90 wanted',
				'50 ms, 1 KB, 10 in flight: 1.9 times the plain loop, 3.3 wanted',
				'1.9 MB, cap of 15 a second: 7.2 sent, 15 in the busiest second',
			]),
		);
	});

	it('renders Markdown tables and a plot with every contender', () => {
		const results = { date: '2026-11-22', node: 'v20.0.0', cores: 2, load: 0, rows: good };
		expect(toMarkdown(results)).toContain(
			'| 10 | 5.0 (10) | 20.0 (10) | 20.0 (10) | 19.0 (10) | 3.80 | 95 | 200 |',
		);
		const svg = plot(good);
		expect(svg).toMatch(/^<svg /);
		for (const name of Object.values(NAMES)) expect(svg).toContain(`>${name}<`);
	});

	it('matches the documentation page', () => {
		const page = readFileSync(PAGE, 'utf8');
		// Prettier fills narrow tables up.
		const squeeze = (text: string) => text.replaceAll(/ +/g, ' ').replaceAll(/-+:/g, '--:');
		expect(squeeze(page)).toBe(squeeze(toPage(page, readResults())));
	});
});

describe('toProgress', () => {
	it.each<[number, string]>([
		[0, '0 of 40 done in 1 min 30 s'],
		[10, '10 of 40 done in 1 min 30 s, about 4 min 30 s left'],
		[30, '30 of 40 done in 1 min 30 s, about 30 s left'],
		[40, '40 of 40 done in 1 min 30 s'],
	])('shows the progress and the remaining time with %i done', (done, text) => {
		expect(toProgress(done, 40, 0, 90_000)).toBe(text);
	});
});
