import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { router } from '../../nodes/WechatPay/actions/router';
import { pemPair } from '../support/keys';

// What becomes of the items of one run, without an engine: their order, their pairing, and what one that
// fails means for the others. The operation is the look-up of an application.

const CREDENTIAL = {
	mchid: '1900007291',
	serial: 'ABCDEF01',
	privateKey: pemPair('foreign').privateKey,
	verification: 'none',
	host: 'custom',
	customHost: 'http://127.0.0.1:9',
};

interface Given {
	/** The number of each item, or all parameters of it. */
	items: Array<string | IDataObject>;
	options?: IDataObject;
	onError?: string;
	credential?: IDataObject;
	/** What a look-up of that number gives; an error instead of an answer. */
	answers?: (number: string) => { status?: number; body?: object } | Error;
	signal?: AbortSignal;
}

/** Runs the node. */
async function run({ items, options = {}, onError, ...given }: Given) {
	const hints: unknown[] = [];
	const asked: string[] = [];
	const parameters = items.map((item) => ({
		resource: 'cancelApplication',
		operation: 'get',
		...(typeof item === 'string' ? { outApplyNo: item } : item),
	}));
	const context = {
		getInputData: () => items.map(() => ({ json: {} })),
		getNode: () => ({ name: 'WeChat Pay', type: 'wechatPay', typeVersion: 1, onError }),
		getNodeParameter: (name: string, index: number, otherwise: unknown) =>
			name === 'options'
				? options
				: ((parameters[index] as IDataObject | undefined)?.[name] ?? otherwise),
		getCredentials: async () => await Promise.resolve({ ...CREDENTIAL, ...given.credential }),
		getExecutionCancelSignal: () => given.signal,
		continueOnFail: () => onError?.startsWith('continue') === true,
		addExecutionHints: (...all: unknown[]) => hints.push(...all),
		helpers: {
			httpRequestWithAuthentication: async (_name: string, { url }: { url: string }) => {
				const number = url.split('/').pop() ?? '';
				asked.push(number);
				const answer = given.answers?.(number) ?? {};
				if (answer instanceof Error) throw answer;
				const { status = 200, body = { out_apply_no: number, cancel_state: 'FINISH' } } = answer;
				return await Promise.resolve({
					statusCode: status,
					headers: {},
					body: Buffer.from(JSON.stringify(body)),
				});
			},
		},
	} as unknown as IExecuteFunctions;
	let output: Awaited<ReturnType<typeof router>> | undefined;
	let error: unknown;
	try {
		output = await router.call(context);
	} catch (thrown) {
		error = thrown;
	}
	return { output: output?.[0], error: error as Error & IDataObject, hints, asked };
}

const REFUSAL = { status: 400, body: { code: 'PARAM_ERROR', message: 'm' } };
const refuses =
	(...numbers: string[]) =>
	(number: string) =>
		numbers.includes(number) ? REFUSAL : {};
const quick = { maxAttempts: 1, requestsPerSecond: 0 };

it('the router returns the output of each item in input order', async () => {
	const { output, error, hints } = await run({ items: ['A1', 'A2', 'A3'], options: quick });
	expect(error).toBeUndefined();
	expect(output).toEqual(
		['A1', 'A2', 'A3'].map((out_apply_no, item) => ({
			json: { out_apply_no, cancel_state: 'FINISH' },
			pairedItem: { item },
		})),
	);
	expect(hints).toEqual([]);
	expect((await run({ items: [] })).output).toEqual([]);
});

describe('a failing item', () => {
	const options = { ...quick, batching: { batch: { batchSize: 1 } } };

	it('stops the run with an error that counts the finished items', async () => {
		const { output, error, asked } = await run({
			items: ['A1', 'A2', 'A3'],
			options,
			answers: refuses('A2'),
		});
		expect(output).toBeUndefined();
		expect(asked).toEqual(['A1', 'A2']);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'WeChat Pay refused: PARAM_ERROR: m',
			context: { itemIndex: 1 },
		});
		expect(error.description).toMatch(/<br>1 of 3 items were done before the run stopped\.$/);
	});

	it('is reported in input order when several items fail', async () => {
		const { error } = await run({ items: ['A-1', 'A-2', 'A-3'], options: quick });
		expect(error.context).toMatchObject({ itemIndex: 0 });
		expect(error.message).toContain('"A-1"');
	});

	it('does not mention other items when it is the only one', async () => {
		const { error } = await run({ items: ['A1'], options, answers: refuses('A1') });
		expect(error.description).not.toMatch(/items were done/);
	});

	it('becomes an output item when the node continues on fail', async () => {
		const { output, error, asked } = await run({
			items: ['A1', 'A2', 'A-3', 'A4'],
			options,
			onError: 'continueRegularOutput',
			answers: refuses('A2'),
		});
		expect(error).toBeUndefined();
		expect(asked).toEqual(['A1', 'A2', 'A4']);
		expect(output?.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		expect(output?.[1]?.json).toMatchObject({
			error: 'WeChat Pay refused: PARAM_ERROR: m',
			details: { code: 'PARAM_ERROR', httpStatus: 400, out_apply_no: 'A2' },
		});
		expect(output?.[2]?.json).toMatchObject({
			error: '"Out Apply No." "A-3" is not 1 to 32 letters and digits',
			details: { out_apply_no: 'A-3', not_sent: true },
		});
		expect(output?.some((item) => 'error' in item)).toBe(false);
	});

	it('has its error on the error output, but not in a copy of the item', async () => {
		const { output } = await run({
			items: ['A1', 'A2'],
			options,
			onError: 'continueErrorOutput',
			answers: refuses('A1'),
		});
		const [failed, done] = output ?? [];
		expect(failed?.error).toBeInstanceOf(Error);
		expect({ ...failed }).not.toHaveProperty('error');
		expect(done).not.toHaveProperty('error');
	});
});

describe('a run that cannot start', () => {
	it('fails for every item with the invalid credential field', async () => {
		const given = { items: ['A1', 'A2'], credential: { mchid: 'x' } };
		const { error, asked } = await run(given);
		expect(error.message).toMatch(/^"Merchant ID" "x"/);
		expect(asked).toEqual([]);
		const { output } = await run({ ...given, onError: 'continueRegularOutput' });
		expect(output?.map(({ json }) => json.error)).toEqual(
			Array(2).fill(expect.stringMatching(/^"Merchant ID" "x"/)),
		);
		expect(output?.[1]?.json.details).toMatchObject({ not_sent: true });
	});

	it.each([
		['cancelApplication', 'burn'],
		['nothing', 'get'],
		['__proto__', 'constructor'],
	])('rejects the unknown operation %s %s', async (resource, operation) => {
		const { error } = await run({ items: [{ resource, operation }] });
		expect(error.message).toBe(`There is no operation "${operation}" of "${resource}"`);
	});
});

it('a signature error stops all further requests and is reported for every item', async () => {
	const { output, asked } = await run({
		items: Array.from({ length: 20 }, (_, i) => `A${i}`),
		options: { requestsPerSecond: 0 },
		onError: 'continueRegularOutput',
		answers: () => ({ status: 401, body: { code: 'SIGN_ERROR', message: '签名错误' } }),
	});
	expect(asked).toEqual(['A0']);
	expect(new Set(output?.map(({ json }) => json.error))).toEqual(
		new Set(['WeChat Pay refused: SIGN_ERROR: 签名错误']),
	);
	const details = output?.map(({ json }) => json.details as IDataObject);
	expect(details?.map(({ not_sent }) => not_sent)).toEqual([
		undefined,
		...Array<boolean>(19).fill(true),
	]);
});

it('a canceled execution sends nothing and reports that for every item', async () => {
	const controller = new AbortController();
	controller.abort();
	const { output, asked } = await run({
		items: ['A1', 'A2'],
		onError: 'continueRegularOutput',
		signal: controller.signal,
	});
	expect(asked).toEqual([]);
	expect(output?.map(({ json }) => json)).toEqual(
		Array(2).fill(
			expect.objectContaining({
				error: expect.stringMatching(/^The execution was canceled/) as string,
				details: expect.objectContaining({ not_sent: true }) as IDataObject,
			}),
		),
	);
});
