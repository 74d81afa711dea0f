// Runs a command that ends with the process that started it, even if that was killed. Otherwise npm would
// continue to write into a folder that the next run uses.
// Started by child.ts with a pipe as its input, and as the leader of a process group.
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

// Nothing is written to the pipe: it closes when the process at its other end has ended. All processes
// that the command has started are in the process group of this one.
process.stdin.resume().once('close', () => process.kill(-process.pid, 'SIGKILL'));
