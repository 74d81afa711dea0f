/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readList } from '../../host/examples';
import { itemsOf } from '../executions';
import { BAD_ROWS, type Stage } from './stage';

const LARGE_PHOTO = 'm02-sp.jpg';

/** The list with photos, one of them too large, twice. */
export async function listToApplications({ check, sandbox, files, run }: Stage): Promise<void> {
	const expected = readList('merchants.csv')
		.filter((row) => row.expected === 'accepted')
		.map((row) => row.out_apply_no);
	await check('list to applications: a photo of 5 MB is prepared', () => {
		const photo = join(files, 'scans', LARGE_PHOTO);
		makeLarge(photo);
		const megabytes = statSync(photo).size / 1024 / 1024;
		ok(megabytes > 4.5 && megabytes < 6, `${megabytes} MB`);
	});

	await check(
		'list to applications: each valid row has an application, each invalid row a reason',
		async () => {
			const execution = await run('list to applications');
			deepEqual([...sandbox.applications.keys()].sort(), expected);
			for (const application of sandbox.applications.values()) {
				equal(application.requests, 1);
				equal(application.materials.length, 2);
			}
			equal(itemsOf(execution, "Merchant's form smaller").length, 1);
			const rows = itemsOf(execution, 'Result');
			equal(rows.length, 14);
			for (const row of rows) {
				equal(row.result, row.expected, JSON.stringify(row));
				if (row.result === 'refused') match(`${row.reason} ${row.what_to_do}`, /\w{3}.*\w{3}/);
			}
			const refused = rows.filter(({ result }) => result === 'refused');
			deepEqual(refused.map((row) => row.out_apply_no).sort(), [...BAD_ROWS].sort());
			ok(existsSync(join(files, 'result.xlsx')));
		},
	);

	await check('list to applications: another run creates no duplicates', async () => {
		const rows = itemsOf(await run('list to applications'), 'Result');
		deepEqual([...sandbox.applications.keys()].sort(), expected);
		for (const row of rows.filter(({ result }) => result === 'accepted')) {
			equal(String(row.already_existed), 'true');
		}
	});
}

/** Enlarges an image to what a phone makes of it. */
function makeLarge(file: string): void {
	try {
		const args = ['-resize', '2400x3360!', '+noise', 'Gaussian', '-quality', '85'];
		execFileSync('gm', ['convert', file, ...args, file], { stdio: 'pipe' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new Error(
			'The node Edit Image needs GraphicsMagick (gm). Install it (Debian: apt-get install graphicsmagick).',
		);
	}
}
