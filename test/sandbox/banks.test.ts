import { constants, publicEncrypt } from 'node:crypto';
import { get, verified } from './client';
import { openStage, outcome } from './stage';

const PATH = '/v3/capital/capitallhh';
const stage = openStage();
const ask = async (path: string) => await get(stage.sandbox, PATH + path);

interface Bank {
	bank_alias: string;
	bank_alias_code: string;
	account_bank: string;
	account_bank_code: number;
	need_bank_branch: boolean;
}
interface Page {
	total_count: number;
	count: number;
	data?: Bank[];
	links: { next?: string; prev?: string; self: string };
}

/** All banks of a list, page by page, with the links in the responses. */
async function allBanks(list: string): Promise<Bank[]> {
	const banks: Bank[] = [];
	let next: string | undefined = `${PATH}/banks/${list}?offset=0&limit=200`;
	while (next) {
		const { body } = await get(stage.sandbox, next);
		const page = body as unknown as Page;
		banks.push(...(page.data ?? []));
		next = page.links.next;
	}
	return banks;
}

const cardPath = (number: string, key = stage.keys.wechatPayPublicKeyPem) => {
	const text = publicEncrypt(
		{ key, oaepHash: 'sha1', padding: constants.RSA_PKCS1_OAEP_PADDING },
		Buffer.from(number),
	).toString('base64');
	const search = `account_number=${encodeURIComponent(text)}`;
	return `${PATH}/banks/search-banks-by-bank-account?${search}`;
};
const card = async (number: string) =>
	await get(stage.sandbox, cardPath(number), {
		headers: { 'Wechatpay-Serial': stage.keys.wechatPayPublicKeyId },
	});

describe('the lists of banks', () => {
	it.each(['personal-banking', 'corporate-banking'])(
		'%s has some hundred, in pages',
		async (list) => {
			const banks = await allBanks(list);
			expect(banks.length).toBeGreaterThan(200);
			expect(new Set(banks.map(({ bank_alias_code }) => bank_alias_code)).size).toBe(banks.length);
			const direct = banks.filter(({ need_bank_branch }) => !need_bank_branch);
			expect(direct).toHaveLength(17);
			expect(direct.every((bank) => bank.account_bank === bank.bank_alias)).toBe(true);
			expect(direct[0]).toEqual({
				bank_alias: '工商银行',
				bank_alias_code: '1000009000',
				account_bank: '工商银行',
				account_bank_code: 1002,
				need_bank_branch: false,
			});
			const others = banks.filter(({ need_bank_branch }) => need_bank_branch);
			expect(new Set(others.map(({ account_bank }) => account_bank))).toEqual(
				new Set(['其他银行']),
			);
		},
	);

	it('are different', async () => {
		const [personal, corporate] = [
			await allBanks('personal-banking'),
			await allBanks('corporate-banking'),
		];
		expect(corporate.length).toBeLessThan(personal.length);
	});

	it('have an envelope with links, and no data beyond the end', async () => {
		const reply = await ask('/banks/personal-banking?offset=10&limit=5');
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		const list = `${PATH}/banks/personal-banking`;
		expect(reply.body).toMatchObject({
			count: 5,
			offset: 10,
			links: {
				next: `${list}?offset=15&limit=5`,
				prev: `${list}?offset=5&limit=5`,
				self: `${list}?offset=10&limit=5`,
			},
		});
		const beyond = (await ask('/banks/personal-banking?offset=100000&limit=5')).body;
		expect(beyond).toMatchObject({ count: 0, total_count: reply.body.total_count });
		expect(beyond).not.toHaveProperty('data');
		expect(beyond.links).not.toHaveProperty('next');
	});

	it.each(['', '?limit=201', '?limit=0', '?limit=10&offset=-1', '?limit=10&page=2'])(
		'refuse "%s" as a parameter error',
		async (search) => {
			expect((await ask(`/banks/personal-banking${search}`)).body.code).toBe('PARAM_ERROR');
		},
	);

	it('are refused to a platform that may not read them', async () => {
		stage.sandbox.closing.configure({ refused: ['banks'] });
		for (const path of ['/banks/personal-banking?limit=1', '/areas/provinces']) {
			expect(outcome(await ask(path)).slice(0, 2)).toEqual([403, 'NO_AUTH']);
		}
	});

	it('have their own rate limits', async () => {
		stage.sandbox.closing.configure({ limits: { banks: 1 } });
		expect((await ask('/areas/provinces')).status).toBe(200);
		expect(outcome(await ask('/areas/provinces'))).toEqual([429, 'FREQUENCY_LIMITED', '频率限制']);
		expect((await ask('/banks/personal-banking?limit=1')).status).toBe(200);
	});
});

describe('provinces, cities and branches', () => {
	it('are 31 provinces with different numbers, each with its cities', async () => {
		const { body } = await ask('/areas/provinces');
		const provinces = body.data as Array<{ province_name: string; province_code: number }>;
		expect([body.total_count, provinces.length]).toEqual([31, 31]);
		expect(provinces).toContainEqual({ province_name: '广东省', province_code: 22 });
		for (const { province_code } of provinces) {
			const cities = (await ask(`/areas/provinces/${province_code}/cities`)).body;
			expect(cities.total_count).toBe((cities.data as unknown[]).length);
		}
		expect(outcome(await ask('/areas/provinces/99/cities')).slice(0, 2)).toEqual([
			404,
			'NOT_FOUND',
		]);
		expect((await ask('/areas/provinces/x/cities')).body.code).toBe('PARAM_ERROR');
	});

	it('include the branches of a bank that needs one, in a city where it has some', async () => {
		const banks = await allBanks('personal-banking');
		const codeOf = (alias: string) => banks.find((b) => b.bank_alias === alias)?.bank_alias_code;
		const cities = (await ask('/areas/provinces/22/cities')).body.data as Array<{
			city_name: string;
			city_code: number;
		}>;
		const [guangzhou, shenzhen] = cities.map(({ city_code }) => city_code);
		const branches = async (alias: string, city: number, more = '&limit=10') =>
			await ask(`/banks/${codeOf(alias)}/branches?city_code=${city}${more}`);
		const { body } = await branches('上海银行', shenzhen);
		expect(body).toMatchObject({
			total_count: 12,
			count: 10,
			bank_alias: '上海银行',
			bank_alias_code: codeOf('上海银行'),
			account_bank: '其他银行',
			links: { next: expect.stringContaining(`city_code=${shenzhen}&offset=10`) },
		});
		const [first, ...others] = body.data as Array<{ bank_branch_id: string }>;
		expect(first).toEqual({
			bank_branch_name: '上海银行深圳市第1支行',
			bank_branch_id: expect.stringMatching(/^\d{12}$/),
		});
		expect(others.map(({ bank_branch_id }) => bank_branch_id)).not.toContain(first.bank_branch_id);
		const rest = await get(stage.sandbox, (body.links as { next: string }).next);
		expect(rest.body).toMatchObject({ count: 2, offset: 10 });

		expect((await branches('深圳农村商业银行', shenzhen)).status).toBe(200);
		for (const [alias, city] of [
			['深圳农村商业银行', guangzhou],
			['工商银行', shenzhen],
			['上海银行', 1],
		] as const) {
			expect(outcome(await branches(alias, city)).slice(0, 2)).toEqual([404, 'NOT_FOUND']);
		}
		expect((await branches('上海银行', shenzhen, '')).body.code).toBe('PARAM_ERROR');
	});
});

describe('the bank of a card', () => {
	it('is found, is one of several, or is not recognized', async () => {
		const aliases = async (number: string) => {
			const { status, body } = await card(number);
			const data = (body.data ?? []) as Bank[];
			return [status, body.total_count, ...data.map(({ bank_alias }) => bank_alias)];
		};
		expect(await aliases('6222021234567890123')).toEqual([200, 1, '工商银行']);
		expect(await aliases('6230581234567890123')).toEqual([200, 2, '平安银行', '上海银行']);
		expect(await aliases('9999991234567890123')).toEqual([200, 0]);
	});

	it('is refused for a credit card, and for an invalid number', async () => {
		expect(outcome(await card('6225751234567890'))).toEqual([
			400,
			'INVALID_REQUEST',
			'银行卡非储蓄卡',
		]);
		expect((await card('6222 0212 3456')).body.code).toBe('PARAM_ERROR');
	});

	it('is refused unless the number is encrypted, encoded once, and the key is named', async () => {
		const headers = { 'Wechatpay-Serial': stage.keys.wechatPayPublicKeyId };
		const search = `${PATH}/banks/search-banks-by-bank-account`;
		const clear = `${search}?account_number=6222021234567890123`;
		const twice = cardPath('6222021234567890123').replaceAll('%', '%25');
		for (const path of [clear, twice, cardPath('1', stage.keys.merchantPublicKeyPem)]) {
			expect((await get(stage.sandbox, path, { headers })).body.message).toBe('平台私钥解密失败');
		}
		const unnamed = await get(stage.sandbox, cardPath('6222021234567890123'));
		expect(unnamed.body.message).toBe('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)');
		expect((await get(stage.sandbox, search, { headers })).body.code).toBe('PARAM_ERROR');
	});
});
