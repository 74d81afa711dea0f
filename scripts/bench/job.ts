/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { join } from 'node:path';
import type { SandboxCredential } from '../../sandbox';
import type { Contender } from './plan';

/** What one child process does: two uploads and one create for each merchant. */
export interface Job {
	contender: Contender;
	merchants: number;
	inFlight: number;
	/** 0 for no cap; only our node has one. */
	requestsPerSecond: number;
	/** Folder with `images` files, `0.jpg` and so on. */
	folder: string;
	images: number;
}

/** What the work needs: whom to send to, and how many. */
export interface Work {
	credential: SandboxCredential;
	merchants: number;
}

/** A contender that is ready to work. `begin` is called when the sending begins. */
export interface Worker {
	work(work: Work, begin: () => void): Promise<void>;
	end(): Promise<void>;
	/** What it leaves behind if it is not ended. */
	folder?: string;
}

export interface Measurement {
	seconds: number;
	cpuMs: number;
	/** The most that the process ever took, in MB. */
	peakMb: number;
}

/** From the child: warmed up, or done. */
export type ChildMessage = { ready: true } | { done: Measurement } | { failed: string };

export const numberOf = (merchant: number): string => `B${String(merchant).padStart(9, '0')}`;
export const subMchidOf = (merchant: number): string => String(1_900_000_000 + merchant);

/** The two images of a merchant; there are fewer files than merchants. */
export const imagesOf = (job: Job, merchant: number): { sp: string; sub: string } => ({
	sp: join(job.folder, `${(2 * merchant) % job.images}.jpg`),
	sub: join(job.folder, `${(2 * merchant + 1) % job.images}.jpg`),
});

/** Measures this process from `start` to `stop`. */
export class Meter {
	private cpu = process.cpuUsage();
	private at = performance.now();

	start(): void {
		this.cpu = process.cpuUsage();
		this.at = performance.now();
	}

	stop(): Measurement {
		const seconds = (performance.now() - this.at) / 1000;
		const { user, system } = process.cpuUsage(this.cpu);
		return {
			seconds,
			cpuMs: (user + system) / 1000,
			peakMb: process.resourceUsage().maxRSS / 1024,
		};
	}
}
