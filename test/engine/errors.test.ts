/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorOf, openBench } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	subMchid,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { CANCEL_MEDIA, onlyCreate } from '../support/paths';

// Whoever sees an error knows what happened and what to do next.

const bench = openBench();

/** The refusals of the official page, and what ours adds to each. */
const refusals: Array<[text: string, hint: RegExp]> = [
	['该商户当前不允许注销', /"Check Readiness" of "Account Cancellation" to see what blocks it/],
	['“服务商注销电商子申请书”或“子商户注销电商子申请书”缺失', /Send both forms/],
	['media_id对应的图片不存在', /"Upload Cancel Media" for "Account Cancellation \(Old Flow\)"/],
	[
		'服务商或子商户不存在',
		/Check the numbers: "Merchant ID" in the credential, and "Sub-Merchant ID"/,
	],
	['服务商或子商户已注销', /already canceled: there is nothing left to do/],
	['服务商非电商服务商', /"Merchant ID" of the credential is not an ecommerce platform/],
	['子商户非电商子商户', /was not opened as an ecommerce sub-merchant/],
	['服务商和子商户无受理关系', /does not belong to the "Merchant ID" of the credential/],
	['重试请求和原请求数据不一致', /used before with other content/],
	['重试请求距离上次请求间隔太久', /Too much time has passed/],
	['该商户号账户有余额，请先提现后再申请注销', /"Get Balance".*"Apply" of "Account Cancellation"/],
	['图片内容过大', /smaller than 2 MB.*Edit Image/],
	['图片Content-Type非法', /Send JPG, PNG or BMP/],
	['Http头缺少Accept或User-Agent', /proxy .* removes the headers/],
	['一种新的说法', /Correct what WeChat Pay's message names/],
];

it('each message of INVALID_REQUEST has its own hint', async () => {
	const numbers = refusals.map((_, i) => `face${i}`);
	const items = await withIds(bench, numbers);
	refusals.forEach(([message], i) =>
		bench.sandbox.fault({
			kind: 'answer',
			code: 'INVALID_REQUEST',
			message,
			match: { number: numbers[i], path: onlyCreate },
		}),
	);
	const result = await bench.run(items, createFromIds());
	const hints = refusals.map(([message, hint], i) => {
		const { error, details } = errorOf(result, i)!;
		expect(error).toBe(`WeChat Pay refused: INVALID_REQUEST: ${message}`);
		expect(details.hint).toMatch(hint);
		expect(details).toMatchObject({ code: 'INVALID_REQUEST', httpStatus: 400 });
		return details.hint;
	});
	expect(new Set(hints).size).toBe(refusals.length);
});

it('an error names the invalid field but not its value', async () => {
	const [id] = bench.sandbox.media.keys();
	const item = { json: { number: 'field1', sub: '1'.repeat(32), sp: id!, subForm: 'V1_unknown' } };
	const result = await bench.run([item], createFromIds());
	expect(errorOf(result, 0)?.error).toContain('media_id对应的图片不存在');
	const odd = createFromIds();
	const rows = (odd.materials as { material: Array<Record<string, string>> }).material;
	rows[0]!.applicationType = '={{ "SOMETHING_NEW" }}';
	const other = await bench.run([{ json: { ...item.json, subForm: id! } }], odd);
	const { error, details } = errorOf(other, 0)!;
	expect(details.code).toBe('PARAM_ERROR');
	expect(error).toMatch(/\/application_info/);
	expect(error).not.toContain('SOMETHING_NEW');
});

it('an error contains the number and the IDs of images uploaded before the failure', async () => {
	bench.sandbox.fault({
		kind: 'answer',
		code: 'NO_AUTH',
		status: 403,
		match: { path: onlyCreate },
	});
	const first = await bench.run(
		[withForms({ number: 'ids1', sub: subMchid(30) })],
		createFromFiles(),
	);
	const { details } = errorOf(first, 0)!;
	const uploaded = [...bench.sandbox.media.keys()].slice(-2);
	expect(details).toMatchObject({ out_apply_no: 'ids1', sub_mchid: subMchid(30) });
	expect(details.media_ids).toEqual([
		{ application_type: 'SP_CANCEL_ACCOUNT_APPLICATION', application_media_id: uploaded[0] },
		{ application_type: 'SUB_CANCEL_ACCOUNT_APPLICATION', application_media_id: uploaded[1] },
	]);
	expect(details).not.toHaveProperty('not_sent');

	// The second of two uploads fails: the first one's id is not lost.
	bench.sandbox.fault({
		kind: 'answer',
		status: 403,
		code: 'NO_AUTH',
		nth: 2,
		match: { path: CANCEL_MEDIA },
	});
	const second = await bench.run(
		[withForms({ number: 'ids2', sub: subMchid(31) })],
		createFromFiles(),
	);
	expect(errorOf(second, 0)?.details.media_ids).toHaveLength(1);
	expect(bench.story('ids2')).toEqual([]);
});

describe('error that stops the workflow', () => {
	const stop = async (item: Record<string, string>, credential = {}, options = {}) => {
		const items = [{ json: { number: 'stops' } }, { json: item }];
		const { error } = await bench.run(items.slice(1), getByNumber({ maxAttempts: 1, ...options }), {
			credential,
			nodeOptions: {},
		});
		return error as unknown as {
			name: string;
			message: string;
			description: string;
			httpCode: string | null;
			messages: string[];
			context: { itemIndex: number; data: Record<string, unknown> };
		};
	};

	it('quotes WeChat Pay, with a hint, the status and the Request-ID', async () => {
		const error = await stop({ number: 'nobody' });
		expect(error.name).toBe('NodeApiError');
		expect(error.message).toBe('WeChat Pay refused: NOT_FOUND: 申请单不存在');
		const { requestId } = bench.sandbox.requests.at(-1)!;
		expect(error.description).toBe(
			`Check the number. If it was just sent, look again in a minute.<br>HTTP 404, Request-ID ${requestId}`,
		);
		expect(error.httpCode).toBe('404');
		expect(error.context.data).toMatchObject({ out_apply_no: 'nobody', requestId });
	});

	it.each([
		[
			401,
			'SIGN_ERROR',
			'签名错误',
			/签名错误$/,
			/"Merchant Private Key" is the key of the certificate/,
		],
		[403, 'NO_AUTH', '无权限', /无权限$/, /Ask WeChat Pay for permission/],
		[429, 'FREQENCY_LIMIT', '慢一点', /慢一点$/, /Lower "Requests per Second"/],
		[500, 'SYSTEM_ERROR', '系统错误', /HTTP 500 SYSTEM_ERROR: 系统错误$/, /Run again later/],
		[503, 'SERVICE_UNAVAILABLE', '维护', /HTTP 503 SERVICE_UNAVAILABLE: 维护$/, /Run again later/],
		// Codes for which n8n has sentences of its own.
		[400, 'INVALID_REQUEST', 'ECONNREFUSED ETIMEDOUT 1', /ECONNREFUSED ETIMEDOUT 1$/, /Correct/],
		[404, 'NOT_FOUND', 'ENOTFOUND EPIPE', /ENOTFOUND EPIPE$/, /Check the number/],
	])(
		'keeps the message of the node for %d %s',
		async (status, code, message, said, description) => {
			bench.sandbox.fault({ kind: 'answer', status, code, message });
			const error = await stop({ number: 'quoted' });
			expect(error.message).toMatch(said);
			expect(error.message).toMatch(/^WeChat Pay (refused|returned)/);
			expect(error.description).toMatch(description);
			expect(error.httpCode).toBe(String(status));
			expect(error.context.data).toMatchObject({ code, httpStatus: status });
		},
	);

	it('escapes HTML from the server', async () => {
		const server = createServer((_request, response) =>
			response.writeHead(403, { 'Request-ID': '<img src=x onerror=alert(1)>' }).end(),
		);
		await listen(server);
		const { port } = server.address() as AddressInfo;
		const error = await stop({ number: 'html' }, { customHost: `http://127.0.0.1:${port}` });
		await close(server);
		// The editor shows descriptions as HTML.
		expect(error.description).toContain('Request-ID &lt;img src=x');
	});

	it('keeps the message of the node for an unreachable host', async () => {
		const server = createServer();
		await listen(server);
		const { port } = server.address() as AddressInfo;
		await close(server);
		const error = await stop({ number: 'N1' }, { customHost: `http://127.0.0.1:${port}` });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `127.0.0.1:${port} cannot be reached (ECONNREFUSED)`,
			description: expect.stringContaining('Check the "API Host" of the credential') as string,
			context: { itemIndex: 0, data: { code: 'ECONNREFUSED', not_sent: true } },
		});
	});

	it('keeps the message of the node for a host name that does not resolve', async () => {
		const error = await stop({ number: 'N1' }, { customHost: 'http://no-such-host' });
		expect(error.message).toMatch(/^no-such-host cannot be reached \((ENOTFOUND|EAI_AGAIN)\)$/);
		expect(error.context.data.not_sent).toBe(true);
	});

	it('keeps the message of the node for a cut connection', async () => {
		bench.sandbox.fault({ kind: 'refuse' });
		const error = await stop({ number: 'N1' });
		expect(error.message).toMatch(/^The connection to 127\.0\.0\.1:\d+ was cut \(ECONNRESET\)$/);
		expect(error.context.data).not.toHaveProperty('not_sent');
	});

	it('states the timeout if no response arrives in time', async () => {
		bench.sandbox.fault({ kind: 'delay', ms: 5000 });
		const error = await stop({ number: 'N1' }, {}, { timeout: 300 });
		expect(error.message).toMatch(/did not respond within 0\.3 seconds$/);
		expect(error.description).toContain('A longer "Timeout" can be set in "Options"');
	});

	it('is a NodeOperationError with the item index for invalid input', async () => {
		const { error } = await bench.run(
			[{ json: { number: 'nobody' } }, { json: { number: 'A-1' } }],
			getByNumber({ batching: { batch: { batchSize: 1 } } }),
			{ nodeOptions: { onError: 'stopWorkflow' } },
		);
		// The first one fails first.
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		const second = await bench.run([{ json: { number: 'A-1' } }], getByNumber(), {
			nodeOptions: {},
		});
		expect(second.error).toMatchObject({
			name: 'NodeOperationError',
			message: '"Out Apply No." "A-1" is not 1 to 32 letters and digits',
			context: { itemIndex: 0 },
		});
		// The editor shows `data` as what came from WeChat Pay: nothing did.
		expect(second.error?.context.data).toBeUndefined();
	});
});

it('an error explains a response that is not from WeChat Pay', async () => {
	const server = createServer((_request, response) => {
		response.writeHead(403, { 'Content-Type': 'text/html' });
		response.end('<html>Forbidden by proxy</html>');
	});
	await listen(server);
	const { port } = server.address() as AddressInfo;
	const result = await bench.run([{ json: { number: 'N1' } }], getByNumber(), {
		credential: { customHost: `http://127.0.0.1:${port}` },
	});
	await close(server);
	expect(errorOf(result, 0)?.message).toBe(
		'HTTP 403 without a message from WeChat Pay. Check the "API Host" of the credential, and any proxy on the way.',
	);
});

const listen = async (server: Server) =>
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const close = async (server: Server) => await new Promise((resolve) => server.close(resolve));
