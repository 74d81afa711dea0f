/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
// The real n8n with this package in it, to try things out: editor, sandbox, credential, examples.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyExampleFiles, readExamples } from '../host/examples';
import { serveFolder, type FileServer } from '../host/fileServer';
import { ensureHost } from '../host/hosts';
import { N8n, OWNER } from '../host/n8n';
import { installInto, pack } from '../host/package-tarball';
import { setScene } from '../host/scene';
import { DataTable } from '../host/tables';
import { Sandbox, type RequestLogEntry } from '../sandbox';

const CREDENTIAL = 'WeChat Pay account';
const HELP = `The real n8n with this package, a local WeChat Pay (the sandbox) and the example workflows.

  npm run n8n                     deletes everything when it stops
  npm run n8n -- --dir FOLDER     keeps workflows, credentials and the sandbox in a folder

Options
  --dir FOLDER    keep everything in this folder, and continue with it at the next start
  --port N        port of the editor (default: a free one)
`;

/** What has to be ended, the newest first. */
const endings: Array<() => Promise<void> | void> = [];
/** Ctrl-C: no further step begins. */
const stopping = new AbortController();

async function end(code: number): Promise<void> {
	for (const ending of endings.splice(0).reverse()) {
		try {
			await ending();
		} catch (error) {
			console.error((error as Error).message);
			code = 1;
		}
	}
	process.exit(code);
}

async function tryIt(directory: string | undefined, port: number | undefined): Promise<void> {
	const host = await ensureHost('current');
	const folder = directory ?? mkdtempSync(join(tmpdir(), 'wechatpay-n8n-'));
	mkdirSync(folder, { recursive: true });
	if (!directory) endings.push(() => rmSync(folder, { recursive: true, force: true }));

	// First of all: it is what keeps a second start away from the folder.
	const sandbox = await startSandbox(folder);
	endings.push(async () => await sandbox.stop());

	console.log('Packing this package and installing it in n8n');
	const packed = mkdtempSync(join(tmpdir(), 'wechatpay-pack-'));
	endings.push(() => rmSync(packed, { recursive: true, force: true }));
	await installInto(folder, await pack(packed));
	stopping.signal.throwIfAborted();

	const files = copyExampleFiles(join(folder, 'files'));
	const images = await startImages(folder, files);
	endings.push(async () => await images.stop());

	console.log('Starting n8n (10 to 30 seconds)');
	const n8n = await N8n.start({
		host,
		userFolder: folder,
		port,
		env: { N8N_RESTRICT_FILE_ACCESS_TO: files },
		signal: stopping.signal,
	});
	endings.push(async () => await n8n.stop());
	void n8n.ended().then(async () => {
		if (endings.length === 0) return;
		console.error(`n8n stopped unexpectedly. Its last output:\n${n8n.output.slice(-2000)}`);
		await end(1);
	});
	await n8n.login();
	await putCredential(n8n, sandbox);
	const examples = readExamples({ folder: files, host: sandbox.url });
	const known = await n8n.call<Array<{ name: string }>>('GET', '/workflows');
	const missing = examples.filter(({ name }) => !known.some((other) => other.name === name));
	for (const example of missing) await n8n.importWorkflow(example);
	await DataTable.createExamples(n8n, images.url);
	stopping.signal.throwIfAborted();

	console.log(`
Open      ${n8n.url}
Email     ${OWNER.email}
Password  ${OWNER.password}

n8n has the credential "${CREDENTIAL}" and ${examples.length} example workflows with their data tables.
Their lists and images are in ${files}
Requests go to the sandbox, a local WeChat Pay. Its controls: ${sandbox.url}/sandbox
${directory ? `Everything is kept in ${folder}.` : 'Everything is deleted when n8n stops.'} Stop with Ctrl-C.
`);
}

/** The sandbox, on the port of the earlier start in this folder: workflows have kept its address. */
async function startSandbox(folder: string): Promise<Sandbox> {
	const earlier = earlierPort(folder, 'sandbox');
	const options = {
		directory: join(folder, 'sandbox'),
		onRequest: (entry: RequestLogEntry) => console.log(line(entry)),
	};
	const sandbox = await Sandbox.start({ ...options, port: earlier }).catch(async (error) => {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		if (await isSandbox(earlier)) {
			// Two of them would write into each other's files.
			throw new Error(
				`n8n and the sandbox already run in ${folder}. Stop them first, or choose another folder.`,
			);
		}
		const other = await Sandbox.start(options);
		console.log(
			`Port ${earlier}, which the sandbox used last time, is taken. It uses ${other.port} now.` +
				' Change the port in HTTP Request nodes that have the old one.',
		);
		return other;
	});
	setScene(sandbox);
	keepPort(folder, 'sandbox', sandbox.port);
	return sandbox;
}

/** Serves the images that the table of links names, on the port of the earlier start: the table has kept it. */
async function startImages(folder: string, files: string): Promise<FileServer> {
	const server = await serveFolder(files, earlierPort(folder, 'images')).catch(
		async () => await serveFolder(files),
	);
	keepPort(folder, 'images', server.port);
	return server;
}

function earlierPort(folder: string, of: string): number {
	const file = join(folder, `${of}-port`);
	return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

const keepPort = (folder: string, of: string, port: number): void =>
	writeFileSync(join(folder, `${of}-port`), String(port));

async function isSandbox(port: number): Promise<boolean> {
	try {
		// Whatever it is may also say nothing.
		const signal = AbortSignal.timeout(2000);
		const answer = await fetch(`http://127.0.0.1:${port}/sandbox`, { signal });
		return (await answer.text()).includes('/sandbox/applications');
	} catch {
		return false;
	}
}

/** The sandbox may have another port than the last time: a credential from earlier is brought up to date. */
async function putCredential(n8n: N8n, sandbox: Sandbox): Promise<void> {
	const { apiV3SecretKey } = sandbox.keys;
	const data = sandbox.credential({ apiV3SecretKey });
	const all = await n8n.call<Array<{ id: string; name: string; type: string }>>(
		'GET',
		'/credentials',
	);
	const earlier = all.find(({ name, type }) => name === CREDENTIAL && type === 'wechatPayApi');
	if (!earlier) return void (await n8n.createCredential(CREDENTIAL, 'wechatPayApi', data));
	await n8n.call('PATCH', `/credentials/${earlier.id}`, { ...earlier, data });
}

function line({ method, path, status, code, message }: RequestLogEntry): string {
	const reason = [code, message].filter(Boolean).join(' ');
	return `WeChat Pay (sandbox): ${method} ${path} → ${status || 'no answer'} ${reason}`.trimEnd();
}

function fail(error: unknown): void {
	// What Ctrl-C has cut short fails, and that is no news.
	if (stopping.signal.aborted) return;
	console.error(error instanceof Error ? error.message : String(error));
	void end(1);
}

function main(): void {
	const { values } = parseArgs({
		options: {
			dir: { type: 'string' },
			port: { type: 'string' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) return console.log(HELP);
	const port = values.port === undefined ? undefined : Number(values.port);
	if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
		throw new Error(`--port must be a number from 1 to 65535, not "${values.port}".`);
	}
	// npm changes into this folder, but users mean paths from where they are.
	const from = process.env.INIT_CWD ?? process.cwd();
	const directory = values.dir === undefined ? undefined : resolve(from, values.dir);
	const work = tryIt(directory, port).catch(fail);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (stopping.signal.aborted) return;
			stopping.abort();
			console.log('\nStopping');
			// An installation of n8n, minutes long, ends with this process; the next start goes on with it.
			if (endings.length === 0) process.exit(0);
			// Every other step is let come to its end: it would write into folders that are being deleted.
			void work.then(async () => await end(0));
		});
	}
}

try {
	main();
} catch (error) {
	fail(error);
}
