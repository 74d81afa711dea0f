import type { INodeParameters } from 'n8n-workflow';
import type { ClosingBehaviour } from '../../sandbox';
import { detailsOf, hintsOf, openBenchForEachTest } from '../support/bench';
import { newSubMchid, withFile } from '../support/inputs';

// A consumer reads what is sent here, and the same twice if it is sent twice.

const bench = openBenchForEachTest();
const CONTENT = '已为您办理退款，请留意到账通知。';
let subMchid: string;
let id: string;
beforeEach(() => {
	subMchid = newSubMchid();
	id = bench.sandbox.closing.createComplaint({ complainted_mchid: subMchid }).complaint_id;
});

const reply = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'complaint',
	operation: 'reply',
	complaintId: id,
	subMchid,
	content: CONTENT,
	...more,
});
const complete = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'complaint',
	operation: 'complete',
	complaintId: id,
	subMchid,
	iUnderstand: true,
	...more,
});
const complaint = () => bench.sandbox.closing.complaints.get(id)!;
/** What the consumer has read from the merchant. */
const messages = () =>
	complaint().history.filter(({ operate_type: type }) => type === 'MERCHANT_RESPONSE');
const methods = () => bench.sandbox.requests.map(({ method }) => method);
const posts = () => methods().filter((method) => method === 'POST').length;
const said = (already_existed: boolean) => ({ complaint_id: id, already_existed });
const RESPONSE = { method: 'POST', path: /\/response$/ };

describe('Reply', () => {
	it('reads the history, then sends the message once', async () => {
		const item = await bench.one(reply());
		expect(item).toEqual(said(false));
		expect(methods()).toEqual(['GET', 'POST']);
		expect(messages().map(({ operate_details: text }) => text)).toEqual([CONTENT]);
		expect(complaint().complaint_state).toBe('PROCESSING');
		// The number stands in the path alone.
		expect(bench.bodies(`/v3/merchant-service/complaints-v2/${id}/response`)).toEqual([
			JSON.stringify({ complainted_mchid: subMchid, response_content: CONTENT }),
		]);
	});

	it.each<ClosingBehaviour['historyOrder']>(['newestFirst', 'oldestFirst'])(
		'sends the same text again only after a reply of the consumer (history %s)',
		async (historyOrder) => {
			bench.sandbox.closing.configure({ historyOrder });
			await bench.one(reply());
			expect(await bench.one(reply())).toEqual(said(true));
			expect(posts()).toBe(1);
			bench.sandbox.closing.actOnComplaint(id, { action: 'reply', text: '没有收到' });
			expect(await bench.one(reply())).toEqual(said(false));
			expect(messages()).toHaveLength(2);
		},
	);

	it('sends the same text of two items in one run once', async () => {
		const items = await bench.outcomes([{ json: {} }, { json: {} }], reply());
		expect(items).toEqual([said(false), said(true)]);
		expect(messages()).toHaveLength(1);
	});

	it.each(['cut-after', '500-after', 'unsigned', 'wrong-signature'] as const)(
		'finds the message after %s and does not send it again',
		async (kind) => {
			bench.sandbox.fault({ kind, match: RESPONSE });
			expect(await bench.one(reply())).toEqual(said(false));
			expect(posts()).toBe(1);
			expect(messages()).toHaveLength(1);
		},
	);

	it('reports an unknown outcome if the message is not found, and does not send it again', async () => {
		bench.sandbox.fault({ kind: 'cut-before', match: RESPONSE });
		const item = await bench.one(reply());
		expect(detailsOf(item)).toMatchObject({
			outcome: 'unknown',
			complaint_id: id,
			hint: expect.stringMatching(/not sent again.*then run again/),
		});
		expect(methods()).toEqual(['GET', 'POST', 'GET', 'GET', 'GET']);
		// The next run finds nothing and sends it.
		expect(await bench.one(reply())).toEqual(said(false));
		expect(messages()).toHaveLength(1);
	});

	it('sends no message if the history cannot be read', async () => {
		bench.sandbox.fault({
			kind: 'answer',
			status: 403,
			code: 'NO_AUTH',
			message: '商户信息不合法',
			match: { path: /historys/ },
		});
		const item = await bench.one(reply());
		expect(detailsOf(item)).toMatchObject({ code: 'NO_AUTH' });
		expect(posts()).toBe(0);
	});

	it('reads all pages of the history', async () => {
		// 320 entries, and the newest, which is on another page in each order, is ours.
		for (let i = 0; i < 320; i++)
			bench.sandbox.closing.actOnComplaint(id, { action: 'platformService' });
		bench.sandbox.closing.configure({ historyOrder: 'oldestFirst' });
		await bench.one(reply());
		expect(await bench.one(reply())).toEqual(said(true));
		expect(methods()).toEqual(['GET', 'GET', 'POST', 'GET', 'GET']);
	});

	it('sends images, and adds a hint if the same text was already sent', async () => {
		const images = { image: [{ source: 'binary', binaryPropertyName: 'data' }] };
		expect(await bench.one(reply({ images }), withFile())).toEqual(said(false));
		expect(messages()[0].images).toHaveLength(1);
		const again = await bench.run([withFile()], reply({ images }));
		expect(hintsOf(again)).toEqual([expect.stringMatching(/images of this run were not sent/)]);
		expect(bench.sent('/v3/merchant-service/images/upload')).toHaveLength(1);
	});

	it('reports the refusal with a hint after 20 messages without a response', async () => {
		for (let i = 0; i < 20; i++) await bench.one(reply({ content: `${CONTENT}${i}` }));
		const item = await bench.one(reply());
		expect(item.error).toMatch(/当前投诉单已达单次回复上限/);
		expect(detailsOf(item).hint).toMatch(/Wait for a response/);
		expect(detailsOf(item)).not.toHaveProperty('outcome');
	});

	it.each<[INodeParameters, RegExp]>([
		[{ content: ' ' }, /^"Content" is empty/],
		[
			{ content: '退'.repeat(501) },
			/^"Content" has 501 characters; WeChat Pay accepts 500 at most/,
		],
		[{ content: '好的👌' }, /^"Content" holds a character that WeChat Pay does not accept/],
		[{ complaintId: 'a/b' }, /^"Complaint ID" is not/],
		[{ subMchid: '={{ "" }}' }, /^"Sub-Merchant ID" is empty/],
		[
			{ images: { image: Array.from({ length: 5 }, () => ({ source: 'mediaId', mediaId: 'm' })) } },
			/^"Images" has 5 rows; WeChat Pay accepts 4 at most/,
		],
	])('rejects %j before sending', async (wrong, message) => {
		const item = await bench.one(reply(wrong));
		expect(item.error).toMatch(message);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.mark).toBe(0);
	});
});

describe('Complete', () => {
	it('completes a complaint after a reply', async () => {
		await bench.one(reply());
		const item = await bench.one(complete());
		expect(item).toEqual(said(false));
		expect(complaint().complaint_state).toBe('PROCESSED');
	});

	it('rejects a complaint without a reply and sends no POST', async () => {
		const item = await bench.one(complete());
		expect(item.error).toBe(`Complaint ${id} waits for a reply (PENDING) and cannot be completed`);
		expect(detailsOf(item).hint).toMatch(/^Reply first/);
		expect(posts()).toBe(0);
	});

	it('sends no second POST if the complaint is already completed', async () => {
		await bench.one(reply());
		await bench.one(complete());
		const before = posts();
		expect(await bench.one(complete())).toEqual(said(true));
		expect(posts()).toBe(before);
	});

	it.each(['cut-after', 'cut-before', '500-after', 'unsigned'] as const)(
		'completes the complaint once after %s and returns already_existed: false',
		async (kind) => {
			await bench.one(reply());
			bench.sandbox.fault({ kind, match: { method: 'POST', path: /\/complete$/ } });
			expect(await bench.one(complete())).toEqual(said(false));
			const steps = complaint().history.map(({ operate_type: type }) => type);
			expect(steps.filter((type) => type === 'MERCHANT_CONFIRM_COMPLETE')).toHaveLength(1);
		},
	);

	it('reports the refusal with a hint if the reply is too recent', async () => {
		bench.sandbox.closing.configure({ completeAfter: 60_000 });
		await bench.one(reply());
		const details = detailsOf(await bench.one(complete()));
		expect(details).toMatchObject({ code: 'INVALID_REQUEST' });
		expect(details.hint).toMatch(/Right after a reply, wait a few seconds/);
	});

	it('sends nothing without consent', async () => {
		const item = await bench.one(complete({ iUnderstand: false }));
		expect(item.error).toMatch(/^"I Understand.*" is off$/);
		expect(bench.mark).toBe(0);
	});

	it('rejects another sub-merchant and names both', async () => {
		await bench.one(reply());
		const before = posts();
		const other = newSubMchid();
		const item = await bench.one(complete({ subMchid: other }));
		expect(item.error).toBe(
			`Complaint ${id} is about sub-merchant ${subMchid}, not about ${other}`,
		);
		expect(posts()).toBe(before);
	});

	it('fails for a complaint that WeChat Pay does not find', async () => {
		const item = await bench.one(complete({ complaintId: '2002018000000000000000000' }));
		expect(detailsOf(item)).toMatchObject({ code: 'NO_AUTH' });
		expect(posts()).toBe(0);
	});
});
