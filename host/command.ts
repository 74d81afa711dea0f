/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { startChild } from './child';

/** Runs a command to its end: returns its output, or rejects with all that it wrote. It does not outlive this process. */
export async function run(
	command: string,
	args: string[],
	cwd: string,
	env: NodeJS.ProcessEnv = { ...process.env },
): Promise<string> {
	return await new Promise((resolve, reject) => {
		const child = startChild(command, args, { cwd, env });
		let out = '';
		let all = '';
		child.stdout.on('data', (chunk: Buffer) => {
			out += chunk.toString();
			all += chunk.toString();
		});
		child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) resolve(out);
			else reject(new Error(`${command} ${args.join(' ')}\n${all.trim().slice(-4000)}`));
		});
	});
}
