/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRule } from '../../sandbox';
import { toText } from '../../engine';
import { type Bench, detailsOf, IN_PLACE, jsonOf, openBench } from '../support/bench';
import { applyParameters, hidden, SECRETS } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, withFile } from '../support/inputs';
import { APPLY } from '../support/paths';

// Names, account and identity numbers are for WeChat Pay alone. They are computed by expressions here,
// so that wherever one turns up in what n8n keeps, it came out of the node.

const bench = openBench({ platformCertificates: 1 });

const texts = Object.values(SECRETS);

/** In the forms in which a text may be kept: as it is, base64, escaped for a URL. */
const forms = (text: string): string[] => [
	text,
	Buffer.from(text).toString('base64').replace(/=+$/, ''),
	...(encodeURIComponent(text) === text ? [] : [encodeURIComponent(text)]),
];

/** Everything that lies in the engine's folder: binary data, settings. */
function filesOf(folder: string): Buffer[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

/** One execution in which failed items keep their place, and all that n8n keeps, shows or logs of it. */
async function run(...[items, parameters, more]: Parameters<Bench['run']>) {
	const result = await bench.run(items, parameters, { nodeOptions: IN_PLACE, ...more });
	return { result, items: jsonOf(result.main[0]), everything: toText(result) };
}

/** The secrets that can be found in what an execution left behind. */
const found = (everything: string): string[] => {
	const places = [Buffer.from(everything), ...filesOf(bench.engine.folder)];
	return texts.flatMap(forms).filter((form) => places.some((place) => place.includes(form)));
};

const ECHO = `参数错误：户名 ${SECRETS.accountName}，账号 ${SECRETS.accountNumber}，证件 ${SECRETS.identificationName} ${SECRETS.identificationNo}`;
const MASKED = '参数错误：户名 ***，账号 ***，证件 *** ***';

/** WeChat Pay answers Apply with a message that repeats what was sent. */
const echo = (number: unknown, more: Partial<FaultRule> = {}) =>
	bench.sandbox.fault({
		kind: 'answer',
		match: { method: 'POST', number: String(number) },
		message: ECHO,
		...more,
	});

describe('sensitive values after a successful Apply', () => {
	it.each(['publicKey', 'platformCertificate'] as const)(
		'are not exposed with %s',
		async (verification) => {
			const { apiV3SecretKey } = bench.sandbox.keys;
			const parameters = applyParameters({
				proofMedias: { media: [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }] },
			});
			const { items, everything } = await run([withFile()], parameters, {
				credential: { verification, apiV3SecretKey },
			});
			expect(items).toMatchObject([{ already_existed: false }]);
			expect(found(everything)).toEqual([]);
			const again = await run([withFile()], parameters);
			expect(again.items).toMatchObject([{ already_existed: true }]);
			expect(found(again.everything)).toEqual([]);
		},
	);
});

describe('sensitive values in messages of WeChat Pay', () => {
	const numbers = {
		refused: newNumber(),
		lookedUp: newNumber(),
		unknown: newNumber(),
		lookUpFailed: newNumber(),
	};
	const parameters = () =>
		applyParameters({ outRequestNo: '={{ $json.n }}', subMchid: '={{ $json.s }}' });
	const items = () => Object.values(numbers).map((n) => ({ json: { n, s: newSubMchid() } }));

	const faults = () => {
		const { refused, lookedUp, unknown, lookUpFailed } = numbers;
		echo(refused, { code: 'PARAM_ERROR' });
		echo(lookedUp, { code: 'INVALID_REQUEST' });
		echo(unknown, { status: 500, code: 'SYSTEM_ERROR' });
		echo(lookUpFailed, { code: 'ALREADY_EXISTS' });
		for (const number of [unknown, lookUpFailed]) {
			bench.sandbox.fault({
				kind: 'answer',
				match: { method: 'GET', number },
				status: 403,
				code: 'NO_AUTH',
				message: ECHO,
			});
		}
	};

	it('are masked in error items', async () => {
		faults();
		const { items: out, everything } = await run(items(), parameters());
		const [refused, lookedUp, unknown, lookUpFailed] = out;
		expect(refused.error).toBe(`WeChat Pay refused: PARAM_ERROR: ${MASKED}`);
		expect(lookedUp.error).toBe(`WeChat Pay refused: INVALID_REQUEST: ${MASKED}`);
		expect(unknown.error).toBe(
			`It is not known whether WeChat Pay accepted "Out Request No." ${numbers.unknown}: WeChat Pay returned HTTP 500 SYSTEM_ERROR: ${MASKED}`,
		);
		expect(detailsOf(unknown)).toMatchObject({ outcome: 'unknown' });
		expect(lookUpFailed.error).toBe(
			`WeChat Pay refused: ALREADY_EXISTS: ${MASKED}. Looking up "Out Request No." ${numbers.lookUpFailed} did not succeed either: WeChat Pay refused: NO_AUTH: ${MASKED}`,
		);
		expect(found(everything)).toEqual([]);
	});

	it.each(['continueErrorOutput', 'stopWorkflow'] as const)(
		'are masked with %s',
		async (onError) => {
			const given = parameters();
			const number = newNumber();
			echo(number, { code: 'PARAM_ERROR' });
			const { result, everything } = await run([{ json: { n: number, s: newSubMchid() } }], given, {
				nodeOptions: { onError },
			});
			if (onError === 'stopWorkflow') expect(result.error?.message).toContain(MASKED);
			else expect(result.main[1][0].json.error).toContain(MASKED);
			expect(found(everything)).toEqual([]);
		},
	);

	it('are masked in the reason of a rejected application', async () => {
		const given = applyParameters();
		await bench.one(given);
		bench.sandbox.move(String(given.outRequestNo), { state: 'REJECTED', reason: ECHO });
		const { items: out, everything } = await run([{ json: {} }], given);
		expect(out[0].error).toBe(
			`"Out Request No." ${String(given.outRequestNo)} was rejected: ${MASKED}`,
		);
		expect(found(everything)).toEqual([]);
	});
});

describe('sensitive values in validation errors', () => {
	const long = '张'.repeat(72);
	const cases = {
		'a number that has lost digits': { accountNumber: '={{ 6222020200112233445 }}' },
		'an identity number that has lost digits': { identificationNo: '={{ 110101199001011234 }}' },
		'a name that is too long': { accountName: hidden(`${SECRETS.accountName}${long}`) },
		'a list': { accountName: `={{ [${hidden(SECRETS.accountName).slice(3, -2)}] }}` },
		'another field is missing': { accountBank: '={{ "" }}' },
		'an image is missing': {
			proofMedias: { media: [{ proofMediaType: 'X', source: 'binary' }] },
		},
		'text that WeChat Pay does not take': { accountBank: '😀' },
	};

	it.each(Object.entries(cases))('are not exposed: %s', async (_what, more) => {
		const { items, everything } = await run([{ json: {} }], applyParameters(more));
		expect(detailsOf(items[0])).toMatchObject({ not_sent: true });
		expect(found(everything)).toEqual([]);
		expect(bench.sent(APPLY)).toEqual([]);
	});

	it('are not exposed as a rounded number', async () => {
		const { items, everything } = await run(
			[{ json: {} }],
			applyParameters({ accountNumber: '={{ Number("62220202" + "00112233445") }}' }),
		);
		expect(items[0].error).toBe(
			'"Account Number" is the number ***, which has lost digits or is not an integer',
		);
		expect(everything).not.toContain('62220202001122');
	});
});

it('the error about verification "none" exposes no sensitive values', async () => {
	const { items, everything } = await run([{ json: {} }], applyParameters(), {
		credential: { verification: 'none' },
	});
	expect(detailsOf(items[0])).toMatchObject({ not_sent: true });
	expect(found(everything)).toEqual([]);
});

it('a refused Apply exposes no key, signature, ciphertext or Authorization header', async () => {
	const { apiV3SecretKey, merchantPrivateKeyPem } = bench.sandbox.keys;
	const given = applyParameters();
	echo(given.outRequestNo, { code: 'PARAM_ERROR' });
	const { everything } = await run([{ json: {} }], given, {
		credential: { verification: 'platformCertificate', apiV3SecretKey },
		nodeOptions: { onError: 'stopWorkflow' },
	});
	const [{ headers, body }] = bench.sent(APPLY, String(given.outRequestNo));
	const { payee_info } = JSON.parse(body.toString()) as {
		payee_info: { bank_account_info: { account_number: string } };
	};
	const [, signature] = /signature="([^"]+)"/.exec(String(headers.authorization)) ?? [];
	expect(signature).toHaveLength(344);
	const secrets = [
		signature,
		apiV3SecretKey,
		merchantPrivateKeyPem.split('\n')[5],
		payee_info.bank_account_info.account_number,
		'WECHATPAY2-SHA256-RSA2048',
	];
	expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
});

// Last, because it leaves a secret in the engine's folder.
it('the search of these tests finds exposed values', async () => {
	const item = { json: { name: SECRETS.accountName } };
	const { everything } = await run([item], applyParameters());
	expect(found(everything)).toEqual([SECRETS.accountName]);
	expect(found(Buffer.from(SECRETS.accountNumber).toString('base64'))).toHaveLength(1);
	expect(found('')).toEqual([]);
	await run([withFile({}, Buffer.from(SECRETS.identificationNo))], applyParameters());
	expect(found('')).toEqual([SECRETS.identificationNo]);
});
