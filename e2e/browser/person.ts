/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Context } from '../context';
import { OWNER, until, type N8n } from '../../host/n8n';
import { ROOT } from '../../host/package-tarball';

/** Where the picture of every step is left, for people to look at. */
export const STEPS = join(ROOT, '.cache', 'e2e');

/** What a person does with the editor. */
export class Person {
	private step = 0;

	constructor(
		readonly page: Page,
		readonly n8n: N8n,
		private readonly context: Context,
	) {}

	/** Leaves a picture of this step; with a name for the README also there, if those are made anew. */
	async looks(step: string, picture?: string): Promise<void> {
		const number = String(++this.step).padStart(2, '0');
		await this.page.screenshot({ path: join(STEPS, `${number}-${step}.png`) });
		if (!picture || !this.context.updatesPictures) return;
		const pictures = join(ROOT, 'docs', 'pictures');
		mkdirSync(pictures, { recursive: true });
		const path = join(pictures, `${picture}.jpg`);
		// Messages of n8n would cover a corner of the picture.
		const style = '.el-notification { display: none; }';
		await this.page.screenshot({ path, type: 'jpeg', quality: 85, style });
	}

	async opens(path: string): Promise<void> {
		await this.page.goto(`${this.n8n.url}${path}`);
	}

	async logsIn(): Promise<void> {
		await this.opens('/signin');
		await this.page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
		await this.page.locator('input[name="password"]').fill(OWNER.password);
		await this.page.getByTestId('form-submit-button').click();
		await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	}

	/** The field of a parameter, in whatever is open. */
	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`).locator('visible=true').first();
	}

	async types(name: string, text: string): Promise<void> {
		const input = this.field(name).locator('input, textarea').first();
		await input.fill(text);
		// Leaving the field is what makes the editor take the text at once.
		await input.press('Tab');
	}

	/** Pastes, as from a text editor. */
	async pastes(name: string, text: string): Promise<void> {
		await this.page.evaluate(async (copied) => await navigator.clipboard.writeText(copied), text);
		await this.field(name).locator('textarea').click();
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.press('ControlOrMeta+V');
		await this.page.keyboard.press('Tab');
	}

	/** Opens a node of the workflow. */
	async opensNode(name: string): Promise<void> {
		await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
		await this.page.getByTestId('ndv').waitFor();
	}

	/** Waits until the open node shows this credential. It shows the ID until it has loaded the name. */
	async seesCredential(name: string): Promise<void> {
		const input = this.page.getByTestId('node-credentials-select').locator('input').first();
		await until(`the credential ${name}`, 10_000, async () => (await input.inputValue()) === name);
	}

	/** Chooses from the list of a parameter, or of what is given. */
	async chooses(from: string | Locator, label: string): Promise<void> {
		const list = this.page.locator('.el-select-dropdown:visible, [role=listbox]:visible').last();
		await (typeof from === 'string' ? this.field(from) : from).click();
		await list.getByText(label, { exact: true }).first().click();
		await list.waitFor({ state: 'hidden' });
	}

	/** Executes the step that is open, and waits until it is over. */
	async executes(): Promise<void> {
		const { page } = this;
		const answer = page.waitForResponse((response) => /\/run(\?|$)/.test(response.url()));
		await page.getByTestId('node-execute-button').click();
		await answer;
		const button = page.getByTestId('node-execute-button');
		// Its text is gone while it turns.
		await until('the end of the step', 30_000, async () =>
			/Execute step/.test(await button.innerText()),
		);
	}

	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}
}
