import { Sandbox, type SandboxKeys, type SandboxOptions } from '../../sandbox';
import { sandboxKeys } from '../support/keys';
import { send, type RawReply } from './client';
import { Receiver, type Received } from './receiver';

/** Six hours become a fifth of a second. */
const SPEED = 100_000;

/** A sandbox that sends notifications, and the merchant's server that receives them; both are new for each test. */
class NotifiedStage {
	keys!: SandboxKeys;
	sandbox!: Sandbox;
	receiver!: Receiver;
	/** Milliseconds by which the clock of the sandbox is ahead of the real one. */
	ahead = 0;

	async start(options: (stage: NotifiedStage) => SandboxOptions): Promise<void> {
		this.ahead = 0;
		this.receiver = await Receiver.start();
		await this.open(options(this));
	}

	/** Stops the sandbox and starts another one. */
	async replaceSandbox(options: SandboxOptions): Promise<void> {
		await this.sandbox.stop();
		await this.open(options);
	}

	private async open({ notify, ...options }: SandboxOptions): Promise<void> {
		this.sandbox = await Sandbox.start({
			keys: this.keys,
			now: () => Date.now() + this.ahead,
			notify: { speed: SPEED, ...notify },
			...options,
		});
	}

	async stop(): Promise<void> {
		await this.sandbox.stop();
		await this.receiver.stop();
	}

	async control(method: string, path: string, body?: object): Promise<RawReply> {
		return await send(this.sandbox, {
			method,
			path: `/sandbox${path}`,
			...(body ? { body: JSON.stringify(body) } : {}),
			headers: { 'Content-Type': 'application/json' },
		});
	}

	/** Sends a notification with the control of the sandbox. */
	async notify(body: object): Promise<RawReply> {
		return await this.control('POST', '/notify', body);
	}

	/** Waits until nothing is being sent or repeated; returns everything that was received. */
	async all(): Promise<Received[]> {
		await this.sandbox.notifications.settled();
		return this.receiver.received;
	}
}

/** Opens the stage before each test of a file, and closes it afterwards. */
export function openNotified(options: (stage: NotifiedStage) => SandboxOptions): NotifiedStage {
	const stage = new NotifiedStage();
	beforeAll(async () => {
		stage.keys = await sandboxKeys(1);
	});
	beforeEach(async () => await stage.start(options));
	afterEach(async () => await stage.stop());
	return stage;
}
