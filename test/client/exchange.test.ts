import { ABORT } from '../../nodes/WechatPay/client/outgoingRequest';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { classifyFailure, exchange } from '../../nodes/WechatPay/client/exchange';

const REQUEST = { method: 'GET' as const, url: 'https://api.mch.weixin.qq.com/v3/x' };
const never = () => false;

/** An error with a chain of causes, outermost first. */
const chain = (...links: object[]): unknown =>
	links.reduceRight<object | undefined>(
		(cause, link) => Object.assign(new Error('x'), link, cause && { cause }),
		undefined,
	);

describe('classifyFailure', () => {
	const NOT_SENT = { mayHaveArrived: false };
	const OPEN = { mayHaveArrived: true };

	it.each<[string, unknown, object]>([
		[
			'refused',
			chain({ code: 'ECONNREFUSED', syscall: 'connect' }),
			{ ...NOT_SENT, reason: 'unreachable', code: 'ECONNREFUSED' },
		],
		[
			'no such host',
			chain({ code: 'ENOTFOUND' }),
			{ ...NOT_SENT, reason: 'unreachable', code: 'ENOTFOUND' },
		],
		[
			'DNS out of order',
			chain({ code: 'EAI_AGAIN' }),
			{ ...NOT_SENT, reason: 'unreachable', code: 'EAI_AGAIN' },
		],
		[
			'no route while connecting',
			chain({ code: 'EHOSTUNREACH', syscall: 'connect' }),
			{ ...NOT_SENT, reason: 'unreachable' },
		],
		[
			'no network while connecting',
			chain({ code: 'ENETUNREACH', syscall: 'connect' }),
			{ ...NOT_SENT, reason: 'unreachable' },
		],
		[
			'time-out while connecting',
			chain({ code: 'ETIMEDOUT', syscall: 'connect' }),
			{ ...NOT_SENT, reason: 'unreachable', code: 'ETIMEDOUT' },
		],
		[
			'no route while reading',
			chain({ code: 'EHOSTUNREACH', syscall: 'read' }),
			{ ...OPEN, reason: 'cut', code: 'EHOSTUNREACH' },
		],
		[
			'time-out while reading',
			chain({ code: 'ETIMEDOUT', syscall: 'read' }),
			{ ...OPEN, reason: 'timeout' },
		],
		[
			'time-out of axios',
			chain({ code: 'ECONNABORTED' }),
			{ ...OPEN, reason: 'timeout', code: 'ECONNABORTED' },
		],
		[
			'reset',
			chain({ code: 'ECONNRESET', syscall: 'read' }),
			{ ...OPEN, reason: 'cut', code: 'ECONNRESET' },
		],
		['broken pipe', chain({ code: 'EPIPE' }), { ...OPEN, reason: 'cut', code: 'EPIPE' }],
		['abort', chain({ code: 'ERR_CANCELED' }), { ...OPEN, reason: 'cut', code: 'ERR_CANCELED' }],
		[
			'an expired certificate',
			chain({ code: 'CERT_HAS_EXPIRED' }),
			{ ...NOT_SENT, reason: 'tls', code: 'CERT_HAS_EXPIRED' },
		],
		[
			'a self-signed certificate',
			chain({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
			{ ...NOT_SENT, reason: 'tls' },
		],
		[
			'a chain that cannot be verified',
			chain({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
			{ ...NOT_SENT, reason: 'tls' },
		],
		[
			'a certificate for another host',
			chain({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
			{ ...NOT_SENT, reason: 'tls' },
		],
		[
			'a self-signed certificate in the chain',
			chain({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
			{ ...NOT_SENT, reason: 'tls' },
		],
		['an HTTP parser error', chain({ code: 'HPE_INVALID_CONSTANT' }), { ...OPEN, reason: 'cut' }],
		['an error without a code', chain({}), { ...OPEN, reason: 'cut', code: 'unknown' }],
		['a code that is not text', chain({ code: 500 }), { ...OPEN, reason: 'cut', code: 'unknown' }],
		[
			"n8n's protection",
			chain({ name: 'NodeApiError' }, { name: 'SsrfBlockedIpError' }),
			{ ...NOT_SENT, reason: 'blocked', code: 'SSRF' },
		],
		[
			'refused, wrapped by axios and n8n',
			chain(
				{ name: 'NodeApiError', code: 'X' },
				{ code: 'ECONNREFUSED' },
				{ code: 'ECONNREFUSED', syscall: 'connect' },
			),
			{ ...NOT_SENT, reason: 'unreachable', code: 'ECONNREFUSED' },
		],
		[
			'time-out while connecting, the syscall below',
			chain({ code: 'ETIMEDOUT' }, { code: 'ETIMEDOUT', syscall: 'connect' }),
			{ ...NOT_SENT, reason: 'unreachable' },
		],
		['nothing', undefined, { ...OPEN, reason: 'cut', code: 'unknown' }],
		['a text', 'boom', { ...OPEN, reason: 'cut', code: 'unknown' }],
	])('classifies %s', (_what, error, expected) => {
		expect(classifyFailure(error)).toMatchObject(expected);
	});

	it('handles a circular chain of causes', () => {
		const error: { cause?: unknown; code: string } = { code: 'ECONNRESET' };
		error.cause = error;
		expect(classifyFailure(error)).toMatchObject({ reason: 'cut', code: 'ECONNRESET' });
	});
});

describe('exchange', () => {
	it('requests raw bytes and full responses for all statuses and passes its signal on', async () => {
		let sent: OutgoingRequest = {};
		const send = async (request: OutgoingRequest) => {
			sent = request;
			return { statusCode: 204, headers: {}, body: Buffer.alloc(0) };
		};
		await exchange(send, REQUEST, 5000, never);
		expect(sent).toMatchObject({
			...REQUEST,
			timeout: 5000,
			encoding: 'arraybuffer',
			json: false,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		});
		expect(sent[ABORT]).toBeInstanceOf(AbortSignal);
		expect(sent[ABORT]?.aborted).toBe(false);
	});

	const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
	it.each([
		['a Buffer', body, body],
		['an ArrayBuffer', new Uint8Array(body).buffer, body],
		['a text', '{"a":"中"}', Buffer.from('{"a":"中"}')],
		['nothing', undefined, Buffer.alloc(0)],
		['null', null, Buffer.alloc(0)],
	])('returns the bytes of %s', async (_kind, given, bytes) => {
		const headers = {
			'Wechatpay-Serial': 'A',
			DATE: 'now',
			'set-cookie': ['a', 'b'],
			'x-number': 1,
		};
		const send = async () => ({ statusCode: 200, headers, body: given });
		expect(await exchange(send, REQUEST, 5000, never)).toEqual({
			response: { status: 200, headers: { 'wechatpay-serial': 'A', date: 'now' }, body: bytes },
		});
	});

	it('handles missing headers', async () => {
		const send = async () => ({ statusCode: 500, headers: undefined, body: '' });
		expect(await exchange(send, REQUEST, 5000, never)).toMatchObject({ response: { headers: {} } });
	});

	it('classifies a thrown error', async () => {
		const send = async () => {
			throw chain({ code: 'ECONNREFUSED' });
		};
		expect(await exchange(send, REQUEST, 5000, never)).toEqual({
			noResponse: { mayHaveArrived: false, reason: 'unreachable', code: 'ECONNREFUSED' },
		});
	});

	describe('the deadline', () => {
		beforeEach(() => {
			jest.useFakeTimers();
		});
		afterEach(() => {
			jest.useRealTimers();
		});

		/** A request that ends only when it is aborted, as an answer does that drips. */
		function dripping() {
			const seen: { signal?: AbortSignal } = {};
			const send = async (request: OutgoingRequest) =>
				await new Promise((_resolve, reject) => {
					seen.signal = request[ABORT];
					request[ABORT]?.addEventListener('abort', () => reject(chain({ code: 'ERR_CANCELED' })));
				});
			return { send, seen };
		}

		it('aborts a response that never ends and reports that it may have arrived', async () => {
			const { send, seen } = dripping();
			const result = exchange(send, REQUEST, 3000, never);
			await jest.advanceTimersByTimeAsync(2900);
			expect(seen.signal?.aborted).toBe(false);
			await jest.advanceTimersByTimeAsync(200);
			expect(seen.signal?.aborted).toBe(true);
			expect(await result).toEqual({
				noResponse: { mayHaveArrived: true, reason: 'timeout', code: 'ETIMEDOUT' },
			});
		});

		it('aborts a pending request when the execution is canceled', async () => {
			const { send } = dripping();
			let isOver = false;
			const result = exchange(send, REQUEST, 30_000, () => isOver);
			await jest.advanceTimersByTimeAsync(1000);
			isOver = true;
			await jest.advanceTimersByTimeAsync(300);
			expect(await result).toEqual({
				noResponse: { mayHaveArrived: true, reason: 'cut', code: 'ERR_CANCELED' },
			});
		});

		it('does not abort a finished request and leaves no timer', async () => {
			let signal: AbortSignal | undefined;
			const send = async (request: OutgoingRequest) => {
				signal = request[ABORT];
				return { statusCode: 200, headers: {}, body: '' };
			};
			await exchange(send, REQUEST, 3000, never);
			await jest.advanceTimersByTimeAsync(10_000);
			expect(signal?.aborted).toBe(false);
			expect(jest.getTimerCount()).toBe(0);
		});
	});
});
