/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, request as sendOn, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { Sandbox, type SandboxOptions } from '../../sandbox';
import {
	Engine,
	toText,
	type EngineItem,
	type EngineResult,
	type NodeOptions,
} from '../../scripts/engine';

export const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
export const CONFIRM = `${APPLY}/confirm`;
export const CREATE = '/v3/ecommerce/account/cancel-applications';
export const CANCEL_MEDIA = `${CREATE}/media`;
export const MERCHANT_MEDIA = '/v3/merchant/media/upload';

/** A picture of the wanted size; only its first bytes say that it is one. */
export const jpeg = (bytes = 80): Buffer =>
	Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(bytes - 10, 7)]);

/** An item with one file in the binary field `data`. */
export const withFile = (
	json: IDataObject = {},
	data = jpeg(),
	fileName = 'scan.jpg',
): EngineItem => ({ json, binary: { data: { data, fileName } } });

/** One request as it was sent, byte for byte. */
export interface SentRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** Stands between the node and the sandbox, and keeps what the node sends. It changes nothing. */
class Recorder {
	readonly requests: SentRequest[] = [];
	private readonly server: Server;

	private constructor(private readonly to: string) {
		this.server = createServer((incoming, outgoing) => {
			const { method = '', url: path = '', headers } = incoming;
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('end', () => {
				const body = Buffer.concat(chunks);
				this.requests.push({ method, path, headers, body });
				const cut = () => outgoing.destroy();
				const further = sendOn(this.to + path, { method, headers, agent: false }, (answer) => {
					outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
					answer.on('error', cut);
					answer.pipe(outgoing);
				});
				further.on('error', cut);
				further.end(body);
			});
		});
	}

	static async start(to: string): Promise<Recorder> {
		const recorder = new Recorder(to);
		await new Promise<void>((done) => recorder.server.listen(0, '127.0.0.1', done));
		return recorder;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}
}

export interface BenchRun {
	/** What came out of the node, in the order of the items; errors are among them. */
	items: IDataObject[];
	/** What n8n shows above the output. */
	hints: string[];
	/** Everything that n8n keeps, shows or logs of this execution, as text. */
	everything: string;
	result: EngineResult;
}

export interface BenchOptions {
	credential?: Parameters<Sandbox['credential']>[0];
	nodeOptions?: NodeOptions;
}

/** The built node in n8n's engine, a WeChat Pay for it, and what passes between the two. */
export class Bench {
	private constructor(
		readonly sandbox: Sandbox,
		readonly engine: Engine,
		private readonly recorder: Recorder,
	) {}

	static async start(options: SandboxOptions = {}): Promise<Bench> {
		const sandbox = await Sandbox.start(options);
		const recorder = await Recorder.start(sandbox.url);
		return new Bench(sandbox, await Engine.start(), recorder);
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.recorder.stop();
		await this.sandbox.stop();
	}

	/** Forgets requests and faults, not what WeChat Pay has accepted. */
	reset(): void {
		this.sandbox.clearFaults();
		this.recorder.requests.length = 0;
	}

	/** What the node has sent: all of it, or only to one path (without its query) with one text in the body. */
	sent(path?: string, text = ''): SentRequest[] {
		return this.recorder.requests.filter(
			(request) =>
				(path === undefined || request.path.split('?')[0] === path) && request.body.includes(text),
		);
	}

	/** The same as lines, such as `POST /v3/… 200`. */
	log(number?: string): string[] {
		return this.sandbox.requests
			.filter((entry) => number === undefined || entry.number === number)
			.map(({ method, path, status }) => `${method} ${path} ${status}`);
	}

	credential(overrides: BenchOptions['credential'] = {}): ReturnType<Sandbox['credential']> {
		return this.sandbox.credential({ customHost: this.recorder.url, ...overrides });
	}

	/** One execution. A failed item comes out in its place unless `nodeOptions` says otherwise. */
	async run(
		items: EngineItem[],
		parameters: INodeParameters,
		{ credential, nodeOptions = { onError: 'continueRegularOutput' } }: BenchOptions = {},
	): Promise<BenchRun> {
		const options = { requestsPerSecond: 0, ...(parameters.options as INodeParameters) };
		const result = await this.engine.run({
			items,
			credential: { ...this.credential(credential) },
			parameters: { ...parameters, options },
			nodeOptions,
		});
		const [data] = result.run.data.resultData.runData['WeChat Pay'] ?? [];
		return {
			items: result.main[0].map(({ json }) => json),
			hints: (data?.hints ?? []).map(({ message }) => message),
			everything: toText(result),
			result,
		};
	}

	/** One execution with one item; what came of it. */
	async one(
		parameters: INodeParameters,
		item: EngineItem = { json: {} },
		options?: BenchOptions,
	): Promise<IDataObject> {
		const { items } = await this.run([item], parameters, options);
		expect(items).toHaveLength(1);
		return items[0];
	}
}

let numbers = 0;

/** A number that no other test uses. */
export const newNumber = (): string => `T${String(++numbers).padStart(6, '0')}`;

/** A sub-merchant that no other test uses; it can be closed and owns nothing. */
export const newSubMchid = (): string => `19000${String(++numbers).padStart(5, '0')}`;

/** A required value, for the type checker. */
export function present<T>(value: T | undefined | null): T {
	expect(value).toBeDefined();
	return value as T;
}

/** The same parameters with some left out, as a new node has them. */
export const without = (parameters: INodeParameters, ...names: string[]): INodeParameters =>
	Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
