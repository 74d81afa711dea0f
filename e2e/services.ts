/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
// Redis and PostgreSQL for n8n's queue mode: processes and data of our own, none of the system's.
import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../host/n8n';

export interface Service {
	port: number;
	stop(): Promise<void>;
}

export async function startRedis(folder: string): Promise<Service> {
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
	const child = start('redis-server', args, {});
	return await ready('redis-server', child, port, () => undefined);
}

const POSTGRES = '/usr/lib/postgresql';

export interface Database extends Service {
	/** The rows of a query, each a list of texts. */
	query(sql: string): string[][];
}

export async function startPostgres(): Promise<Database> {
	const [version] = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort().reverse() : [];
	if (!version) throw missing('postgresql');
	const bin = join(POSTGRES, version, 'bin');
	// PostgreSQL does not run as root.
	const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
	const folder = mkdtempSync(join(tmpdir(), 'wechatpay-pg-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);
	if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
	const data = join(folder, 'data');
	const setUp = ['-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
	execFileSync(join(bin, 'initdb'), setUp, { ...user, cwd: folder, stdio: 'pipe' });
	const port = await freePort();
	const settings = { listen_addresses: '127.0.0.1', fsync: 'off', max_connections: '200' };
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const child = start(
		join(bin, 'postgres'),
		['-D', data, '-p', String(port), '-k', folder, ...args],
		{ ...user, cwd: folder },
	);
	const service = await ready('postgres', child, port, () => {
		process.off('exit', remove);
		remove();
	});
	return {
		...service,
		query(sql) {
			const server = ['-h', '127.0.0.1', '-p', String(port), '-U', 'n8n', '-d', 'postgres'];
			const output = execFileSync(join(bin, 'psql'), [...server, '-At', '-F', ' ', '-c', sql], {
				encoding: 'utf8',
			});
			return output
				.split('\n')
				.filter(Boolean)
				.map((line) => line.split(' '));
		},
	};
}

const id = (option: string): number =>
	Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));

const missing = (name: string): Error =>
	new Error(`Queue mode needs ${name}. Install it (Debian: apt-get install ${name}).`);

function start(command: string, args: string[], options: SpawnOptions): ChildProcess {
	const child = spawn(command, args, { ...options, stdio: 'ignore' });
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	child.once('exit', () => process.off('exit', kill));
	return child;
}

async function ready(
	name: string,
	child: ChildProcess,
	port: number,
	cleanUp: () => void,
): Promise<Service> {
	let failure: Error | undefined;
	child.once('error', () => (failure = missing(name)));
	child.once('exit', (code) => (failure ??= new Error(`${name} ended with ${code}`)));
	await until(name, 30_000, async () => {
		if (failure) throw failure;
		return await answers(port);
	});
	return {
		port,
		async stop() {
			if (child.exitCode === null && child.signalCode === null) {
				// PostgreSQL: away with open connections, then an orderly end.
				child.kill('SIGINT');
				await once(child, 'exit');
			}
			cleanUp();
		},
	};
}

async function answers(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
