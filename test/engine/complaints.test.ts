import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { addDays, beijingDay } from '../../nodes/WechatPay/application/complaints';
import type { NewComplaint } from '../../sandbox';
import { detailsOf, hintsOf, jsonOf, openBenchForEachTest } from '../support/bench';
import { newSubMchid } from '../support/inputs';

const bench = openBenchForEachTest();
const LIST = '/v3/merchant-service/complaints-v2';
const TODAY = beijingDay(Date.now());
/** Noon of a day so many days ago, in UTC+8. */
const daysAgo = (days: number) => `${addDays(TODAY, -days)}T12:00:00+08:00`;

const complain = (complainted_mchid: string, days = 0, more: Partial<NewComplaint> = {}): string =>
	bench.sandbox.closing.createComplaint({
		complainted_mchid,
		complaint_time: daysAgo(days),
		...more,
	}).complaint_id;

const getMany = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'complaint',
	operation: 'getMany',
	...more,
});
const list = async (more: INodeParameters = {}): Promise<IDataObject[]> =>
	await bench.outcomes([{ json: {} }], getMany(more));
const ids = (items: IDataObject[]) => items.map(({ complaint_id: id }) => id);
const queries = () =>
	bench.sandbox.requests
		.filter(({ path }) => path.startsWith(`${LIST}?`))
		.map(({ path }) => Object.fromEntries(new URLSearchParams(path.split('?')[1])));

describe('Get Many', () => {
	it('returns the complaints of all sub-merchants in the last 30 days, one item each', async () => {
		const [one, other] = [newSubMchid(), newSubMchid()];
		const [newest, old] = [complain(one, 0), complain(other, 29)];
		complain(one, 30);
		const { main } = await bench.run([{ json: {} }], getMany());
		expect(ids(jsonOf(main[0]))).toEqual([newest, old]);
		expect(main[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
		expect(queries()).toEqual([
			{ limit: '50', offset: '0', begin_date: addDays(TODAY, -29), end_date: TODAY },
		]);
	});

	it('returns no item if there is no complaint', async () => {
		const { main } = await bench.run([{ json: {} }], getMany());
		expect(main.flat()).toEqual([]);
	});

	it('returns each complaint of 75 days once, across windows and pages', async () => {
		const subMchid = newSubMchid();
		const expected = [
			...Array.from({ length: 52 }, () => complain(subMchid, 3)),
			...Array.from({ length: 3 }, () => complain(subMchid, 70)),
		];
		const found = await list({ returnAll: true, beginDate: addDays(TODAY, -74), subMchid });
		expect(ids(found).sort()).toEqual(expected.sort());
		expect(queries().map(({ begin_date, offset }) => [begin_date, offset])).toEqual([
			[addDays(TODAY, -29), '0'],
			[addDays(TODAY, -29), '50'],
			[addDays(TODAY, -59), '0'],
			[addDays(TODAY, -74), '0'],
		]);
	});

	it('stops at the limit and requests no more than it needs', async () => {
		const subMchid = newSubMchid();
		for (let days = 0; days < 5; days++) complain(subMchid, days);
		expect(await list({ limit: 3, beginDate: addDays(TODAY, -200) })).toHaveLength(3);
		expect(queries().map(({ limit }) => limit)).toEqual(['3']);
	});

	it('halves the page size until WeChat Pay accepts it', async () => {
		const subMchid = newSubMchid();
		for (let i = 0; i < 30; i++) complain(subMchid, 1);
		bench.sandbox.closing.configure({ complaintPageMax: 13 });
		expect(await list({ returnAll: true })).toHaveLength(30);
		expect(queries().map(({ limit, offset }) => [limit, offset])).toEqual([
			['50', '0'],
			['25', '0'],
			['13', '0'],
			['13', '13'],
			['13', '26'],
		]);
	});

	it('converts dates and times to days in UTC+8', async () => {
		const subMchid = newSubMchid();
		const id = complain(subMchid, 0, { complaint_time: '2026-03-01T00:10:00+08:00' });
		const found = await list({
			beginDate: '={{ DateTime.fromISO("2026-02-28T16:05:00Z") }}',
			endDate: '2026-03-01T09:00:00+08:00',
		});
		expect(ids(found)).toEqual([id]);
		expect(queries()).toMatchObject([{ begin_date: '2026-03-01', end_date: '2026-03-01' }]);
	});

	it.each<[INodeParameters, RegExp]>([
		[{ beginDate: '21.11.2026' }, /^"Begin Date" "21\.11\.2026" is not a date/],
		[{ endDate: '2026-02-30' }, /^"End Date" "2026-02-30" is not a date/],
		[
			{ beginDate: '2026-03-02', endDate: '2026-03-01' },
			/^"Begin Date" 2026-03-02 is after "End Date"/,
		],
		[
			{ beginDate: '0202-03-02' },
			/^"Begin Date" 0202-03-02 is more than 10 years before "End Date"/,
		],
		[{ limit: '={{ 0 }}' }, /^"Limit" is not a whole number from 1/],
		[{ subMchid: 'abc' }, /^"Sub-Merchant ID" "abc" is not 1 to 32 digits/],
	])('rejects %j before sending', async (wrong, message) => {
		const [item] = await list(wrong);
		expect(item.error).toMatch(message);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.mark).toBe(0);
	});

	it('rejects an entry about another sub-merchant', async () => {
		const [asked, other] = [newSubMchid(), newSubMchid()];
		const id = complain(asked);
		// Found by the one number, and shown under another: what a proxy does that mixes up answers.
		let reads = 0;
		Object.defineProperty(bench.sandbox.closing.complaints.get(id), 'complainted_mchid', {
			enumerable: true,
			get: () => (reads++ === 0 ? asked : other),
		});
		const [item] = await list({ subMchid: asked });
		expect(item.error).toBe(
			`The response is about something else: its complainted_mchid is not ${asked}`,
		);
	});
});

describe('phone number of the consumer', () => {
	const phoneOf = async (options: INodeParameters, id: string) => {
		const parameters = { resource: 'complaint', operation: 'get', complaintId: id, options };
		const result = await bench.run([{ json: {} }], parameters);
		return { phone: String(jsonOf(result.main[0])[0].payer_phone), hints: hintsOf(result) };
	};

	it('stays encrypted by default', async () => {
		const id = complain(newSubMchid(), 0, { payer_phone: '13800138000' });
		const { phone, hints } = await phoneOf({}, id);
		expect(phone).toMatch(/^[A-Za-z0-9+/]{300,}=*$/);
		expect(hints).toEqual([]);
	});

	it('is decrypted on request, also in Get Many', async () => {
		const id = complain(newSubMchid(), 0, { payer_phone: '13800138000' });
		expect(await phoneOf({ decryptPhone: true }, id)).toEqual({ phone: '13800138000', hints: [] });
		expect(await list({ options: { decryptPhone: true } })).toMatchObject([
			{ payer_phone: '13800138000' },
		]);
	});
});

describe('Get', () => {
	const get = (complaintId: string): INodeParameters => ({
		resource: 'complaint',
		operation: 'get',
		complaintId,
	});

	it('sends one request and reports the refusal with a hint', async () => {
		const item = await bench.one(get('2002018202611210001'));
		expect(detailsOf(item)).toMatchObject({
			code: 'NO_AUTH',
			complaint_id: '2002018202611210001',
			hint: expect.stringMatching(/of the same complaint/),
		});
		expect(bench.mark).toBe(1);
	});

	it.each([
		['={{ "" }}', /^"Complaint ID" is empty/],
		['a/b', /^"Complaint ID" is not 1 to 64 letters and digits/],
	])('rejects "%s" before sending', async (id, message) => {
		expect((await bench.one(get(id))).error).toMatch(message);
		expect(bench.mark).toBe(0);
	});
});
