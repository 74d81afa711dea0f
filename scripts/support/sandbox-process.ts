/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { SandboxCredential } from '../../sandbox';
import type {
	Answer,
	Conditions,
	Counts,
	Money,
	Question,
	Questions,
	Truth,
} from './sandbox-child';

export type { Conditions, Counts, Money, Truth } from './sandbox-child';

interface Waiting {
	resolve: (answer: unknown) => void;
	reject: (error: Error) => void;
}

/** The sandbox in a process of its own: its work is not ours, and its word is independent of us. */
export class SandboxProcess {
	private readonly child: ChildProcess;
	private readonly waiting = new Map<number, Waiting>();
	private asked = 0;

	constructor() {
		this.child = fork(resolve(__dirname, 'sandbox-child.ts'));
		this.child.on('message', (said: Answer) => {
			const { resolve, reject } = this.waiting.get(said.id) ?? {};
			this.waiting.delete(said.id);
			if ('error' in said) reject?.(new Error(said.error));
			else resolve?.(said.answer);
		});
		this.child.on('exit', (code) => {
			for (const { reject } of this.waiting.values()) {
				reject(new Error(`The sandbox ended with code ${code}.`));
			}
			this.waiting.clear();
		});
	}

	/** Starts anew, with nothing in it. */
	async start(conditions: Conditions): Promise<SandboxCredential> {
		return await this.ask('start', conditions);
	}

	async truth(): Promise<Truth> {
		return await this.ask('truth', {});
	}

	async size(): Promise<number> {
		return await this.ask('size', {});
	}

	async money(): Promise<Money> {
		return await this.ask('money', {});
	}

	async withdrawn(): Promise<number> {
		return await this.ask('withdrawn', {});
	}

	async counts(): Promise<Counts> {
		return await this.ask('counts', {});
	}

	stop(): void {
		this.child.kill();
	}

	private async ask<A extends keyof Questions>(
		ask: A,
		conditions: Questions[A]['with'],
	): Promise<Questions[A]['answer']> {
		const question: Question = { id: ++this.asked, ask, with: conditions };
		return await new Promise<Questions[A]['answer']>((resolve, reject) => {
			this.waiting.set(question.id, { resolve: resolve as Waiting['resolve'], reject });
			this.child.send(question, (error) => error && reject(error));
		});
	}
}
