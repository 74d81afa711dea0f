/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser } from 'playwright-core';

const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Starts the system's own Chromium or Chrome, without a window. */
export async function startChromium(): Promise<Browser> {
	const chosen = process.env.CHROMIUM;
	const executablePath = chosen ?? PLACES.find((place) => existsSync(place));
	if (!executablePath) {
		throw new Error(
			'There is no Chromium here. Install it (Debian: apt-get install chromium), or name it: CHROMIUM=/path/to/chromium',
		);
	}
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({ executablePath, args: FLAGS, headless: true });
}
