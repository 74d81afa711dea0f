/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBehaviour } from './closing/behaviour';
import {
	FAULT_KINDS,
	Sandbox,
	documentedLimits,
	parseFaults,
	type Delivery,
	type NotificationRecord,
	type RequestLogEntry,
} from './index';
import { NOTIFY_URL } from './notifications/urls';

const HELP = `A local WeChat Pay APIv3 server to try the n8n nodes against. WeChat Pay itself offers no sandbox.

  npm run sandbox                          start it
  npm run sandbox -- --faults standard     make about one request in eight fail
  npm run sandbox -- --faults '429=0.05,cut-after=0.02' --seed 7

Options
  --port N          port to listen on (default 8600)
  --host ADDRESS    address to listen on (default 127.0.0.1; 0.0.0.0 lets n8n in Docker reach it)
  --dir FOLDER      where keys and state are kept across restarts (default .sandbox)
  --faults LIST     "standard", or kinds with their shares
  --seed N          the same seed gives the same sequence of faults (default 1)
  --latency MS      minimum time for every answer, in milliseconds
  --limits          enforce the rate limits that WeChat Pay publishes
  --refuse LIST     products that this platform may not use: balances, banks, complaints, limitations,
                    settlement, withdrawals
  --notify URL      where new states of Account Cancellation are sent: the URL of a webhook on this machine
  --notify-speed N  divide WeChat Pay's waits between notifications of the same event by N (default 60)
  --certificates    a merchant with a platform certificate, kept in the folder
  --help            this text

Kinds of faults
${Object.entries(FAULT_KINDS)
	.filter(([kind]) => kind !== 'answer')
	.map(([kind, what]) => `  ${kind.padEnd(20)}${what}`)
	.join('\n')}

While it runs
  curl URL/sandbox                         list all controls
  curl URL/sandbox/applications            list all applications
  curl URL/sandbox/applications/NUMBER -H 'Content-Type: application/json' -d '{"state": "REJECTED", "reason": "…"}'
`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function fail(message: string): never {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

/** A whole number from the command line. */
function integer(option: string, text: string, max: number): number {
	const value = Number(text);
	if (!/^\d+$/.test(text) || value > max) {
		fail(`--${option} must be a whole number from 0 to ${max}, not "${text}".`);
	}
	return value;
}

function notifyUrl(url: string | undefined): string | undefined {
	if (url !== undefined && !NOTIFY_URL.test(url)) {
		fail(
			`--notify must be a https URL, or http on this machine, without parameters, not "${url}".`,
		);
	}
	return url;
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: {
				port: { type: 'string', default: '8600' },
				host: { type: 'string', default: '127.0.0.1' },
				dir: { type: 'string', default: '.sandbox' },
				faults: { type: 'string', default: '' },
				seed: { type: 'string', default: '1' },
				latency: { type: 'string', default: '0' },
				limits: { type: 'boolean', default: false },
				refuse: { type: 'string', default: '' },
				notify: { type: 'string' },
				'notify-speed': { type: 'string', default: '60' },
				certificates: { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h', default: false },
			},
		});
		return {
			...values,
			port: integer('port', values.port, 65535),
			seed: integer('seed', values.seed, 0xffffffff),
			latency: integer('latency', values.latency, 600_000),
			mix: parseFaults(values.faults),
			refused: checkBehaviour({ refused: values.refuse.split(',').filter(Boolean) }).refused,
			limits: values.limits ? documentedLimits() : {},
			notify: notifyUrl(values.notify),
			speed: Math.max(1, integer('notify-speed', values['notify-speed'], 1_000_000)),
		};
	} catch (error) {
		return fail(`${error instanceof Error ? error.message : String(error)}\nSee --help.`);
	}
}

/** The fields of the n8n credential in their order, each value on lines of its own. */
function printCredential(sandbox: Sandbox): void {
	const certificates = sandbox.keys.platformCertificates.length > 0;
	const fields: Array<[string, string]> = [
		['Merchant ID', sandbox.mchid],
		['Merchant Certificate Serial Number', sandbox.serial],
		['Merchant Private Key', sandbox.keys.merchantPrivateKeyPem],
		...((certificates
			? [['Response Verification', 'choose: Platform Certificate']]
			: [
					['Response Verification', 'choose: Public Key'],
					['WeChat Pay Public Key ID', sandbox.keys.wechatPayPublicKeyId],
					['WeChat Pay Public Key', sandbox.keys.wechatPayPublicKeyPem],
				]) as Array<[string, string]>),
		// Without a platform certificate it is only needed to decrypt notifications.
		['APIv3 Secret Key', sandbox.keys.apiV3SecretKey],
		['API Host', 'choose: Custom'],
		['Custom API Host', sandbox.url],
	];
	print('Paste into the n8n credential "WeChat Pay API", field by field:\n');
	for (const [label, value] of fields) print(`${label}:\n${value.trim()}\n`);
}

/** One line for a request: the request, the response, and the reason. */
function line({ method, path, status, code, message, fault }: RequestLogEntry): string {
	const answer = status === 0 ? 'no answer' : String(status);
	const reason = [code, message].filter(Boolean).join(' ');
	return `${method} ${path} → ${answer}${reason ? ` ${reason}` : ''}${fault ? ` (fault: ${fault})` : ''}`;
}

/** One line for a notification: its address and the response. */
function deliveryLine({ eventType, url }: NotificationRecord, delivery: Delivery): string {
	const { status, error, fault, accepted } = delivery;
	const answer = error ?? `${status}${accepted ? '' : ', not accepted'}`;
	return `notification ${eventType} to ${url} → ${answer}${fault ? ` (fault: ${fault})` : ''}`;
}

async function main(): Promise<void> {
	const options = readOptions();
	if (options.help) return print(HELP);
	const directory = resolve(options.dir);
	const sandbox = await Sandbox.start({
		directory,
		port: options.port,
		host: options.host,
		faults: options.mix,
		seed: options.seed,
		latency: options.latency,
		refused: options.refused,
		limits: options.limits,
		platformCertificates: options.certificates ? 1 : 0,
		subscriptionUrl: options.notify,
		notify: { speed: options.speed },
		onRequest: (entry) => print(line(entry)),
		onDelivery: (record, delivery) => print(deliveryLine(record, delivery)),
	}).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'EADDRINUSE') {
			return fail(
				`Port ${options.port} is taken, perhaps by another sandbox. Stop that one, or choose another port: npm run sandbox -- --port ${options.port + 1}`,
			);
		}
		if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
			return fail(`Cannot start: ${error.message}`);
		}
		return fail(`The sandbox did not start: ${error.message}`);
	});

	printCredential(sandbox);
	const open = ['127.0.0.1', 'localhost', '::1'].includes(options.host)
		? ''
		: ', open to the network';
	print(`The sandbox listens on ${sandbox.url}${open}. Keys and state: ${directory}`);
	if (open) {
		print(`For an n8n in Docker, Custom API Host is http://host.docker.internal:${sandbox.port}.`);
	}
	const { applications, withdrawals } = sandbox;
	if (applications.size + withdrawals.size > 0) {
		print(
			`${applications.size + withdrawals.size} applications were restored from the last start.`,
		);
	}
	if (options.faults) print(`Faults: ${options.faults}, seed ${options.seed}.`);
	print(`Controls: ${sandbox.url}/sandbox. Stop it with Ctrl-C.\n`);

	const stop = () => void sandbox.stop().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

void main();
