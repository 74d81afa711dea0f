/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shownTexts } from '../../scripts/support/texts';

/** Labels and values are gaps, in the documents as in the sources. */
const withGaps = (text: string): string => text.replace(/"[^"]*"|\{…\}|…|`[^`]*`/g, '\0');

const shown = shownTexts()
	.flatMap(([, texts]) => texts)
	.map(withGaps)
	.join('\n');

/** What stands between the gaps; codes and what WeChat Pay itself says are not the nodes' own. */
const piecesOf = (message: string): string[] =>
	withGaps(message)
		.split('\0')
		.map((piece) => piece.replace(/^[\s():;,.]+|[\s():;,.]+$/g, ''))
		.filter((piece) => / /.test(piece) && /[a-z]/.test(piece) && !/\p{Script=Han}/u.test(piece));

const quoted = [
	...readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8').matchAll(/\*\*(.+?)\*\*/g),
]
	.map(([, message]) => message)
	.filter((message) => piecesOf(message).length > 0);

it('quotes many messages', () => {
	expect(quoted.length).toBeGreaterThan(100);
});

it.each(quoted)('docs/errors.md quotes a message as the nodes say it: %s', (message) => {
	expect(piecesOf(message).filter((piece) => !shown.includes(piece))).toEqual([]);
});
