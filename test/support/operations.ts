/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ACTIONS = join(__dirname, '../../nodes/WechatPay/actions');
const ENDING = '.operation.ts';

export interface Choice {
	resource: string;
	operation: string;
}

/** Every operation that has a file of its own, sorted: a new one needs no entry in a list. */
export const OPERATIONS: Choice[] = readdirSync(ACTIONS, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.flatMap(({ name: resource }) =>
		readdirSync(join(ACTIONS, resource))
			.filter((file) => file.endsWith(ENDING))
			.map((file) => ({ resource, operation: file.slice(0, -ENDING.length) })),
	)
	.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

export function nameOf({ resource, operation }: Choice): string {
	return `${resource}/${operation}`;
}
