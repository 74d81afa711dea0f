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

/** The messages that a document quotes, marked by a pattern, with the document. */
const quotedIn = (file: string, pattern: RegExp): Array<[file: string, message: string]> =>
	[...readFileSync(join(__dirname, '../../docs', file), 'utf8').matchAll(pattern)]
		.map(([, message]): [string, string] => [file, message])
		.filter(([, message]) => piecesOf(message).length > 0);

const onPage = quotedIn('errors.md', /\*\*(.+?)\*\*/g);
const inGuide = quotedIn('guide.zh-CN.md', /^\| `([^`]+)`/gm);

it('the documents quote many error messages', () => {
	expect(onPage.length).toBeGreaterThan(100);
	expect(inGuide.length).toBeGreaterThan(5);
});

it.each([...onPage, ...inGuide])('docs/%s quotes an existing message: %s', (_file, message) => {
	expect(piecesOf(message).filter((piece) => !shown.includes(piece))).toEqual([]);
});
