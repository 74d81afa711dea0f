import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { Engine, type EngineItem, type EngineResult, type NodeRun } from '../../engine';
import {
	Sandbox,
	type CancelApplication,
	type CancelWithdrawal,
	type RequestLogEntry,
	type SandboxCredential,
	type SandboxOptions,
} from '../../sandbox';
import { present } from './inputs';
import { sandboxKeys } from './keys';
import { Tap, type WireRequest } from './tap';
import { skipWaits } from './waits';

/** For the few whose options are known only when the tests start. */
type Given = SandboxOptions | (() => SandboxOptions);

const optionsOf = (given: Given) => (typeof given === 'function' ? given() : given);

/** One bench for all tests of a file or block; faults and records are forgotten after each. */
export function openBench(given: Given = {}): Bench {
	const bench = new Bench();
	beforeAll(async () => await bench.start(optionsOf(given)));
	afterEach(() => bench.reset());
	afterAll(async () => await bench.stop());
	return bench;
}

/** A new one for each test: it counts requests from zero, and WeChat Pay knows of nothing. */
export function openBenchForEachTest(given: Given = {}): Bench {
	const bench = new Bench();
	beforeEach(async () => await bench.start(optionsOf(given)));
	afterEach(async () => await bench.stop());
	return bench;
}

export interface BenchRun extends Pick<NodeRun, 'nodeOptions' | 'cancelSignal'> {
	credential?: Partial<SandboxCredential>;
}

/** The built node in n8n's engine, a WeChat Pay for it, and what passes between the two. */
export class Bench {
	engine!: Engine;

	sandbox!: Sandbox;

	private tap!: Tap;

	/** Milliseconds of each wait before a request was repeated or something looked up again. */
	waits: number[] = [];

	async start(options: SandboxOptions = {}): Promise<void> {
		this.waits = skipWaits();
		this.engine = await Engine.start();
		await this.open(options);
	}

	/** Puts another WeChat Pay in the place of the one that is there. */
	async replaceSandbox(options: SandboxOptions): Promise<void> {
		await this.close();
		await this.open(options);
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.close();
		jest.restoreAllMocks();
	}

	/** Forgets what was sent, and ends faults; WeChat Pay keeps what it has accepted. */
	reset(): void {
		this.sandbox.clearFaults();
		this.sandbox.latency = 0;
		this.tap.forget();
		this.waits.length = 0;
	}

	credential(overrides: Partial<SandboxCredential> = {}): SandboxCredential {
		return this.sandbox.credential({ customHost: this.tap.url, ...overrides });
	}

	/** One execution, as fast as it goes unless the parameters say otherwise. Failed items go down the error branch. */
	async run(
		items: EngineItem[],
		parameters: INodeParameters,
		{ credential, ...more }: BenchRun = {},
	): Promise<EngineResult> {
		return await this.engine.run({
			items,
			parameters: unpaced(parameters),
			nodeOptions: { onError: 'continueErrorOutput' },
			credential: { ...this.credential(credential) },
			...more,
		});
	}

	/** One execution, and what came of each item, in their order; a failed one is the error alone. */
	async outcomes(
		items: EngineItem[],
		parameters: INodeParameters,
		more: BenchRun = {},
	): Promise<IDataObject[]> {
		const { main } = await this.run(items, parameters, { nodeOptions: IN_PLACE, ...more });
		return jsonOf(main[0]);
	}

	/** One execution with one item, and what came of it. */
	async one(
		parameters: INodeParameters,
		item: EngineItem = { json: {} },
		more?: BenchRun,
	): Promise<IDataObject> {
		const outcomes = await this.outcomes([item], parameters, more);
		expect(outcomes).toHaveLength(1);
		return outcomes[0];
	}

	/** What went over the wire: all of it, or only to one path (without its query) with one text in the body. */
	sent(path?: string, text = ''): WireRequest[] {
		return this.tap.requests.filter(
			(request) =>
				(path === undefined || request.path.split('?')[0] === path) && request.body.includes(text),
		);
	}

	/** The bodies of the same, as text. */
	bodies(path: string, text = ''): string[] {
		return this.sent(path, text).map(({ body }) => body.toString('utf8'));
	}

	/** The application of the old flow that WeChat Pay holds under a number; fails if there is none. */
	application(number: unknown): CancelApplication {
		return present(this.sandbox.applications.get(String(number)));
	}

	/** The same of the new flow. */
	withdrawal(number: unknown): CancelWithdrawal {
		return present(this.sandbox.withdrawals.get(String(number)));
	}

	/** What the sandbox was asked about one number, oldest first. */
	requestsAbout(number: string): RequestLogEntry[] {
		return this.sandbox.requests.filter((entry) => entry.number === number);
	}

	/** The same in short, such as `POST 409`, `GET 200`. */
	story(number: string): string[] {
		return this.requestsAbout(number).map(({ method, status }) => `${method} ${status || 'cut'}`);
	}

	/** What the sandbox was asked since a moment that `mark` named. */
	since(mark: number): string[] {
		return this.sandbox.requests
			.slice(mark)
			.map(({ method, path, status }) => `${method} ${path} ${status || 'cut'}`);
	}

	get mark(): number {
		return this.sandbox.requests.length;
	}

	private async open(options: SandboxOptions): Promise<void> {
		this.sandbox = await Sandbox.start({
			keys: await sandboxKeys(options.platformCertificates),
			...options,
		});
		this.tap = await Tap.start(this.sandbox.port);
	}

	private async close(): Promise<void> {
		await this.tap.stop();
		await this.sandbox.stop();
	}
}

/** A failed item comes out in its place. */
export const IN_PLACE = { onError: 'continueRegularOutput' } as const;

/** Parameters that do not hold requests back; tests that are about pace set their own. */
export const unpaced = (parameters: INodeParameters): INodeParameters => ({
	...parameters,
	options: { requestsPerSecond: 0, ...(parameters.options as INodeParameters) },
});

/** How many requests were on their way at the same time, where each answer takes so many milliseconds. */
export function mostInFlight(requests: RequestLogEntry[], latency: number): number {
	// Timers round off.
	const shortest = latency - 5;
	const together = requests.map(
		({ time }) =>
			requests.filter((other) => other.time <= time && other.time > time - shortest).length,
	);
	return Math.max(...together);
}

/** What an item of the error branch holds beside the fields of its input. */
export interface ErrorItem {
	error: string;
	message: string;
	details: IDataObject & { hint?: string; code?: string };
}

export const jsonOf = (items: INodeExecutionData[] | undefined): IDataObject[] =>
	(items ?? []).map(({ json }) => json);

/** What n8n shows above the output. */
export const hintsOf = ({ run }: EngineResult): string[] =>
	(run.data.resultData.runData['WeChat Pay'][0].hints ?? []).map(({ message }) => message);

/** The error item that belongs to an input item, or undefined if it succeeded. */
export function errorOf({ main }: EngineResult, itemIndex: number): ErrorItem | undefined {
	const found = [...main[1], ...main[0]].find((item) => isOf(item, itemIndex) && isError(item));
	return found?.json as unknown as ErrorItem | undefined;
}

/** The output of an input item, or undefined if it failed. */
export const outputOf = ({ main }: EngineResult, itemIndex: number): IDataObject | undefined =>
	main[0].find((item) => isOf(item, itemIndex) && !isError(item))?.json;

const isOf = ({ pairedItem }: INodeExecutionData, itemIndex: number) =>
	(pairedItem as { item: number }).item === itemIndex;

const isError = ({ json }: INodeExecutionData) => 'details' in json;

/** The `details` of an outcome that is an error, and nothing else; fails if it is none. */
export function detailsOf(outcome: IDataObject): IDataObject {
	expect(outcome).toEqual({
		error: expect.any(String),
		message: expect.any(String),
		details: expect.any(Object),
	});
	return outcome.details as IDataObject;
}
