/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';

export interface Row {
	sub_mchid: string;
	out_apply_no: string;
}

export const rowOf = (prefix: string, index: number): Row => ({
	sub_mchid: String(1_910_000_000 + index),
	out_apply_no: `${prefix}${String(index).padStart(6, '0')}`,
});

export const CREATE = /\/cancel-applications$/;

/** Each number was accepted once: one create was answered with success, however often it was sent. */
export function assertOnce(sandbox: Sandbox, numbers: string[]): void {
	for (const number of numbers) {
		const accepted = sandbox.requests.filter(
			(request) =>
				request.number === number &&
				request.method === 'POST' &&
				request.status === 200 &&
				CREATE.test(request.path),
		);
		equal(accepted.length, 1, `${number} was accepted ${accepted.length} times`);
	}
}
