/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { IDataObject } from 'n8n-workflow';
import { Engine, type NodeRun } from '../../engine';

/**
 * An engine in a process of its own, as a worker of n8n's queue mode is: nothing is shared with another
 * but the server. The process itself runs the lines at the end.
 */
export class EngineProcess {
	private constructor(private readonly child: ChildProcess) {}

	/** Resolves when the engine has loaded the package. */
	static async start(): Promise<EngineProcess> {
		const child = fork(__filename, {
			execArgv: ['--require', 'tsx/cjs'],
			serialization: 'advanced',
		});
		await once(child, 'message');
		return new EngineProcess(child);
	}

	/** The JSON of what came out, output by output; undefined if the process was killed meanwhile. */
	async run(run: NodeRun): Promise<IDataObject[][] | undefined> {
		this.child.send(run);
		return await new Promise((resolve) => {
			this.child.once('message', (outputs) => resolve(outputs as IDataObject[][]));
			this.child.once('exit', () => resolve(undefined));
		});
	}

	/** Ends it once what it runs has ended; nothing is done if it was killed. */
	async stop(): Promise<void> {
		if (!this.child.connected) return;
		const exit = once(this.child, 'exit');
		this.child.disconnect();
		await exit;
	}

	/** Ends it where it stands, as `kill -9` does. */
	async kill(): Promise<void> {
		const exit = once(this.child, 'exit');
		this.child.kill('SIGKILL');
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
