// Runs a command that ends when the one who started it ends, whatever ended that one: a kill that no
// handler sees, too. Left alone, npm would go on writing into a folder that the next run takes for its own.
// Started by child.ts: with a pipe as its input, and as the first of a process group.
//   node with-parent.mjs COMMAND [ARGUMENT ...]
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.once('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.once('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => child.kill('SIGTERM'));

// Nobody writes to it: it closes when the process at its other end is gone. All that the command has
// started is in the process group of this one.
process.stdin.resume().once('close', () => process.kill(-process.pid, 'SIGKILL'));
