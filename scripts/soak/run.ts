import type { Engine, EngineItem } from '../../engine';
import { pairUp, type Said, type Wanted } from './check';
import { digestOf, makeImage } from '../support/images';
import type { SandboxProcess } from '../support/sandbox-process';
import { createParameters, nodeOptions } from '../support/workflow';

const IMAGE_BYTES = 1024;
/** Applications in one execution: a spreadsheet. A credential that looks wrong stops one of these. */
const PER_EXECUTION = 200;
/** Executions side by side, as n8n runs them. */
const AT_A_TIME = 4;
/** The one limit that has to do with waiting: what cannot be done in so many rounds is not done. */
const MOST_ROUNDS = 60;

const imageOf = (number: string, form: 'sp' | 'sub'): Buffer =>
	makeImage(IMAGE_BYTES, `${form} ${number}`);

/** The applications of a phase: each with a number, a merchant and images of its own. */
export function want(count: number, phase: number, seed: number): Wanted[] {
	return Array.from({ length: count }, (_, index) => {
		const number = `S${seed}P${phase}N${index}`;
		const digests: Wanted['digests'] = [
			digestOf(imageOf(number, 'sp')),
			digestOf(imageOf(number, 'sub')),
		];
		return { number, subMchid: String(1_900_000_000 + phase * 1_000_000 + index), digests };
	});
}

const toItem = ({ number, subMchid }: Wanted): EngineItem => ({
	json: { sub_mchid: subMchid, out_apply_no: number },
	binary: {
		sp_form: { fileName: 'sp.jpg', data: imageOf(number, 'sp') },
		sub_form: { fileName: 'sub.jpg', data: imageOf(number, 'sub') },
	},
});

export interface Course {
	said: Said[];
	rounds: number;
	executions: number;
	/** What does not add up, whatever the server holds. */
	mistakes: string[];
	/** What was not done in the end, and why. */
	open: Array<{ number: string; reason: string }>;
}

/**
 * Runs the applications through n8n, and what was not done once more with the same numbers, until
 * all are done. `signal` gives up.
 */
export async function runUntilDone(
	engine: Engine,
	sandbox: SandboxProcess,
	credential: Parameters<Engine['run']>[0]['credential'],
	wanted: readonly Wanted[],
	signal: AbortSignal,
	progress: (done: number, round: number) => void,
): Promise<Course> {
	const course: Course = { said: [], rounds: 0, executions: 0, mistakes: [], open: [] };
	const parameters = createParameters({ batchSize: 50, requestsPerSecond: 0 });
	const reasons = new Map<string, string>();
	let left = [...wanted];
	let there = await numbersAt(sandbox);
	while (left.length > 0 && course.rounds < MOST_ROUNDS && !signal.aborted) {
		course.rounds += 1;
		const said: ReturnType<typeof pairUp>['said'] = [];
		const execute = async (batch: Wanted[]): Promise<void> => {
			course.executions += 1;
			const { main, error } = await engine.run({
				items: batch.map(toItem),
				parameters,
				nodeOptions,
				credential,
				cancelSignal: signal,
			});
			if (error && !signal.aborted) course.mistakes.push(`An execution stopped: ${error.message}`);
			const pairs = pairUp(batch, main);
			if (!signal.aborted) course.mistakes.push(...pairs.mistakes);
			said.push(...pairs.said);
		};
		await sideBySide(inBatches(left), AT_A_TIME, execute);

		const before = there;
		there = await numbersAt(sandbox);
		const touched = new Set((await sandbox.counts()).touched);
		for (const one of said) {
			const { number, digests } = one.wanted;
			const wasTouched = [number, ...digests].some((trace) => touched.has(trace));
			const [wasThere, isThere] = [before.has(number), there.has(number)];
			course.said.push({ ...one, wasThere, isThere, wasTouched });
			if (one.isError) reasons.set(number, String(one.json.message ?? one.json.error));
		}
		const done = new Set(said.filter((one) => !one.isError).map((one) => one.wanted.number));
		left = left.filter(({ number }) => !done.has(number));
		progress(wanted.length - left.length, course.rounds);
	}
	course.open = left.map(({ number }) => ({ number, reason: reasons.get(number) ?? 'never run' }));
	return course;
}

async function numbersAt(sandbox: SandboxProcess): Promise<Set<string>> {
	const { applications } = await sandbox.truth();
	return new Set(applications.map(({ number }) => number));
}

function inBatches(wanted: readonly Wanted[]): Wanted[][] {
	const batches: Wanted[][] = [];
	for (let at = 0; at < wanted.length; at += PER_EXECUTION) {
		batches.push(wanted.slice(at, at + PER_EXECUTION));
	}
	return batches;
}

async function sideBySide<T>(
	all: readonly T[],
	atATime: number,
	work: (one: T) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < all.length) await work(all[next++]);
	};
	await Promise.all(Array.from({ length: atATime }, worker));
}
