import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { CANCEL_MEDIA, type Media } from '../../nodes/WechatPay/protocol/media';
import { ItemTransport } from '../../nodes/WechatPay/transport';
import type { OutgoingRequest } from '../../nodes/WechatPay/transport/outgoingRequest';
import { Run } from '../../nodes/WechatPay/transport/run';

// The memory of an upload may be used again once nothing can be reading it, and never before.

const { privateKey }: { privateKey: KeyObject } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
});

interface Reply {
	statusCode: number;
	headers: Record<string, string>;
	body: Buffer;
}

const taken: Reply = { statusCode: 200, headers: {}, body: Buffer.from('{"media_id":"A"}') };
const busy: Reply = {
	statusCode: 500,
	headers: { 'retry-after': '0' },
	body: Buffer.from('{"code":"SYSTEM_ERROR","message":"系统繁忙"}'),
};

/** A run whose requests are answered with these; `sent` holds the bodies, as they are in memory. */
function aRun(...replies: Array<Reply | Error>) {
	const sent: Buffer[] = [];
	const send = async ({ body }: OutgoingRequest) => {
		sent.push(body as Buffer);
		const reply = replies.shift() ?? taken;
		if (reply instanceof Error) throw reply;
		return await Promise.resolve(reply);
	};
	const signer = { mchid: '1900007291', serial: 'AB', privateKey };
	const run = new Run(
		{ fingerprint: 'test', signer, origins: ['http://127.0.0.1'], trust: { mode: 'none' } },
		send,
		{ requestsPerSecond: 0, maxAttempts: 2 },
	);
	const upload = async (content: Buffer): Promise<void> => {
		const item = new ItemTransport(run, new Map(), new Set());
		await item.upload('/v3/media', item.pack(media(content), CANCEL_MEDIA));
	};
	return { sent, upload };
}

const media = (content: Buffer): Media => ({
	content,
	type: { extension: 'png', mime: 'image/png', aliases: [] },
	givenName: 'a.png',
});

it('uses the memory of a picture that arrived for the next one', async () => {
	const { sent, upload } = aRun();
	await upload(randomBytes(5000));
	const content = randomBytes(5000);
	await upload(content);
	expect(sent[1].buffer).toBe(sent[0].buffer);
	expect(sent[1].includes(content)).toBe(true);
});

it.each([
	['larger', 1000, 9000],
	['smaller', 9000, 1000],
])('sends a %s picture whole, and nothing of the one before', async (_, before, after) => {
	const { sent, upload } = aRun();
	await upload(randomBytes(before));
	const content = randomBytes(after);
	await upload(content);
	const body = sent[1];
	const start = body.indexOf(content);
	expect(start).toBeGreaterThan(0);
	expect(body.toString('latin1', 0, start)).toMatch(/^--n8n-nodes-wechatpay-\w+\r\n/);
	expect(body.toString('latin1', start + content.length)).toMatch(
		/^\r\n--n8n-nodes-wechatpay-\w+--\r\n$/,
	);
});

it('gives pictures that are under way at the same time memory of their own', async () => {
	const { sent, upload } = aRun();
	await upload(randomBytes(3000));
	const contents = [1, 2, 3].map(() => randomBytes(3000));
	await Promise.all(contents.map(upload));
	const bodies = sent.slice(1);
	expect(new Set(bodies.map((body) => body.buffer)).size).toBe(3);
	for (const content of contents) {
		expect(bodies.filter((body) => body.includes(content))).toHaveLength(1);
	}
});

it('leaves the memory of a picture alone that had to be sent twice', async () => {
	const { sent, upload } = aRun(busy, taken);
	const content = randomBytes(3000);
	await upload(content);
	await upload(randomBytes(3000));
	expect(sent).toHaveLength(3);
	expect(sent[0].includes(content)).toBe(true);
	expect(sent[2].buffer).not.toBe(sent[0].buffer);
});

it('leaves the memory of a picture alone whose upload failed', async () => {
	const { sent, upload } = aRun(new Error('socket hang up'), new Error('socket hang up'));
	const content = randomBytes(3000);
	await expect(upload(content)).rejects.toThrow();
	await upload(randomBytes(3000));
	expect(sent).toHaveLength(3);
	expect(sent[0].includes(content)).toBe(true);
	expect(sent[2].buffer).not.toBe(sent[0].buffer);
});
