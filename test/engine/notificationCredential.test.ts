import { randomUUID } from 'node:crypto';
import type { SandboxKeys } from '../../sandbox';
import { sandboxKeys } from '../support/keys';
import { openDesk } from '../support/notifications';
import { until } from '../support/wait';

// What a notification is verified with: the credential as n8n last gave it, and the raw bytes of the body.

let keys: SandboxKeys;
const desk = openDesk(
	() => ({ keys }),
	async () => {
		keys = await sandboxKeys();
	},
);

const deliver = async (headers: Record<string, string> = {}): Promise<number> => {
	const body = desk.seal({});
	return (await desk.deliver(body, { ...desk.sign(body), ...headers })).status;
};

const WRONG = { apiV3SecretKey: 'x'.repeat(32) };

const now = Date.now.bind(Date);

/** Sets the clock this far ahead of the real one. */
function setClock(ms: number): void {
	jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

describe('changed credential', () => {
	it('is used after five seconds, so that a repeated notification is accepted', async () => {
		desk.credential = WRONG;
		expect(await deliver()).toBe(500);
		desk.credential = {};
		expect(await deliver()).toBe(500);
		setClock(5_001);
		expect(await deliver()).toBe(200);
		expect(desk.items).toHaveLength(1);
	});

	it('is used after five seconds even if another notification arrives in between', async () => {
		expect(await deliver()).toBe(200);
		desk.credential = WRONG;
		setClock(3_000);
		expect(await deliver()).toBe(200);
		setClock(6_000);
		expect(await deliver()).toBe(500);
	});

	it('is used even if the clock was set back', async () => {
		expect(await deliver()).toBe(200);
		desk.credential = WRONG;
		setClock(-60_000);
		expect(await deliver()).toBe(500);
	});

	it('is used at once while a user listens for a test event', async () => {
		expect(await deliver()).toBe(200);
		desk.credential = WRONG;
		desk.isListening = true;
		expect(await deliver()).toBe(500);
	});

	it('is used at once if another credential is chosen in the node', async () => {
		expect(await deliver()).toBe(200);
		desk.credential = WRONG;
		desk.credentialId = randomUUID();
		expect(await deliver()).toBe(500);
	});

	it('is used at once by another workflow', async () => {
		expect(await deliver()).toBe(200);
		desk.credential = WRONG;
		desk.workflowId = randomUUID();
		expect(await deliver()).toBe(500);
	});
});

describe('reading the credential', () => {
	it('happens once for concurrent notifications', async () => {
		let release = () => {};
		const released = new Promise<void>((resolve) => (release = resolve));
		desk.beforeReading = async () => await released;
		const sent = Promise.all([deliver(), deliver(), deliver()]);
		await until(() => desk.calls === 3);
		release();
		expect(await sent).toEqual([200, 200, 200]);
		expect(desk.readings).toBe(1);
	});

	it('is attempted again by the next notification if it failed', async () => {
		desk.beforeReading = async () => {
			throw new Error('the database is locked');
		};
		expect(await deliver()).toBe(500);
		desk.beforeReading = async () => {};
		expect(await deliver()).toBe(200);
		expect(desk.failures).toEqual([]);
	});
});

describe.each([1, 2])('raw body in node version %i', (typeVersion) => {
	beforeEach(() => {
		desk.typeVersion = typeVersion;
	});

	it.each(['application/json; charset=utf-8', 'text/plain', 'application/octet-stream', ''])(
		'is accepted with the content type "%s"',
		async (contentType) => {
			expect(await deliver({ 'content-type': contentType })).toBe(200);
			expect(desk.items).toHaveLength(1);
		},
	);

	it('is rejected if it is a multipart form, empty or unsigned', async () => {
		for (const type of ['multipart/form-data', 'Multipart/Form-Data']) {
			expect(await deliver({ 'content-type': `${type}; boundary=x` })).toBe(401);
		}
		expect((await desk.deliver(Buffer.alloc(0), {})).status).toBe(401);
		const xml = { 'content-type': 'text/xml' };
		expect((await desk.deliver(Buffer.from('<xml>'), xml)).status).toBe(401);
		expect([desk.executions, desk.failures]).toEqual([[], []]);
	});
});

it('a truncated body starts no execution', async () => {
	desk.isCutOff = true;
	expect(await deliver({ 'content-type': 'application/octet-stream' })).toBe(401);
	expect([desk.executions, desk.failures]).toEqual([[], []]);
	expect(desk.logs).toHaveLength(1);
});
