import { exchange, type Send } from '../../nodes/WechatPay/client/exchange';

// How much of an answer is read: what is larger is not taken into memory.

/** A body of chunks of 4 bytes, without end if no size is given. */
function bodyOf(bytes = Infinity) {
	const seen = { read: 0, destroyed: false };
	const body = {
		destroy: () => {
			seen.destroyed = true;
		},
		async *[Symbol.asyncIterator]() {
			for (let at = 0; at < bytes; at += 4) {
				const chunk = Buffer.alloc(Math.min(4, bytes - at), 1);
				seen.read += chunk.length;
				yield await Promise.resolve(chunk);
			}
		},
	};
	return { body, seen };
}

const run = async (body: unknown, maxBytes?: number) => {
	const encodings: unknown[] = [];
	const send: Send = async (request) => {
		encodings.push(request.encoding);
		return await Promise.resolve({ statusCode: 200, headers: {}, body });
	};
	const request = { method: 'GET', url: 'https://api.mch.weixin.qq.com/v3/x' } as const;
	const exchanged = await exchange(send, request, 5000, () => false, maxBytes);
	return { length: 'response' in exchanged ? exchanged.response.body.length : -1, encodings };
};

it.each([
	[0, 0],
	[9, 9],
	[10, 10],
])('exchange reads %i bytes with a limit of 10', async (bytes, length) => {
	const { body, seen } = bodyOf(bytes);
	expect(await run(body, 10)).toEqual({ length, encodings: ['stream'] });
	expect(seen.destroyed).toBe(true);
});

it('exchange stops reading an endless body once it exceeds the limit', async () => {
	const { body, seen } = bodyOf();
	expect((await run(body, 10)).length).toBe(12);
	expect(seen).toEqual({ read: 12, destroyed: true });
});

it('exchange leaves the reading to n8n when there is no limit', async () => {
	const { length, encodings } = await run(Buffer.alloc(20));
	expect([length, encodings]).toEqual([20, ['arraybuffer']]);
});
