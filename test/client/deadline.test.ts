import { readStream } from '../../nodes/WechatPay/client/deadline';

// The deadline itself is tested in exchange.test.ts and download.test.ts.

/** A body of a hundred chunks of ten bytes, and how many of them were taken. */
function large() {
	const taken = { chunks: 0, isClosed: false };
	async function* chunks() {
		try {
			while (taken.chunks < 100) {
				taken.chunks++;
				yield await Promise.resolve(Buffer.alloc(10));
			}
		} finally {
			taken.isClosed = true;
		}
	}
	return { body: { [Symbol.asyncIterator]: chunks, destroy: () => undefined }, taken };
}

it.each([
	[0, 1],
	[9, 1],
	[10, 2],
	[25, 3],
])(
	'readStream with a limit of %d bytes reads %d chunks of ten bytes and closes the body',
	async (most, chunks) => {
		const { body, taken } = large();
		expect(await readStream(body, most)).toHaveLength(chunks * 10);
		expect(taken).toEqual({ chunks, isClosed: true });
	},
);
