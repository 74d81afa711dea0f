/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';
import { signedStatus, unsigned } from '../support/apiRequests';
import { jsonOf, openBench } from '../support/bench';
import { SP_FORM, SUB_FORM } from '../support/cancelApplications';
import { applyParameters, confirmParameters } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, withFile, without } from '../support/inputs';
import { nameOf, OPERATIONS } from '../support/operations';
import { Proxy, signedBy } from '../support/proxy';
import {
	differences,
	expectAllOfSchema,
	expectInSchema,
	placesOf,
	type Schema,
	SCHEMAS,
} from '../support/schemas';
import { withdrawalParameters } from '../support/withdrawals';
import { LIMITATIONS } from '../support/limitations';

// The editor offers the fields of these schemas before the first run. They are held against what really
// comes out of the node: no field too few, none too many, each of its type.

const DIST = join(__dirname, '../../dist/nodes/WechatPay');

/** `resource/operation` of everything that the built node offers. */
function operations(): string[] {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- what n8n loads, not the source
	const { properties } = require(join(DIST, 'actions/registry.js')) as {
		properties: INodeProperties[];
	};
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				options.map((option) => `${String(resource)}/${String('value' in option && option.value)}`),
			),
		)
		.sort();
}

describe('the schema check', () => {
	const schema: Schema = {
		type: 'object',
		properties: {
			id: { type: 'string' },
			amounts: { type: 'array', items: { type: 'integer' } },
		},
	};
	const check = (value: unknown) => differences(value, schema, '$', new Set());

	it('finds no differences in a valid value', () => {
		expect(check({ id: 'a', amounts: [1, 2] })).toEqual([]);
		expect(check({})).toEqual([]);
	});

	it.each<[unknown, string]>([
		[{ id: 1 }, '$.id is integer, not string'],
		[{ id: null }, '$.id is null, not string'],
		[{ amounts: [1, 1.5] }, '$.amounts[] is number, not integer'],
		[{ amounts: {} }, '$.amounts is object, not array'],
		[{ other: 1 }, '$.other is not in the schema'],
		[[], '$ is array, not object'],
	])('reports a difference in %j: %s', (value, difference) =>
		expect(check(value)).toEqual([difference]),
	);

	it('records the places it has seen', () => {
		const seen = new Set<string>();
		differences({ amounts: [1] }, schema, '$', seen);
		expect([...seen]).toEqual(['$', '$.amounts', '$.amounts[]']);
		expect(placesOf({ ...schema, ...{ version: 1 } }, '$')).toEqual([
			'$',
			'$.id',
			'$.amounts',
			'$.amounts[]',
		]);
	});
});

it('every operation has exactly one schema', () => {
	const files = readdirSync(SCHEMAS, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => `${entry.parentPath.slice(SCHEMAS.length + 1)}/${entry.name}`)
		.sort();
	expect(operations()).toEqual(OPERATIONS.map(nameOf));
	expect(operations().length).toBeGreaterThanOrEqual(9);
	expect(files).toEqual(operations().map((operation) => `${operation}.json`));
	expect(readdirSync(join(DIST, '__schema__'))).toEqual(['v1.0.0']);
});

/** By operation of one resource. */
type Answers = Record<string, IDataObject[]>;

describe('the output of the node', () => {
	const bench = openBench();
	let proxy: Proxy;
	beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
	afterAll(async () => await proxy.stop());

	const ask = async (name: string, more: INodeParameters = {}): Promise<IDataObject> => {
		const [resource, operation] = name.split('/');
		const answer = await bench.one({ resource, operation, ...more }, withFile());
		expect(answer).not.toHaveProperty('error');
		return answer;
	};

	/** The old flow: what Create and Get give, before and after a rejection. */
	async function cancelApplication(): Promise<Answers> {
		const named = { subMchid: newSubMchid(), outApplyNo: newNumber() };
		const row = { source: 'binary', binaryPropertyName: 'data' };
		const material = [SP_FORM, SUB_FORM].map((applicationType) => ({ ...row, applicationType }));
		const create = async () =>
			await ask('cancelApplication/create', { ...named, materials: { material } });
		const get = async () => await ask('cancelApplication/get', named);
		const [created, got] = [await create(), await get()];
		// The official sample shows a reason before anything was rejected.
		bench.sandbox.move(named.outApplyNo, { reason: '申请书不清晰' });
		const existed = await create();
		bench.sandbox.move(named.outApplyNo, { state: 'REJECTED' });
		return { create: [created, existed], get: [got, await get()] };
	}

	/** The new flow: what Apply, Get and Confirm give on the way to a payout. */
	async function cancelWithdrawal(): Promise<Answers> {
		const { sandbox } = bench;
		const subMchid = newSubMchid();
		const account = { available: 100, pending: 5 };
		sandbox.setSubMerchant(subMchid, { balances: { BASIC: account, FEES: account } });
		const parameters = without(applyParameters({ subMchid }), 'operation');
		const outRequestNo = String(parameters.outRequestNo);
		const confirmation = confirmParameters({ subMchid, outRequestNo });
		const answers = {
			apply: [] as IDataObject[],
			get: [] as IDataObject[],
			confirm: [] as IDataObject[],
		};
		const apply = async () => answers.apply.push(await ask('cancelWithdrawal/apply', parameters));
		const confirm = async (more: INodeParameters = {}) =>
			answers.confirm.push(await ask('cancelWithdrawal/confirm', { ...confirmation, ...more }));
		const everywhere = async () => {
			answers.get.push(await ask('cancelWithdrawal/get', { outRequestNo }));
			await apply();
		};
		await apply();
		await everywhere();
		sandbox.move(outRequestNo, { state: 'WAITING_MERCHANT_CONFIRM' });
		await everywhere();
		await confirm();
		sandbox.move(outRequestNo, { state: 'FUND_PROCESSING' });
		await everywhere();
		// Other information: with the same, it would be answered as the first time.
		await confirm({ confirmTime: '2026-11-22T10:00:00+08:00' });
		return answers;
	}

	/** What Create and Get give in all states. */
	async function withdrawal(): Promise<Answers> {
		const answers = { create: [] as IDataObject[], get: [] as IDataObject[] };
		const options = { remark: '清退余额', bankMemo: '清退' };
		for (const status of ['SUCCESS', 'REFUND', 'FAIL', 'CLOSE'] as const) {
			const parameters = withdrawalParameters(bench, { options });
			const { outRequestNo, subMchid } = parameters;
			answers.create.push(await bench.one(parameters));
			const steps = status === 'REFUND' ? (['SUCCESS', status] as const) : [status];
			for (const step of steps) {
				bench.sandbox.closing.moveWithdrawal(String(outRequestNo), { status: step });
			}
			answers.create.push(await bench.one(parameters));
			answers.get.push(await ask('withdrawal/get', { outRequestNo, subMchid }));
		}
		return answers;
	}

	const complain = (complainted_mchid: string): string =>
		bench.sandbox.closing.createComplaint({
			complainted_mchid,
			problem_type: 'REFUND',
			apply_refund_amount: 100,
			user_tag_list: ['TRUSTED'],
			in_platform_service: false,
			need_immediate_service: false,
			images: 1,
		}).complaint_id;

	/** What Reply and Complete give. */
	async function answerComplaint(): Promise<Answers> {
		const subMchid = newSubMchid();
		const about = { subMchid, complaintId: complain(subMchid) };
		const reply = await ask('complaint/reply', { ...about, content: '已为您办理退款。' });
		const complete = await ask('complaint/complete', { ...about, iUnderstand: true });
		return { reply: [reply], complete: [complete] };
	}

	async function checkReadiness(): Promise<IDataObject[]> {
		const { sandbox } = bench;
		const subMchid = newSubMchid();
		sandbox.setSubMerchant(subMchid, {
			balances: { BASIC: { available: 5, pending: 7 } },
			neverOpened: ['FEES'],
		});
		complain(subMchid);
		sandbox.closing.setLimitations(subMchid, {
			recovery_specifications: [
				{ limitation_case_id: 'A1', recover_way: 'SUBMIT_CDD_INFORMATION' },
				{
					limitation_case_id: 'A2',
					recover_way: 'WAITING_FOR_PLATFORM_REVIEW',
					limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
					limitation_start_date: '2099-01-01T00:00:00+08:00',
				},
			],
			blocks_closing: true,
		});
		const fault = sandbox.fault({
			kind: 'answer',
			status: 403,
			code: 'NO_AUTH',
			match: { path: /settlement$/ },
		});
		const item = await ask('cancelWithdrawal/checkReadiness', { subMchid });
		fault.remove();
		return [item];
	}

	async function merchantLimitation(): Promise<IDataObject[]> {
		const subMchid = newSubMchid();
		bench.sandbox.closing.setLimitations(subMchid, LIMITATIONS);
		return [await ask('merchantLimitation/get', { subMchid })];
	}

	async function balance(): Promise<IDataObject[]> {
		const subMchid = newSubMchid();
		const balances = { BASIC: { available: 100, pending: 5 } };
		bench.sandbox.setSubMerchant(subMchid, { balances, neverOpened: ['DEPOSIT'] });
		const of = async (accountType: string) => await ask('balance/get', { subMchid, accountType });
		return [await of('BASIC'), await of('all')];
	}

	async function validate(): Promise<IDataObject[]> {
		const [rich, blocked] = [newSubMchid(), newSubMchid()];
		bench.sandbox.setSubMerchant(rich, 'hasBalance');
		bench.sandbox.setSubMerchant(blocked, 'notAllowed');
		const of = async (subMchid: string) => await ask('cancelWithdrawal/validate', { subMchid });
		return [await of(rich), await of(blocked)];
	}

	/** What has no data, and a file that an answer names. */
	async function apiRequest(): Promise<IDataObject[]> {
		const { keys } = bench.sandbox;
		const run = async (parameters: INodeParameters) => {
			const credential = { customHost: proxy.url };
			const { main } = await bench.run(
				[{ json: {} }],
				{ resource: 'apiRequest', operation: 'request', ...parameters },
				{ credential },
			);
			return jsonOf(main[0])[0];
		};
		proxy.alter = () => signedStatus(keys, 204, '');
		const deleted = await run({ method: 'DELETE', path: '/v3/x' });
		const bill = Buffer.from('a,b\n');
		const entry = {
			hash_type: 'SHA1',
			hash_value: createHash('sha1').update(bill).digest('hex'),
			download_url: '/v3/billdownload/file?token=abc',
			bill_sequence: 1,
		};
		proxy.alter = ({ path }) =>
			path.startsWith('/v3/billdownload')
				? unsigned(bill)
				: signedBy(keys, { download_bill_list: [entry] });
		const file = await run({
			path: '/v3/bill/x',
			responseFormat: 'file',
			options: { followDownloadUrl: true },
		});
		return [deleted, file];
	}

	/** By operation: answers that show all that can come. */
	const ANSWERS: Record<string, () => Promise<IDataObject[]>> = {
		'apiRequest/request': apiRequest,
		'balance/get': balance,
		'cancelApplication/create': async () => (await cancelApplication()).create,
		'cancelApplication/get': async () => (await cancelApplication()).get,
		'cancelApplication/uploadMedia': async () => [await ask('cancelApplication/uploadMedia')],
		'cancelWithdrawal/apply': async () => (await cancelWithdrawal()).apply,
		'cancelWithdrawal/checkReadiness': checkReadiness,
		'cancelWithdrawal/confirm': async () => (await cancelWithdrawal()).confirm,
		'cancelWithdrawal/get': async () => (await cancelWithdrawal()).get,
		'cancelWithdrawal/validate': validate,
		'complaint/complete': async () => (await answerComplaint()).complete,
		'complaint/get': async () => [
			await ask('complaint/get', { complaintId: complain(newSubMchid()) }),
		],
		'complaint/getMany': async () => {
			const subMchid = newSubMchid();
			complain(subMchid);
			return [await ask('complaint/getMany', { subMchid })];
		},
		'complaint/reply': async () => (await answerComplaint()).reply,
		'merchantLimitation/get': merchantLimitation,
		'merchantMedia/upload': async () => [await ask('merchantMedia/upload')],
		'withdrawal/create': async () => (await withdrawal()).create,
		'withdrawal/get': async () => (await withdrawal()).get,
	};

	it.each(operations())('%s: matches its schema completely', async (name) => {
		const answers = await ANSWERS[name]();
		expectInSchema(name, answers);
		expectAllOfSchema(name, answers);
	});
});
