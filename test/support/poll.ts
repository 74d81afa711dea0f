/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { createRequire } from 'node:module';
import { PollContext, PollTriggerExecutor } from 'n8n-core';
import { NodeApiError, NodeOperationError, Workflow } from 'n8n-workflow';
import type { IDataObject, INode, INodeParameters, IPollFunctions } from 'n8n-workflow';
import { Engine, createNode } from '../../engine';
import { Sandbox } from '../../sandbox';
import { unpaced } from './bench';
import { sandboxKeys } from './keys';
import { skipWaits } from './waits';
import type {
	CancelWithdrawal,
	FaultRule,
	RequestLogEntry,
	SandboxCredential,
} from '../../sandbox';

// n8n-core's own container and logger: other development tools bring other versions of them.
const requireOfCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireOfCore('@n8n/di') as {
	Container: { get<T>(type: abstract new (...args: never[]) => T): T };
};
const { Logger } = requireOfCore('@n8n/backend-common') as {
	Logger: abstract new () => { warn(message: string, details?: object): void };
};

const TYPE = 'n8n-nodes-wechatpay.wechatPayTrigger';
const CREDENTIAL = 'given';
/** So long a loop of a test goes on that waits for something to happen. */
const PATIENCE_MS = 20_000;

/** Lets timers and sockets have their turn; a loop of promises alone would keep them from it. */
const turnOfTheLoop = async () => await new Promise((resolve) => setImmediate(resolve));

/** One write to the node's static data. */
export interface Write {
	property: string;
	/** How many requests the sandbox had seen by then. */
	requests: number;
}

export interface WatcherOptions {
	parameters: INodeParameters;
	/** How long n8n lets a poll take; n8n's own default unless given. */
	budgetMs?: number;
	credential?: Partial<SandboxCredential>;
}

/** One activation of a workflow in one process. */
interface Activation {
	/** Ends at deactivation: n8n then drops what a poll under way brings. */
	isCurrent: boolean;
	/** Ends with the process: nothing is saved or started any more. */
	isAlive: boolean;
	run: (atActivation: boolean) => Promise<void>;
}

let workflows = 0;

/**
 * A workflow with the trigger, as n8n's server treats it (active-workflow-triggers.js in n8n-core,
 * trigger-execution-context.factory.js in n8n): static data is loaded at activation and saved after
 * it, and when a poll emits, at no other time. The polls run in n8n-core's own executor and context.
 */
export class Watcher {
	/** What n8n's database holds. */
	saved: IDataObject = {};

	/** The items that started a workflow, one entry for each execution. */
	readonly executions: IDataObject[][] = [];

	/** Writes to the node's static data since the start. */
	readonly writes: Write[] = [];

	parameters: INodeParameters;

	private activation: Activation | undefined;

	private failure: unknown;

	private endOfPatience: number | undefined;

	private workflow: Workflow | undefined;

	private id = `watched${++workflows}`;

	constructor(
		private readonly stage: Stage,
		private readonly options: WatcherOptions,
	) {
		this.parameters = options.parameters;
	}

	/** What the workflow of this process has in memory, saved or not. */
	get staticData(): IDataObject {
		const data = this.workflow?.staticData ?? {};
		return JSON.parse(JSON.stringify(data)) as IDataObject;
	}

	/** Activates the workflow, or activates it anew with other parameters. Throws what n8n shows. */
	async activate(): Promise<IDataObject[]> {
		if (this.activation) this.activation.isCurrent = false;
		const workflow = this.load();
		const activation = this.createActivation(workflow);
		this.activation = activation;
		this.workflow = workflow;
		const before = this.executions.length;
		await activation.run(true);
		this.save(activation, workflow);
		return this.executions.slice(before).flat();
	}

	/** A poll by the schedule: the items it emitted. Throws what n8n shows as a failed execution. */
	async poll(): Promise<IDataObject[]> {
		if (!this.activation) throw new Error('Activate the workflow first.');
		const before = this.executions.length;
		this.failure = undefined;
		await this.activation.run(false);
		if (this.failure !== undefined) throw this.failure;
		return this.executions.slice(before).flat();
	}

	/** The process dies: what is not saved is gone, the memory of its modules included. */
	crash(): void {
		if (this.activation) {
			this.activation.isAlive = false;
			this.activation.isCurrent = false;
		}
		this.activation = undefined;
		// The modules of this process live on; under another name they know nothing of the workflow.
		this.id = `watched${++workflows}`;
	}

	/** A poll of a loop: it may fail or be left out, and what it left unanswered gets its time. */
	async pollOnce(): Promise<IDataObject[]> {
		this.endOfPatience ??= performance.now() + PATIENCE_MS;
		if (performance.now() > this.endOfPatience) throw new Error('Polls bring nothing.');
		const items = await this.poll().catch(() => []);
		await turnOfTheLoop();
		return items;
	}

	/** Polls until something is emitted: while a poll before still waits for answers, none starts. */
	async pollUntilItems(): Promise<IDataObject[]> {
		for (;;) {
			const items = await this.pollOnce();
			if (items.length > 0) return items;
		}
	}

	/** What the editor runs for a test of the trigger (`executePollNode` in n8n-core). */
	async runByHand(): Promise<IDataObject[]> {
		const workflow = this.load();
		const node = this.nodeOf(workflow);
		const context = new PollContext(
			workflow,
			node,
			this.dataFor(workflow, 'manual'),
			'manual',
			'manual',
			undefined,
			undefined,
			undefined,
			undefined,
			() => this.observe(workflow.getStaticData('node', node)),
		);
		const result = await this.callPoll(context);
		return (result ?? []).flat().map(({ json }) => json);
	}

	private async callPoll(context: IPollFunctions) {
		const { poll } = this.stage.engine.nodeTypes.getByNameAndVersion(TYPE, 1);
		if (!poll) throw new Error('The node does not poll.');
		return await poll.call(context);
	}

	private createActivation(workflow: Workflow): Activation {
		const node = this.nodeOf(workflow);
		const { budgetMs } = this.options;
		const context = new PollContext(
			workflow,
			node,
			this.dataFor(workflow, 'trigger'),
			'trigger',
			'activate',
			(data) => {
				if (!activation.isAlive) return;
				this.save(activation, workflow);
				this.executions.push(data.flat().map(({ json }) => structuredClone(json)));
			},
			(error) => (this.failure = error),
			undefined,
			undefined,
			() => this.observe(workflow.getStaticData('node', node)),
			budgetMs === undefined ? undefined : () => budgetMs,
		);
		const activation: Activation = {
			isCurrent: true,
			isAlive: true,
			run: Container.get(PollTriggerExecutor).create(
				workflow,
				node,
				context,
				() => activation.isCurrent,
			),
		};
		return activation;
	}

	/** As `WorkflowStaticDataService.saveStaticData`: to a JSON column, if anything has changed. */
	private save(activation: Activation, workflow: Workflow): void {
		const data = workflow.staticData;
		if (!activation.isAlive || data.__dataChanged !== true) return;
		this.saved = JSON.parse(JSON.stringify(data)) as IDataObject;
		data.__dataChanged = false;
	}

	private observe(data: IDataObject): IDataObject {
		const note = (property: string | symbol) =>
			this.writes.push({
				property: String(property),
				requests: this.stage.sandbox.requests.length,
			});
		return new Proxy(data, {
			set: (target, property, value) => {
				note(property);
				return Reflect.set(target, property, value);
			},
			deleteProperty: (target, property) => {
				note(property);
				return Reflect.deleteProperty(target, property);
			},
		});
	}

	private load(): Workflow {
		const node: INode = {
			...createNode('WeChat Pay Trigger', TYPE, 1, {
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				...structuredClone(this.parameters),
			}),
			credentials: { wechatPayApi: { id: CREDENTIAL, name: 'Given' } },
		};
		return new Workflow({
			id: this.id,
			name: 'Watched',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: this.stage.engine.nodeTypes,
			staticData: structuredClone(this.saved),
		});
	}

	private nodeOf(workflow: Workflow): INode {
		return Object.values(workflow.nodes)[0];
	}

	private dataFor(workflow: Workflow, mode: 'trigger' | 'manual') {
		const { sandbox, engine } = this.stage;
		const credential = { ...sandbox.credential(this.options.credential) };
		return engine.createAdditionalData('', workflow, {
			credentials: { [CREDENTIAL]: credential },
			mode,
		});
	}
}

/** Parameters of a trigger that watches Account Cancellation. */
export const NEW_FLOW = { event: 'cancelWithdrawalChanged' };

/** An account with money on it, as an application of Account Cancellation lists it. */
export const account = (out_account_type: string) => ({ out_account_type, amount: 100 });

/** One stage for all tests of a file; faults end after each, and nothing waits before it is repeated. */
export function openStage(): Stage {
	const stage = new Stage();
	beforeAll(async () => {
		await stage.start();
		skipWaits();
	});
	afterEach(() => {
		stage.sandbox.clearFaults();
		stage.sandbox.latency = 0;
	});
	afterAll(async () => await stage.stop());
	return stage;
}

/** The engine with the built package, and a WeChat Pay to watch. */
export class Stage {
	engine!: Engine;

	sandbox!: Sandbox;

	private hours = 0;

	private applications = 0;

	async start(): Promise<void> {
		this.sandbox = await Sandbox.start({ keys: await sandboxKeys(), now: () => Date.now() });
		this.engine = await Engine.start();
	}

	async stop(): Promise<void> {
		await this.sandbox.stop();
		await this.engine.stop();
		// Last: tries that are still under way must find nobody, and not wait long in between.
		jest.restoreAllMocks();
	}

	/** A trigger for the old flow, or with parameters of its own; as fast as it goes unless they say otherwise. */
	watch(
		numbers: string[] | string,
		parameters: INodeParameters = {},
		more: Partial<WatcherOptions> = {},
	): Watcher {
		const given = Array.isArray(numbers) ? numbers.join(', ') : numbers;
		return new Watcher(this, { parameters: unpaced({ numbers: given, ...parameters }), ...more });
	}

	/** Moves the clock of n8n and WeChat Pay forward; it goes on from there. */
	later(hours: number): void {
		this.hours += hours;
		if (jest.isMockFunction(Date.now)) return;
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + this.hours * 3_600_000);
	}

	/** Puts an application of the old flow there, as if it had been created. */
	addApplication(number: string, state = 'REVIEWING'): void {
		const now = Date.now();
		this.sandbox.state.put({
			flow: 'cancelApplication',
			number,
			sub_mchid: '1900000109',
			materials: [],
			state,
			request: '',
			created: now,
			updated: now,
			lastRequest: now,
			requests: 1,
		});
	}

	/** Puts an application of the new flow there; with accounts it asks for their money. */
	addWithdrawal(
		number: string,
		accounts: CancelWithdrawal['accounts'] = [],
		more: Partial<CancelWithdrawal> = {},
	): void {
		const now = Date.now();
		this.sandbox.state.put({
			flow: 'cancelWithdrawal',
			number,
			applymentId: `7${now}`,
			sub_mchid: '1900000109',
			withdraw: accounts.length > 0 ? 'APPLY_WITHDRAW' : 'NOT_APPLY_WITHDRAW',
			state: 'REVIEWING',
			description: '审核中',
			accounts,
			requestDigest: '',
			materials: [],
			created: now,
			updated: now,
			requests: 1,
			decrypted: {},
			...more,
		});
	}

	/** Puts so many applications of the old flow there, under numbers of their own. */
	addApplications(count: number): string[] {
		const numbers = Array.from({ length: count }, () => `APP${++this.applications}`);
		numbers.forEach((number) => this.addApplication(number));
		return numbers;
	}

	/** Has every request for a number fail. */
	fail(number: string, rule: Omit<FaultRule, 'match'>): ReturnType<Sandbox['fault']> {
		return this.sandbox.fault({ count: Infinity, ...rule, match: { number } });
	}

	/** Resolves once the sandbox has seen so many requests more. */
	async requests(count: number): Promise<void> {
		const until = this.sandbox.requests.length + count;
		const end = performance.now() + PATIENCE_MS;
		while (this.sandbox.requests.length < until && performance.now() < end) await turnOfTheLoop();
	}

	/** What nodes wrote into n8n's log as a warning during `action`. */
	async warningsOf(action: () => Promise<unknown>): Promise<string[]> {
		const warn = jest.spyOn(Container.get(Logger), 'warn').mockReturnValue(undefined);
		await action();
		const messages = warn.mock.calls.map(([message]) => message);
		warn.mockRestore();
		return messages;
	}

	/** What `action` asked WeChat Pay for. */
	async requestsOf(action: () => Promise<unknown>): Promise<RequestLogEntry[]> {
		const before = this.sandbox.requests.length;
		await action();
		return this.sandbox.requests.slice(before);
	}
}

/** The error of a poll or an activation; fails when there is none, or one that is not ours. */
export async function failureOf(action: Promise<unknown>): Promise<NodeApiError> {
	const error: unknown = await action.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof NodeApiError) return error;
	throw new Error(`No NodeApiError, but ${String(error)}`);
}

/** The same for what is refused before anything is sent. */
export async function refusalOf(action: Promise<unknown>): Promise<NodeOperationError> {
	const error: unknown = await action.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof NodeOperationError) return error;
	throw new Error(`No NodeOperationError, but ${String(error)}`);
}
