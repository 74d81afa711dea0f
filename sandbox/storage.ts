/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import {
	appendFileSync,
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateKeys, type SandboxKeys } from './keys';
import type { StateRecord } from './state';

/** Only the owner may read the files: they contain private keys. */
const MODE = 0o600;

/** Writes a file so that a crash leaves either the old or the new one, never a part. */
function replaceFile(path: string, text: string): void {
	const temporary = `${path}.${process.pid}.tmp`;
	const file = openSync(temporary, 'w', MODE);
	writeSync(file, text);
	fsyncSync(file);
	closeSync(file);
	renameSync(temporary, path);
}

/**
 * Keys and state of a sandbox in a folder. The state is a journal: one line for each change, appended
 * before the response is sent. So a killed sandbox loses nothing that it confirmed, and a change does not
 * rewrite a large file. The journal is compacted at every start.
 */
export class Storage {
	private readonly keysPath: string;
	private readonly journalPath: string;

	constructor(directory: string) {
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		this.keysPath = join(directory, 'keys.json');
		this.journalPath = join(directory, 'state.jsonl');
	}

	/** The keys of earlier runs; new ones at the first run. */
	async keys(options: { platformCertificates: number }): Promise<SandboxKeys> {
		if (existsSync(this.keysPath)) {
			return JSON.parse(readFileSync(this.keysPath, 'utf8')) as SandboxKeys;
		}
		const keys = await generateKeys(options);
		this.saveKeys(keys);
		return keys;
	}

	saveKeys(keys: SandboxKeys): void {
		replaceFile(this.keysPath, `${JSON.stringify(keys, null, 2)}\n`);
	}

	/** The stored records, oldest first; a later record of the same thing replaces the earlier one. */
	load(): StateRecord[] {
		if (!existsSync(this.journalPath)) return [];
		const lines = readFileSync(this.journalPath, 'utf8').split('\n');
		// Text after the last line break is an incomplete record: its change was never confirmed.
		lines.pop();
		return lines.map((line, index) => {
			const record = parse(line);
			if (!record) throw new Error(`${this.journalPath}, line ${index + 1}, cannot be read.`);
			return record;
		});
	}

	compact(records: Iterable<StateRecord>): void {
		const lines = [...records].map((record) => `${JSON.stringify(record)}\n`);
		replaceFile(this.journalPath, lines.join(''));
	}

	append(record: StateRecord): void {
		appendFileSync(this.journalPath, `${JSON.stringify(record)}\n`, { mode: MODE });
	}
}

function parse(line: string): StateRecord | undefined {
	try {
		return JSON.parse(line) as StateRecord;
	} catch {
		return undefined;
	}
}
