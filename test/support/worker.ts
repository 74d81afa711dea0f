/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Engine, type NodeRun } from '../../scripts/engine';

/**
 * An engine in a process of its own, as a worker of n8n's queue mode is: nothing is shared with another
 * but the server. Started from a test it is a `Worker`; the process itself runs the lines at the end.
 */
export class Worker {
	private constructor(private readonly child: ChildProcess) {}

	/** Resolves when the engine has loaded the package. */
	static async start(): Promise<Worker> {
		const child = fork(__filename, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
		await once(child, 'message');
		return new Worker(child);
	}

	/** The JSON of what came out, output by output. */
	async run(run: NodeRun): Promise<Array<Array<Record<string, unknown>>>> {
		this.child.send(run);
		const [outputs] = (await once(this.child, 'message')) as [
			Array<Array<Record<string, unknown>>>,
		];
		return outputs;
	}

	async stop(): Promise<void> {
		const exit = once(this.child, 'exit');
		this.child.disconnect();
		await exit;
	}
}

async function work(): Promise<void> {
	const engine = await Engine.start();
	process.on('message', (run: NodeRun) => {
		void engine.run(run).then(({ main }) => {
			process.send?.(main.map((items) => items.map(({ json }) => json)));
		});
	});
	process.once('disconnect', () => void engine.stop());
	process.send?.('ready');
}

if (require.main === module && process.send) void work();
