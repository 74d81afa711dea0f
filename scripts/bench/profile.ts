/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../demo/table';

/** Whose code it is, by the file's address; the first that fits. What fits none is its caller's. */
const OWNERS: ReadonlyArray<[string, RegExp]> = [
	['this package', /\/dist\/(nodes|credentials)\//],
	['this benchmark', /\/scripts\/|\/tsx\//],
	["axios, n8n's HTTP client", /node_modules\/(axios|follow-redirects|form-data|proxy-from-env)\//],
	['n8n: requests', /node_modules\/@n8n\/backend-network\//],
	['n8n: expressions, parameters', /node_modules\/(n8n-workflow|@n8n\/(tournament|expression))/],
	['n8n: engine', /node_modules\/(n8n-core|@n8n\/[^/]+)\//],
];
const SOCKETS = 'Node: connections and HTTP, as events';
const ALONE = new Map([
	['(garbage collector)', 'garbage collection'],
	['(program)', 'native code outside JavaScript'],
	['(idle)', 'idle'],
]);

function ownerOf(frame: { functionName: string; url: string }, caller: string): string {
	const alone = ALONE.get(frame.functionName);
	if (alone) return alone;
	return OWNERS.find(([, address]) => address.test(frame.url))?.[0] ?? caller;
}

/** Own time of each owner and, within this package, of each file; in microseconds. */
function attribute(profile: Profiler.Profile): {
	owners: Map<string, number>;
	files: Map<string, number>;
} {
	const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
	const own = new Map<number, number>();
	profile.samples?.forEach((id, index) => {
		own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
	});
	const owners = new Map<string, number>();
	const files = new Map<string, number>();
	const add = (sums: Map<string, number>, name: string, time: number) =>
		sums.set(name, (sums.get(name) ?? 0) + time);
	const visit = (id: number, caller: string, callingFile: string): void => {
		const node = nodes.get(id);
		if (!node) return;
		const { callFrame, children } = node;
		const owner = ownerOf(callFrame, caller);
		const isOurs = owner === OWNERS[0][0];
		const file = /\/dist\/(?:nodes\/WechatPay\/)?(.*)$/.exec(callFrame.url)?.[1] ?? callingFile;
		const time = own.get(id) ?? 0;
		add(owners, owner, time);
		if (isOurs) add(files, file, time);
		for (const child of children ?? []) visit(child, owner, file);
	};
	visit(profile.nodes[0].id, SOCKETS, '');
	return { owners, files };
}

function show(sums: Map<string, number>, requests: number, what: string, most: number): void {
	const all = [...sums].filter(([name]) => name !== 'idle').sort(([, a], [, b]) => b - a);
	const total = all.reduce((sum, [, time]) => sum + time, 0);
	const rows = all
		.slice(0, most)
		.map(([name, time]) => [
			(time / requests / 1000).toFixed(3),
			`${((100 * time) / total).toFixed(1)} %`,
			name,
		]);
	console.log(`\n${table(['ms a request', 'share', what], rows, 100)}`);
}

/** Profiles this process from now on; the answer ends it and prints where the time went. */
export function startProfile(requests: number): () => Promise<void> {
	const session = new Session();
	session.connect();
	session.post('Profiler.enable');
	session.post('Profiler.setSamplingInterval', { interval: 200 });
	session.post('Profiler.start');
	return async () => {
		const profile = await new Promise<Profiler.Profile>((resolve, reject) => {
			session.post('Profiler.stop', (error, stopped) =>
				error ? reject(error) : resolve(stopped.profile),
			);
		});
		const { owners, files } = attribute(profile);
		show(owners, requests, 'main thread, busy, by owner of the code', 20);
		show(files, requests, 'of that this package, by file', 12);
		const file = join(tmpdir(), `n8n-nodes-wechatpay-${process.pid}.cpuprofile`);
		writeFileSync(file, JSON.stringify(profile));
		console.log(`\nFlame graph: open ${file} in Chrome's or VS Code's profiler.`);
	};
}
