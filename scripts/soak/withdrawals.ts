import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { NodeRun } from '../../engine';
import { EngineProcess } from '../support/engine-process';
import type { SandboxProcess } from '../support/sandbox-process';
import { nodeOptions } from '../support/workflow';
import { BEFORE, type WantedWithdrawal } from './checkMoney';

const MOST_ROUNDS = 60;
/** So many are in flight that `kill -9` finds some between the POST and what follows it. */
const IN_FLIGHT = 20;
const LATENCY_MS = 10;

const parameters: INodeParameters = {
	resource: 'withdrawal',
	operation: 'create',
	subMchid: '={{ $json.sub_mchid }}',
	outRequestNo: '={{ $json.out_request_no }}',
	amount: '={{ $json.amount }}',
	accountType: 'BASIC',
	options: { batching: { batch: { batchSize: IN_FLIGHT } }, requestsPerSecond: 0 },
};

/** Each with a number, a sub-merchant and an amount of its own. */
export const wantWithdrawals = (count: number, seed: number): WantedWithdrawal[] =>
	Array.from({ length: count }, (_, index) => ({
		number: `W${seed}N${index}`,
		subMchid: String(1_800_000_000 + index),
		amount: 10_000 + index,
	}));

/** What the sandbox starts with: everybody has the money for many withdrawals. */
export const moneyFor = (wanted: readonly WantedWithdrawal[], faults: string, seed: number) => ({
	faults,
	seed,
	latency: LATENCY_MS,
	available: Object.fromEntries(wanted.map(({ subMchid }) => [subMchid, BEFORE])),
});

export interface WithdrawalCourse {
	/** Out of the first output, of all processes. */
	said: IDataObject[];
	rounds: number;
	executions: number;
	mistakes: string[];
}

/**
 * Withdraws with a process that is killed on the way, then with two at once, each again and again until
 * it has said of every number that it is done, and then once more. `signal` gives up.
 */
export async function withdrawUntilDone(
	sandbox: SandboxProcess,
	credential: NodeRun['credential'],
	wanted: readonly WantedWithdrawal[],
	signal: AbortSignal,
): Promise<WithdrawalCourse> {
	const course: WithdrawalCourse = { said: [], rounds: 0, executions: 0, mistakes: [] };
	const processes = await Promise.all([1, 2, 3].map(async () => await EngineProcess.start()));
	const [doomed, ...pair] = processes;
	const execute = async (engine: EngineProcess, batch: readonly WantedWithdrawal[]) => {
		course.executions += 1;
		return await engine.run({ items: batch.map(toItem), parameters, nodeOptions, credential });
	};
	try {
		const killed = execute(doomed, wanted);
		while ((await sandbox.withdrawn()) < wanted.length / 4 && !signal.aborted);
		await doomed.kill();
		if ((await killed) !== undefined) course.mistakes.push('It was done before it was killed');

		const left = pair.map(() => [...wanted]);
		while (left.some((batch) => batch.length > 0) && course.rounds < MOST_ROUNDS) {
			if (signal.aborted) break;
			course.rounds += 1;
			await Promise.all(
				pair.map(async (engine, index) => {
					const [done = []] = (await execute(engine, left[index])) ?? [];
					course.said.push(...done);
					const numbers = new Set(done.map(({ out_request_no }) => out_request_no));
					left[index] = left[index].filter(({ number }) => !numbers.has(number));
				}),
			);
		}
		for (const { number } of left.flat()) course.mistakes.push(`${number} is not done`);
		if (signal.aborted) return course;
		// Once more, after all are done: nothing moves.
		const [again = []] = (await execute(pair[0], wanted)) ?? [];
		course.said.push(...again);
		return course;
	} finally {
		await Promise.all(pair.map(async (engine) => await engine.stop()));
	}
}

const toItem = ({ number, subMchid, amount }: WantedWithdrawal) => ({
	json: { sub_mchid: subMchid, out_request_no: number, amount },
});
