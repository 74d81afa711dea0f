import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { detailsOf, openBench } from '../support/bench';
import { closeParameters, confirmParameters } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, without } from '../support/inputs';
import { APPLY, CONFIRM } from '../support/paths';

const bench = openBench();

interface Applied {
	outRequestNo: string;
	subMchid: string;
	applymentId: string;
}

/** Applications in a state, made through the node. */
async function applied(count: number, state = 'WAITING_MERCHANT_CONFIRM'): Promise<Applied[]> {
	const made = Array.from({ length: count }, () => ({
		outRequestNo: newNumber(),
		subMchid: newSubMchid(),
	}));
	const items = await bench.outcomes(
		made.map((json) => ({ json })),
		closeParameters({
			outRequestNo: '={{ $json.outRequestNo }}',
			subMchid: '={{ $json.subMchid }}',
		}),
	);
	bench.reset();
	return made.map((one, i) => {
		if (state !== 'ACCEPTED') bench.sandbox.move(one.outRequestNo, { state, force: true });
		return { ...one, applymentId: String(items[i].applyment_id) };
	});
}

const confirmation = (
	{ outRequestNo, subMchid }: Pick<Applied, 'outRequestNo' | 'subMchid'>,
	more: INodeParameters = {},
): INodeParameters => confirmParameters({ outRequestNo, subMchid, ...more });

const bodies = () => bench.bodies(CONFIRM).map((body) => JSON.parse(body) as unknown);

it('Confirm accepts either number and sends the given values', async () => {
	const [one, two] = await applied(2);
	expect(await bench.one(confirmation(one))).toEqual({
		applyment_id: one.applymentId,
		out_request_no: one.outRequestNo,
		sub_mchid: one.subMchid,
		already_confirmed: false,
	});
	const byId = { getBy: 'applymentId', applymentId: two.applymentId };
	const rest = without(confirmation(two, byId), 'outRequestNo');
	expect(await bench.one(rest)).toMatchObject({
		out_request_no: two.outRequestNo,
		already_confirmed: false,
	});
	const common = {
		operator_identification: '王五01',
		confirm_time: '2026-11-21T10:00:00+08:00',
		cancel_contract_version: 'V20241213',
	};
	expect(bodies()).toEqual([
		{ out_request_no: one.outRequestNo, sub_mchid: one.subMchid, ...common },
		{ applyment_id: two.applymentId, sub_mchid: two.subMchid, ...common },
	]);
	for (const { outRequestNo } of [one, two]) {
		expect(bench.withdrawal(outRequestNo)).toMatchObject({
			state: 'SYSTEM_PROCESSING',
			confirmedBy: '王五01',
		});
	}
});

describe('Confirm input validation', () => {
	/** Items that each spoil one parameter; none may reach WeChat Pay. */
	const refused = async (name: string, values: unknown[]): Promise<IDataObject[]> => {
		const [one] = await applied(1);
		const items = await bench.outcomes(
			values.map((value) => ({ json: { value } as IDataObject })),
			confirmation(one, { [name]: '={{ $json.value }}' }),
		);
		for (const item of items) {
			expect(detailsOf(item)).toMatchObject({ not_sent: true });
		}
		expect(bench.sent()).toEqual([]);
		expect(bench.withdrawal(one.outRequestNo).state).toBe('WAITING_MERCHANT_CONFIRM');
		return items;
	};
	const errors = (items: IDataObject[]) => items.map(({ error }) => error);

	it('rejects any value of I Understand except true', async () => {
		const items = await refused('iUnderstand', [false, 'true', 1, '', null, 'yes', {}]);
		expect(new Set(errors(items))).toEqual(new Set(['"I Understand: This Is Final" is off']));
		const [one] = await applied(1);
		const untouched = without(confirmation(one), 'iUnderstand');
		expect((await bench.one(untouched)).error).toMatch(/ is off$/);
		expect(bench.sent()).toEqual([]);
	});

	it('rejects an Operator that is empty, has other characters or is too long', async () => {
		const items = await refused('operatorIdentification', [
			'',
			'  ',
			null,
			'王 五',
			'王五-01',
			'wang.wu@example.com',
			'王五😀',
			'田中さん',
			'é',
			'A'.repeat(101),
			'王'.repeat(101),
		]);
		const charset =
			'"Operator" contains characters other than digits, letters and Chinese characters';
		const length = '"Operator" has 101 characters; WeChat Pay accepts 100 at most';
		expect(errors(items)).toEqual([
			...Array<string>(3).fill('"Operator" is empty'),
			...Array<string>(6).fill(charset),
			length,
			length,
		]);
	});

	it('rejects a Confirm Time that is empty, has no UTC offset or is not a time', async () => {
		const empty = ['', ' ', null];
		const wrong = [
			'2026-11-21T10:00:00',
			'2026-11-21 10:00:00',
			'2026-11-21 10:00:00+08:00',
			'2026-11-21T10:00:00+0800',
			'2026-11-21T10:00+08:00',
			'2026-11-21',
			'20261121100000',
			'2026-13-01T10:00:00+08:00',
			'2026-02-30T10:00:00+08:00',
			'2026-11-31T10:00:00Z',
			'2026-11-21T25:00:00+08:00',
			'2026-11-21T10:61:00+08:00',
			'2026-11-21T10:00:00+99:00',
			'Sat Nov 21 2026 10:00:00 GMT+0800',
			1795226400000,
			true,
			['2026-11-21T10:00:00+08:00', 'x'],
			{ time: '2026-11-21T10:00:00+08:00' },
			'now',
		];
		const items = await refused('confirmTime', [...empty, ...wrong]);
		expect(errors(items)).toEqual([
			...empty.map(() => '"Confirm Time" is empty'),
			...wrong.map(() => '"Confirm Time" is not a time with a UTC offset'),
		]);
	});

	it('rejects a Cancel Contract Version that is empty or too long', async () => {
		const items = await refused('cancelContractVersion', ['', ' ', null, 'V'.repeat(33)]);
		expect(errors(items)).toEqual([
			...Array<string>(3).fill('"Cancel Contract Version" is empty'),
			'"Cancel Contract Version" has 33 characters; WeChat Pay accepts 32 at most',
		]);
	});

	it('rejects an empty or invalid Out Request No. or Sub-Merchant ID', async () => {
		expect(errors(await refused('outRequestNo', ['', 'A-1']))).toEqual([
			'"Out Request No." is empty',
			expect.stringContaining('is not 1 to 32 letters and digits'),
		]);
		expect(errors(await refused('subMchid', ['', '19000O0109', bench.sandbox.mchid]))).toEqual([
			'"Sub-Merchant ID" is empty',
			expect.stringContaining('is not 1 to 32 digits'),
			expect.stringContaining('is the "Merchant ID" of the credential'),
		]);
	});
});

it('Confirm accepts the longest operator and version, and every allowed kind of character', async () => {
	const [one, two] = await applied(2);
	for (const [which, operator] of [
		[one, 'aZ09王〇'],
		[two, 'A'.repeat(100)],
	] as const) {
		const parameters = confirmation(which, {
			operatorIdentification: operator,
			cancelContractVersion: 'V'.repeat(32),
		});
		expect(await bench.one(parameters)).toMatchObject({ already_confirmed: false });
		expect(bench.withdrawal(which.outRequestNo).confirmedBy).toBe(operator);
	}
});

it('Confirm accepts the time as text, DateTime or Date and sends it with its offset', async () => {
	const times: Array<[string, string]> = [
		['2026-11-21T10:00:00+08:00', '2026-11-21T10:00:00+08:00'],
		[' 2026-11-21T10:00:00+08:00 ', '2026-11-21T10:00:00+08:00'],
		['2026-11-21T02:00:00Z', '2026-11-21T02:00:00+00:00'],
		['2026-11-21T02:00:00.123Z', '2026-11-21T02:00:00+00:00'],
		['2024-02-29T23:59:59.999-05:30', '2024-02-29T23:59:59-05:30'],
		[
			"={{ DateTime.fromISO('2026-11-21T10:00:00.5+08:00', { setZone: true }) }}",
			'2026-11-21T10:00:00+08:00',
		],
		["={{ DateTime.fromISO('2026-11-21T10:00:00+08:00').toUTC() }}", '2026-11-21T02:00:00+00:00'],
		[
			"={{ DateTime.fromISO('2026-11-21T10:00:00+08:00', { setZone: true }).toISO() }}",
			'2026-11-21T10:00:00+08:00',
		],
		["={{ new Date('2026-11-21T10:00:00+08:00') }}", '2026-11-21T02:00:00+00:00'],
	];
	const made = await applied(times.length);
	for (const [i, [confirmTime]] of times.entries()) {
		expect(await bench.one(confirmation(made[i], { confirmTime }))).toMatchObject({
			already_confirmed: false,
		});
	}
	expect(bodies()).toMatchObject(times.map(([, confirm_time]) => ({ confirm_time })));
});

describe('Confirm refused by WeChat Pay', () => {
	// A state that is new at WeChat Pay, or none, proves nothing: it may as well come before the confirmation.
	it.each(['ACCEPTED', 'REVIEWING', 'SOMETHING_NEW', ''])(
		'reports the refusal in state "%s"',
		async (state) => {
			const [one] = await applied(1, state);
			const item = await bench.one(confirmation(one));
			expect(item.error).toBe('WeChat Pay refused: INVALID_REQUEST: 申请单当前状态不允许确认');
			const details = detailsOf(item);
			expect(details).toMatchObject({ code: 'INVALID_REQUEST', httpStatus: 400 });
			expect(details).not.toHaveProperty('outcome');
			expect(bench.withdrawal(one.outRequestNo).state).toBe(state);
			expect(bench.sent().map(({ method }) => method)).toEqual(['POST', 'GET']);
		},
	);

	it('reports the refusal if the application has no state', async () => {
		const [one] = await applied(1, 'ACCEPTED');
		Object.assign(bench.withdrawal(one.outRequestNo), { state: undefined });
		const item = await bench.one(confirmation(one));
		expect(item.error).toBe('WeChat Pay refused: INVALID_REQUEST: 申请单当前状态不允许确认');
		expect(detailsOf(item)).not.toHaveProperty('outcome');
	});

	it('reports the refusal if the application still waits for the merchant', async () => {
		const [one] = await applied(1);
		bench.sandbox.fault({
			kind: 'answer',
			code: 'INVALID_REQUEST',
			message: '无权限',
			match: { path: CONFIRM },
		});
		const item = await bench.one(confirmation(one));
		expect(item.error).toBe('WeChat Pay refused: INVALID_REQUEST: 无权限');
		expect(bench.sent().map(({ method }) => method)).toEqual(['POST', 'GET']);
	});

	it.each(['SYSTEM_PROCESSING', 'CANCELED', 'FUND_PROCESSING', 'FINISH'])(
		'returns already_confirmed: true in state %s',
		async (state) => {
			const [one] = await applied(1, state);
			expect(await bench.one(confirmation(one))).toMatchObject({
				out_request_no: one.outRequestNo,
				sub_mchid: one.subMchid,
				cancel_state: state,
				already_confirmed: true,
			});
		},
	);

	it('returns already_confirmed: true after a confirmation by an earlier run', async () => {
		const [one] = await applied(1);
		expect(await bench.one(confirmation(one))).toMatchObject({ already_confirmed: false });
		const later = confirmation(one, { confirmTime: '2026-11-22T10:00:00+08:00' });
		expect(await bench.one(later)).toMatchObject({ already_confirmed: true });
	});

	it.each([
		['REJECTED', 'rejected', '审批驳回'],
		['REVOKED', 'revoked', '已撤销'],
	])('fails with the reason in state %s', async (state, word, reason) => {
		const [one] = await applied(1, state);
		const item = await bench.one(confirmation(one));
		expect(item.error).toBe(`"Out Request No." ${one.outRequestNo} was ${word}: ${reason}`);
		expect(detailsOf(item)).toMatchObject({
			code: state,
			hint: expect.stringContaining('new number'),
		});
	});

	it('rejects an application of another sub-merchant', async () => {
		const [one] = await applied(1, 'SYSTEM_PROCESSING');
		const subMchid = newSubMchid();
		const item = await bench.one(confirmation({ ...one, subMchid }));
		expect(item.error).toBe(
			`"Out Request No." ${one.outRequestNo} belongs to sub-merchant ${one.subMchid}, not to ${subMchid}`,
		);
	});

	it('reports a missing application without a look-up', async () => {
		const outRequestNo = newNumber();
		const item = await bench.one(confirmation({ outRequestNo, subMchid: newSubMchid() }));
		expect(detailsOf(item)).toMatchObject({ code: 'RESOURCE_NOT_EXISTS', httpStatus: 404 });
		expect(bench.sent().map(({ path }) => path)).toEqual([`${APPLY}/confirm`]);
	});
});
