/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { always, apiRequest, signedStatus, unsigned } from '../support/apiRequests';
import { IN_PLACE, detailsOf, hintsOf, openBench } from '../support/bench';
import { newNumber, newSubMchid, present } from '../support/inputs';
import { Proxy, signedBy } from '../support/proxy';

const bench = openBench();
let proxy: Proxy;
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
afterEach(() => proxy.reset());
afterAll(async () => await proxy.stop());

const BILL = '/v3/billdownload/file?token=abc';
const csv = '`记账时间,`备注\r\n`2026-11-24,`商户注销提现\r\n';
const hashOf = (content: Buffer | string, type = 'sha1') =>
	createHash(type).update(content).digest('hex');

const run = async (path: string, options: IDataObject = {}, more: IDataObject = {}) =>
	await bench.run(
		[{ json: {} }],
		apiRequest(path, { responseFormat: 'file', options, ...more } as INodeParameters),
		{ credential: { customHost: proxy.url }, nodeOptions: IN_PLACE },
	);
const one = async (path: string, options: IDataObject = {}, more: IDataObject = {}) => {
	const { main } = await run(path, options, more);
	expect(main[0]).toHaveLength(1);
	return main[0][0];
};
/** The bytes that n8n stored. */
const bytesOf = ({ binary }: INodeExecutionData, field = 'data') =>
	readFileSync(
		join(bench.engine.folder, 'binary', present(binary?.[field].id).replace('filesystem-v2:', '')),
	);

describe('file response', () => {
	it('stores an unsigned bill with its name and type in the chosen field', async () => {
		proxy.alter = always(unsigned(csv));
		const item = await one(BILL, {}, { outputBinaryField: 'bill' });
		expect(item.json).toEqual({
			file_name: 'bill.csv',
			mime_type: 'text/csv',
			file_size: Buffer.byteLength(csv),
		});
		expect(bytesOf(item, 'bill').toString('utf8')).toBe(csv);
		expect(item.binary?.bill).toMatchObject({ fileName: 'bill.csv', mimeType: 'text/csv' });
	});

	it('rejects an unsigned response if Response Format is not File', async () => {
		proxy.alter = always(unsigned('{"a":1}'));
		const parameters = apiRequest(BILL, { options: { maxAttempts: 1 } });
		const item = await bench.one(
			parameters,
			{ json: {} },
			{ credential: { customHost: proxy.url } },
		);
		expect(item.error).toBe('The response carries no WeChat Pay signature');
	});

	it('rejects an unsigned file from a path that is not on the list', async () => {
		proxy.alter = always(unsigned(csv));
		for (const path of ['/v3/x', '/v3/x?p=/v3/billdownload/file', '/v3/billdownload/file/../x']) {
			const { json } = await one(path, { maxAttempts: 1 });
			expect(json.error).toMatch(/carries no WeChat Pay signature|"Path" contains dot segments/);
		}
	});

	it('stores a signed response from another path', async () => {
		proxy.alter = always(() => signedBy(bench.sandbox.keys, { a: 1 }));
		const item = await one('/v3/x');
		expect(item.json).toMatchObject({ file_name: 'file.json', mime_type: 'application/json' });
		expect(bytesOf(item).toString()).toBe('{"a":1}');
	});

	it('returns an error if WeChat Pay refuses the download', async () => {
		proxy.alter = always(() =>
			signedStatus(bench.sandbox.keys, 403, { code: 'NO_AUTH', message: '已过期' }),
		);
		expect(detailsOf((await one(BILL)).json)).toMatchObject({ code: 'NO_AUTH', httpStatus: 403 });
	});

	it('stores an image of a complaint', async () => {
		const complainted_mchid = newSubMchid();
		const { images } = bench.sandbox.closing.createComplaint({ complainted_mchid, images: 1 });
		const item = await one(`/v3/merchant-service/images/${images[0]}`);
		expect(item.json).toMatchObject({ file_name: 'image.png', mime_type: 'image/png' });
	});
});

describe('file download', () => {
	it('rejects a file over 64 MB and does not repeat the request', async () => {
		proxy.alter = always(unsigned(Buffer.alloc(64 * 1024 * 1024 + 1)));
		const { json, binary } = await one(BILL);
		expect(json.error).toBe('The file has more than 64 MB');
		expect(json.details).not.toHaveProperty('not_sent');
		expect(binary).toBeUndefined();
		expect(proxy.asked).toHaveLength(1);
	}, 120_000);

	it('repeats the request after a truncated response', async () => {
		const complainted_mchid = newSubMchid();
		const { images } = bench.sandbox.closing.createComplaint({ complainted_mchid, images: 1 });
		const path = `/v3/merchant-service/images/${images[0]}`;
		bench.sandbox.fault({ kind: 'truncate', match: { path: '/v3/merchant-service/images' } });
		const { main } = await bench.run([{ json: {} }], apiRequest(path, { responseFormat: 'file' }), {
			nodeOptions: IN_PLACE,
		});
		expect(main[0][0].json).toMatchObject({ file_name: 'image.png' });
		expect(bench.sent()).toHaveLength(2);
	});

	it('ends a slow response at the timeout', async () => {
		const complainted_mchid = newSubMchid();
		const { images } = bench.sandbox.closing.createComplaint({ complainted_mchid, images: 1 });
		const path = `/v3/merchant-service/images/${images[0]}`;
		bench.sandbox.fault({
			kind: 'drip',
			ms: 20_000,
			match: { path: '/v3/merchant-service/images' },
		});
		const options = { timeout: 500, maxAttempts: 1 };
		const item = await bench.one(apiRequest(path, { responseFormat: 'file', options }));
		expect(item.error).toMatch(/did not respond within 0\.5 seconds/);
	});
});

describe('Expected Hash', () => {
	it.each([
		['SHA1', hashOf(csv)],
		['SHA256', hashOf(csv, 'sha256').toUpperCase()],
	])('accepts a file with the expected %s hash', async (type, expectedHash) => {
		proxy.alter = always(unsigned(csv));
		const item = await one(BILL, { expectedHash });
		expect(item.json).toMatchObject({ hash_type: type, hash_of: 'raw' });
	});

	it('rejects a file with another hash and returns no file', async () => {
		proxy.alter = always(unsigned(csv));
		for (const expectedHash of [hashOf('x'), hashOf('x', 'sha256')]) {
			const item = await one(BILL, { expectedHash });
			expect(item.json.error).toMatch(/^The file does not have the expected SHA/);
			expect(item.binary).toBeUndefined();
		}
	});

	it('matches the packed or the unpacked file', async () => {
		const packed = gzipSync(csv);
		proxy.alter = always(unsigned(packed));
		const ofPlain = await one(BILL, { expectedHash: hashOf(csv), unzip: true });
		expect(ofPlain.json).toMatchObject({ file_name: 'bill.csv', hash_of: 'unzipped' });
		expect(bytesOf(ofPlain).toString('utf8')).toBe(csv);
		const ofPacked = await one(BILL, { expectedHash: hashOf(packed), unzip: true });
		expect(ofPacked.json).toMatchObject({ file_name: 'bill.csv', hash_of: 'raw' });
		const kept = await one(BILL, { expectedHash: hashOf(csv) });
		expect(kept.json).toMatchObject({ file_name: 'bill.gz', hash_of: 'unzipped' });
		expect(bytesOf(kept).equals(packed)).toBe(true);
	});

	it('rejects an invalid hash before sending', async () => {
		expect((await one(BILL, { expectedHash: 'abc' })).json.error).toMatch(
			/^"Expected Hash" is neither/,
		);
		expect(proxy.asked).toEqual([]);
	});
});

describe('Unpack GZIP', () => {
	it('rejects a file with more than 64 MB after unpacking', async () => {
		proxy.alter = always(unsigned(gzipSync(Buffer.alloc(65 * 1024 * 1024))));
		expect((await one(BILL, { unzip: true })).json.error).toBe('The file has more than 64 MB');
	}, 120_000);
	it('rejects a damaged file', async () => {
		proxy.alter = always(unsigned(gzipSync(csv).subarray(0, -5)));
		expect((await one(BILL, { unzip: true })).json.error).toBe('The GZIP file is damaged');
	});
	it('keeps a file that is not GZIP and adds a hint', async () => {
		proxy.alter = always(unsigned(csv));
		const result = await run(BILL, { unzip: true });
		expect(bytesOf(result.main[0][0]).toString('utf8')).toBe(csv);
		expect(hintsOf(result)).toEqual([expect.stringMatching(/is not a GZIP file/)]);
	});
});

describe('encrypted fund-flow bill', () => {
	const apply = (subMchid: string, more = '') => {
		const day = new Date(Date.now() + 8 * 3600_000 - 2 * 24 * 3600_000).toISOString().slice(0, 10);
		return `/v3/bill/sub-merchant-fundflowbill?sub_mchid=${subMchid}&bill_date=${day}&account_type=BASIC&algorithm=AEAD_AES_256_GCM${more}`;
	};
	const paidOut = async () => {
		const [subMchid, number] = [newSubMchid(), newNumber()];
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 500, pending: 0 } } });
		const withdrawn = await bench.one({
			resource: 'withdrawal',
			operation: 'create',
			subMchid,
			outRequestNo: number,
			amount: 500,
			accountType: 'BASIC',
		});
		expect(withdrawn).not.toHaveProperty('error');
		return { subMchid, number };
	};

	it.each(['', '&tar_type=GZIP'])(
		'is requested, downloaded and decrypted in one step (additional query: "%s")',
		async (more) => {
			const { subMchid, number } = await paidOut();
			const item = await one(apply(subMchid, more), {
				followDownloadUrl: true,
				unzip: more !== '',
			});
			expect(item.json).toMatchObject({
				bill_sequence: 1,
				file_name: 'bill.csv',
				hash_type: 'SHA1',
				hash_of: more === '' ? 'decrypted' : 'unzipped',
			});
			expect(bytesOf(item).toString('utf8')).toMatch(
				new RegExp(`^记账时间,[^]*\`${number}\r\n资金流水`),
			);
			expect(JSON.stringify(item.json)).not.toMatch(/encrypt_key|nonce|token/);
			expect(proxy.asked).toHaveLength(2);
		},
	);

	it('is decrypted in two steps with the right key and nonce as options', async () => {
		const { subMchid, number } = await paidOut();
		const credential = { customHost: proxy.url };
		const { download_bill_list: list } = await bench.one(
			apiRequest(apply(subMchid)),
			{ json: {} },
			{ credential },
		);
		const [{ download_url, encrypt_key, nonce, hash_value }] = list as IDataObject[];
		const key = { encryptKey: encrypt_key, nonce };
		const item = await one(String(download_url), { ...key, expectedHash: hash_value });
		expect(bytesOf(item).toString('utf8')).toContain(`\`${number}`);
		for (const wrong of [
			{ ...key, nonce: '0'.repeat(16) },
			{ ...key, encryptKey: 'AAAA' },
		]) {
			const { json, binary } = await one(String(download_url), wrong);
			expect(json.error).toMatch(/^The (encrypted bill is damaged|key of the encrypted bill)/);
			expect(JSON.stringify(json)).not.toContain(String(encrypt_key));
			expect(binary).toBeUndefined();
		}
		const half = await one(String(download_url), { nonce });
		expect(half.json.error).toMatch(/Nonce" is set, and .*Key" is not$/);
	});

	it('is rejected if it was changed in transit', async () => {
		const { subMchid } = await paidOut();
		proxy.alter = ({ path }, answer) =>
			path.startsWith('/v3/billdownload')
				? { ...answer, body: Buffer.concat([answer.body, Buffer.from('x')]) }
				: answer;
		const { json } = await one(apply(subMchid), { followDownloadUrl: true });
		expect(json.error).toMatch(/^The encrypted bill is damaged/);
	});

	it('is refused by WeChat Pay for a day without transactions', async () => {
		const { json } = await one(apply(newSubMchid()), { followDownloadUrl: true });
		expect(detailsOf(json)).toMatchObject({ code: 'NO_STATEMENT_EXIST' });
	});
});

describe('Follow Download URL', () => {
	const follow = async (answer: object, file: Buffer | string = csv, options: IDataObject = {}) => {
		proxy.alter = ({ path }) =>
			path.startsWith('/v3/billdownload') ? unsigned(file) : signedBy(bench.sandbox.keys, answer);
		return await run('/v3/bill/tradebill', { followDownloadUrl: true, ...options });
	};
	const download_url = ` <https://api.mch.weixin.qq.com${BILL}>`;

	it('downloads one file from the configured host', async () => {
		const { main } = await follow({ hash_type: 'SHA1', hash_value: hashOf(csv), download_url });
		expect(main[0].map(({ json }) => json)).toEqual([
			expect.objectContaining({ file_name: 'bill.csv', hash_of: 'raw' }),
		]);
		expect(proxy.asked).toEqual(['GET /v3/bill/tradebill', 'GET /v3/billdownload/file']);
	});

	it('returns one item per file', async () => {
		const entry = { hash_type: 'SHA1', hash_value: hashOf(csv), download_url };
		const list = [1, 2, 3].map((bill_sequence) => ({ ...entry, bill_sequence }));
		const { main } = await follow({ download_bill_count: 3, download_bill_list: list });
		expect(main[0].map(({ json }) => json.bill_sequence)).toEqual([1, 2, 3]);
		expect(main[0].map(({ pairedItem }) => pairedItem)).toEqual(Array(3).fill({ item: 0 }));
	});

	it('rejects a wrong hash and adds a hint for an unknown hash type', async () => {
		const wrong = await follow({ hash_type: 'SHA1', hash_value: hashOf('x'), download_url });
		expect(wrong.main[0][0].json.error).toMatch(/^The file does not have the expected SHA1/);
		const other = await follow({
			hash_type: 'SM3',
			hash_value: hashOf(csv, 'sha256'),
			download_url,
		});
		expect(other.main[0][0].json).toMatchObject({ file_name: 'bill.csv' });
		expect(hintsOf(other)).toEqual([expect.stringMatching(/not checked: its hash type is SM3/)]);
	});

	it('rejects a URL of another host and a response without a URL', async () => {
		const answer = { hash_type: 'SHA1', hash_value: hashOf(csv) };
		const evil = await follow({
			...answer,
			download_url: 'https://evil.example/v3/billdownload/file',
		});
		expect(evil.main[0][0].json.error).toMatch(
			/^The download_url of the response is a URL of another host/,
		);
		const none = await follow(answer);
		expect(none.main[0][0].json.error).toBe('The response holds no download_url');
	});

	it('rejects the option Expected Hash before sending', async () => {
		const { main } = await follow({ download_url }, csv, { expectedHash: hashOf(csv) });
		expect(main[0][0].json.error).toMatch(/takes hash and key from the response/);
		expect(proxy.asked).toEqual([]);
	});
});
