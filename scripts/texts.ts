/* eslint-disable no-console -- runs outside n8n */
/**
 * `npm run texts`: every text that a user can meet, for reading them in one go: what the editor
 * shows, taken from the sources of the nodes and the credential, and what errors say.
 */
import { shownTexts } from './support/texts';

for (const [file, texts] of shownTexts()) {
	console.log(`\n${file}`);
	for (const text of texts) console.log(`  ${text}`);
}
