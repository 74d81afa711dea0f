/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox, documentedLimits } from '../../sandbox';
import { get, post, send } from './client';
import { openStage } from './stage';

const SUB = '1900000109';
const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const stage = openStage();

const control = async (method: string, path: string, body?: unknown) =>
	await send(stage.sandbox, {
		method,
		path: `/sandbox${path}`,
		body: body === undefined ? undefined : JSON.stringify(body),
		authorization: () => undefined,
		headers: { 'Content-Type': 'application/json' },
	});

describe('the controls around a closing', () => {
	it('are in the help', async () => {
		const help = (await control('GET', '')).body;
		expect(Object.keys(help)).toEqual(
			expect.arrayContaining([
				'POST /sandbox/complaints/{complaint_id}',
				'PUT /sandbox/limitations/{sub_mchid}',
				'PUT /sandbox/settlement-accounts/{sub_mchid}',
				'POST /sandbox/fund-withdrawals/{number or withdraw_id}',
				'PUT /sandbox/behaviour',
			]),
		);
	});

	it('create complaints and continue them, without showing the consumer’s contact data', async () => {
		const given = { complainted_mchid: SUB, payer_phone: '13800000000', images: 1 };
		const made = (await control('POST', '/complaints', given)).body;
		expect(made).toMatchObject({ complaint_state: 'PENDING', user_complaint_times: 1 });
		const path = `/complaints/${String(made.complaint_id)}`;
		const escalated = await control('POST', path, { action: 'escalate', text: '还没有收到' });
		expect(escalated.body).toMatchObject({ user_complaint_times: 2 });
		const listed = await control('GET', '/complaints');
		expect(listed.body.complaints).toEqual([escalated.body]);
		expect(listed.raw.toString()).not.toMatch(/13800000000|payer_/);
		const entries = escalated.body.history as Array<{ operate_details: string }>;
		expect(entries[1].operate_details).toBe('还没有收到');
	});

	it('limit a sub-merchant, and remove the limitations', async () => {
		const limitations = { limited_functions: ['NO_WITHDRAWAL'], blocks_closing: true };
		expect((await control('PUT', `/limitations/${SUB}`, limitations)).status).toBe(200);
		expect((await control('GET', '/limitations')).body).toMatchObject({ [SUB]: limitations });
		expect((await control('DELETE', `/limitations/${SUB}`)).status).toBe(200);
		expect((await control('GET', '/limitations')).body).toEqual({});
	});

	it('describe a settlement account, and remove it', async () => {
		const path = `/settlement-accounts/${SUB}`;
		const described = await control('PUT', path, { verify_result: 'VERIFYING' });
		expect(described.body).toMatchObject({ verify_result: 'VERIFYING' });
		await control('DELETE', path);
		expect((await control('GET', '/settlement-accounts')).body).toEqual({ [SUB]: null });
	});

	it('move a withdrawal on', async () => {
		stage.sandbox.setSubMerchant(SUB, 'hasBalance');
		await post(stage.sandbox, WITHDRAW, { sub_mchid: SUB, out_request_no: 'W1', amount: 100 });
		const moved = await control('POST', '/fund-withdrawals/W1', {
			status: 'FAIL',
			reason: '户名不符',
		});
		expect(moved.body).toMatchObject({ status: 'FAIL', reason: '户名不符' });
		const { withdrawals } = (await control('GET', '/fund-withdrawals')).body;
		expect(withdrawals).toMatchObject([{ number: 'W1', status: 'FAIL' }]);
	});

	it('change the behaviour', async () => {
		const change = { refused: ['banks'], limits: { complaintList: 200 } };
		expect((await control('PUT', '/behaviour', change)).body).toMatchObject(change);
		expect((await control('GET', '/behaviour')).body).toMatchObject(change);
		expect(stage.sandbox.behaviour).toMatchObject(change);
	});

	it.each([
		['POST', '/complaints', {}, '"complainted_mchid"'],
		['POST', '/complaints', { complainted_mchid: SUB, phone: '1' }, 'There is no field "phone"'],
		['POST', '/complaints', { complainted_mchid: SUB, images: '1' }, '"images" must be a number'],
		['POST', '/complaints/1', { action: 'reply' }, 'There is no complaint 1.'],
		['PUT', '/limitations/1', { limited_functions: 'x' }, 'must be a list of texts'],
		['PUT', '/settlement-accounts/1', { verify_result: 'x' }, 'must be one of'],
		['POST', '/fund-withdrawals/W1', { status: 'FAIL' }, 'There is no withdrawal W1.'],
		['PUT', '/behaviour', { refused: ['bank'] }, '"refused" must be a list out of balances'],
		['PUT', '/behaviour', { limits: { list: 1 } }, '"limits" must be'],
		['PUT', '/behaviour', { sameBody: 'accept' }, 'There is no option "sameBody"'],
		['PUT', '/behaviour', { completeAfter: -1 }, '"completeAfter" must be'],
	])('refuse %s %s with the error in %j', async (method, path, body, message) => {
		const reply = await control(method, path, body);
		expect(reply.status).toBe(400);
		expect(reply.body.error).toContain(message);
	});

	it('refuse an unknown action and an unknown status', async () => {
		const { complaint_id } = stage.sandbox.closing.createComplaint({ complainted_mchid: SUB });
		const acted = await control('POST', `/complaints/${complaint_id}`, { action: 'revoke' });
		expect(acted.body.error).toContain('There is no action "revoke"');
		stage.sandbox.setSubMerchant(SUB, 'hasBalance');
		await post(stage.sandbox, WITHDRAW, { sub_mchid: SUB, out_request_no: 'W1', amount: 100 });
		const moved = await control('POST', '/fund-withdrawals/W1', { status: 'PAID' });
		expect(moved.body.error).toContain('"status" must be one of INIT');
	});

	it('count requests by endpoint, without their numbers', async () => {
		for (const path of [
			'/v3/merchant-service/complaints-v2/1',
			'/v3/merchant-service/complaints-v2/2',
			'/v3/apply4sub/sub_merchants/1900000109/settlement',
			`${WITHDRAW}/out-request-no/W1?sub_mchid=${SUB}`,
			`${WITHDRAW}/123?sub_mchid=${SUB}`,
		]) {
			await get(stage.sandbox, path);
		}
		expect((await control('GET', '/requests')).body.answers).toEqual({
			'GET /v3/merchant-service/complaints-v2/… 403 NO_AUTH': 2,
			'GET /v3/apply4sub/sub_merchants/…/settlement 200': 1,
			[`GET ${WITHDRAW}/out-request-no/… 404 ORDER_NOT_EXIST`]: 1,
			[`GET ${WITHDRAW}/… 404 ORDER_NOT_EXIST`]: 1,
		});
	});
});

it('the published limits are those of the pages; limitations have none', () => {
	expect(documentedLimits()).toEqual({
		complaintList: 200,
		complaintFeedback: 60,
		withdraw: 40,
		withdrawQuery: 100,
		settlement: 100,
		banks: 300,
	});
});

it('everything is restored after a restart', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
	try {
		const first = await Sandbox.start({ directory });
		first.setSubMerchant(SUB, 'hasBalance');
		const { complaint_id } = first.closing.createComplaint({ complainted_mchid: SUB, images: 1 });
		first.closing.actOnComplaint(complaint_id, { action: 'reply' });
		first.closing.setLimitations(SUB, { limited_functions: ['NO_REFUND'] });
		first.closing.setLimitations('1900000110', { limited_functions: ['NO_REFUND'] });
		first.closing.setLimitations('1900000110', null);
		first.closing.setSettlementAccount('1900000111', null);
		await post(first, WITHDRAW, { sub_mchid: SUB, out_request_no: 'W1', amount: 100 });
		first.closing.moveWithdrawal('W1', { status: 'SUCCESS' });
		const remembered = ({ closing, subMerchants, state }: Sandbox) => ({
			complaints: [...closing.complaints],
			limitations: [...closing.limitations],
			settlementAccounts: [...closing.settlementAccounts],
			withdrawals: [...closing.withdrawals],
			balances: subMerchants.get(SUB)?.balances,
			images: [...state.closing.images],
		});
		const before = remembered(first);
		await first.stop();
		// Twice: the second start reads what the first one has compacted.
		for (let time = 0; time < 2; time++) {
			const again = await Sandbox.start({ directory });
			await again.stop();
			expect(remembered(again)).toEqual(before);
		}
	} finally {
		rmSync(directory, { recursive: true });
	}
});
