import type { INodeParameters } from 'n8n-workflow';
import { detailsOf, openBench } from '../support/bench';
import { applyParameters, closeParameters, DECRYPTED, SECRETS } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, withFile } from '../support/inputs';
import { APPLY } from '../support/paths';

const bench = openBench({ platformCertificates: 1 });

const CIPHERTEXT = expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/) as unknown;

describe('Apply: what is sent', () => {
	const PERSONAL = {
		account_type: 'ACCOUNT_TYPE_PERSONAL',
		bank_account_info: {
			account_name: CIPHERTEXT,
			account_bank: '工商银行',
			account_number: CIPHERTEXT,
		},
		identity_info: {
			id_doc_type: 'IDENTIFICATION_TYPE_ID_CARD',
			identification_name: CIPHERTEXT,
			identification_no: CIPHERTEXT,
		},
	};
	const optional = {
		bankBranchId: '402713354941',
		bankBranchName: '施秉县农村信用合作联社城关信用社',
	};

	const send = async (parameters: INodeParameters): Promise<unknown> => {
		const answer = await bench.one(parameters);
		const number = parameters.outRequestNo;
		const applyment_id = bench.withdrawal(number).applymentId;
		expect(answer).toEqual({ applyment_id, out_request_no: number, already_existed: false });
		const [text, ...more] = bench.bodies(APPLY, String(number));
		expect(more).toEqual([]);
		expect(text).not.toContain('null');
		return JSON.parse(text);
	};
	const sensitive = (number: unknown) => bench.withdrawal(number).decrypted;

	it('a person is paid: account and identity, sensitive fields encrypted', async () => {
		const parameters = applyParameters({ options: { remark: 'R'.repeat(32) }, ...optional });
		expect(await send(parameters)).toEqual({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			withdraw: 'APPLY_WITHDRAW',
			payee_info: {
				...PERSONAL,
				bank_account_info: {
					...PERSONAL.bank_account_info,
					bank_branch_id: optional.bankBranchId,
					bank_branch_name: optional.bankBranchName,
				},
			},
			remark: 'R'.repeat(32),
		});
		expect(sensitive(parameters.outRequestNo)).toEqual(DECRYPTED);
		expect(bench.withdrawal(parameters.outRequestNo)).toMatchObject({ remark: 'R'.repeat(32) });
	});

	it('what is optional and empty is left out', async () => {
		const parameters = applyParameters({
			bankBranchId: '={{ null }}',
			bankBranchName: '={{ undefined }}',
			additionalMaterials: '',
			options: { remark: '' },
		});
		expect(await send(parameters)).toEqual({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			withdraw: 'APPLY_WITHDRAW',
			payee_info: PERSONAL,
		});
	});

	it('a company is paid: no identity, whatever its fields hold', async () => {
		const payeeAccountType = '={{ "ACCOUNT_TYPE_CORPORATE" }}'; // so that n8n keeps all fields
		const parameters = applyParameters({ payeeAccountType });
		expect(await send(parameters)).toMatchObject({
			payee_info: {
				account_type: 'ACCOUNT_TYPE_CORPORATE',
				bank_account_info: PERSONAL.bank_account_info,
			},
		});
		expect(bench.bodies(APPLY, String(parameters.outRequestNo))[0]).not.toContain('identity_info');
		const { account_name, account_number } = DECRYPTED;
		expect(sensitive(parameters.outRequestNo)).toEqual({ account_name, account_number });
	});

	it('nobody is paid: no payee, whatever its fields hold', async () => {
		const parameters = applyParameters({ withdraw: '={{ "NOT_APPLY_WITHDRAW" }}' });
		expect(await send(parameters)).toEqual({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			withdraw: 'NOT_APPLY_WITHDRAW',
		});
		expect(sensitive(parameters.outRequestNo)).toEqual({});
	});

	it('the other spelling of the identity card, from an expression', async () => {
		const { behaviour } = bench.sandbox;
		const right = behaviour.idCard;
		behaviour.idCard = 'IDENTIFICATION_TYPE_IDCARD';
		try {
			const idDocType = '={{ "IDENTIFICATION_TYPE_IDCARD" }}';
			expect(await send(applyParameters({ idDocType }))).toMatchObject({
				payee_info: { identity_info: { id_doc_type: 'IDENTIFICATION_TYPE_IDCARD' } },
			});
		} finally {
			behaviour.idCard = right;
		}
	});

	it('an account number that a spreadsheet gives as a number', async () => {
		const parameters = applyParameters({ accountNumber: '={{ 6222020200112233 }}' });
		await send(parameters);
		expect(sensitive(parameters.outRequestNo)).toMatchObject({
			account_number: '6222020200112233',
		});
	});

	it('spaces around names and numbers are no part of them', async () => {
		const padded = Object.fromEntries(
			Object.entries(SECRETS).map(([name, text]) => [name, ` ${text}\n`]),
		);
		const parameters = applyParameters(padded);
		await send(parameters);
		expect(sensitive(parameters.outRequestNo)).toEqual(DECRYPTED);
	});
});

describe('Apply: the key', () => {
	it('public key mode names the public key, also if there are certificates', async () => {
		const parameters = applyParameters();
		const { apiV3SecretKey } = bench.sandbox.keys;
		await bench.one(parameters, undefined, { credential: { apiV3SecretKey } });
		const [{ headers }] = bench.sent(APPLY, String(parameters.outRequestNo));
		expect(headers['wechatpay-serial']).toBe(bench.sandbox.keys.wechatPayPublicKeyId);
		expect(bench.withdrawal(parameters.outRequestNo).decrypted).toEqual(DECRYPTED);
	});

	it('platform certificate mode names the newest certificate', async () => {
		const older = bench.sandbox.keys.platformCertificates[0].serial;
		const { serial } = await bench.sandbox.addPlatformCertificate();
		const { apiV3SecretKey } = bench.sandbox.keys;
		const credential = { verification: 'platformCertificate', apiV3SecretKey } as const;
		const numbers = [newNumber(), newNumber()];
		const items = await bench.outcomes(
			numbers.map((n) => ({ json: { n, subMchid: newSubMchid() } })),
			applyParameters({ outRequestNo: '={{ $json.n }}', subMchid: '={{ $json.subMchid }}' }),
			{ credential },
		);
		expect(items).toMatchObject(
			numbers.map((n) => ({ out_request_no: n, already_existed: false })),
		);
		for (const number of numbers) {
			const [{ headers }] = bench.sent(APPLY, number);
			expect(headers['wechatpay-serial']).toBe(serial);
			expect(headers['wechatpay-serial']).not.toBe(older);
			expect(bench.withdrawal(number).decrypted).toEqual(DECRYPTED);
		}
	});

	it.each([
		['to pay out', () => applyParameters()],
		['to only close', () => closeParameters()],
	])('verification none is refused %s, and nothing is sent', async (_what, parameters) => {
		const given = parameters();
		const item = await bench.one(
			{
				...given,
				proofMedias: { media: [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }] },
			},
			withFile(),
			{ credential: { verification: 'none' } },
		);
		expect(item.error).toMatch(/^Response Verification is None/);
		expect(detailsOf(item)).toMatchObject({
			not_sent: true,
			out_request_no: given.outRequestNo,
			hint: expect.stringContaining('Response Verification'),
		});
		expect(bench.sent()).toEqual([]);
	});
});

describe('Apply: a number that was used', () => {
	const first = async (parameters: INodeParameters) => {
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		return bench.withdrawal(parameters.outRequestNo);
	};

	it('in a new run finds the application, as the encrypted fields differ', async () => {
		const parameters = applyParameters();
		const application = await first(parameters);
		const digest = application.requestDigest;
		expect(await bench.one(parameters)).toEqual({
			applyment_id: application.applymentId,
			out_request_no: parameters.outRequestNo,
			sub_mchid: parameters.subMchid,
			cancel_state: 'ACCEPTED',
			cancel_state_description: '已受理',
			withdraw: 'APPLY_WITHDRAW',
			modify_time: expect.any(String),
			already_existed: true,
		});
		const [one, two] = bench.bodies(APPLY, String(parameters.outRequestNo));
		expect(one).not.toBe(two);
		const sent = bench.requestsAbout(String(parameters.outRequestNo));
		expect(sent.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
			`POST ${APPLY} 200`,
			`POST ${APPLY} 400`,
			`GET ${APPLY}/out-request-no/${String(parameters.outRequestNo)} 200`,
		]);
		expect(bench.withdrawal(parameters.outRequestNo).requestDigest).toBe(digest);
	});

	it('of another sub-merchant is an error that names both', async () => {
		const parameters = applyParameters();
		await first(parameters);
		const other = newSubMchid();
		const item = await bench.one({ ...parameters, subMchid: other });
		expect(item.error).toBe(
			`Out Request No. ${String(parameters.outRequestNo)} belongs to sub-merchant ${String(parameters.subMchid)}, not to ${other}`,
		);
		expect(item).not.toHaveProperty('already_existed');
		expect(detailsOf(item)).toMatchObject({
			sub_mchid: other,
			out_request_no: parameters.outRequestNo,
		});
	});

	it.each([
		['REJECTED', 'rejected', '主体信息不符'],
		['REVOKED', 'revoked', '商户超过30天未确认'],
	])('of an application that is %s is an error with the reason', async (state, word, reason) => {
		const parameters = applyParameters();
		const { number } = await first(parameters);
		bench.sandbox.move(number, { state, reason, force: true });
		const item = await bench.one(parameters);
		expect(item.error).toBe(`Out Request No. ${number} was ${word}: ${reason}`);
		expect(item.message).toContain('What was sent now was not submitted');
		expect(detailsOf(item)).toMatchObject({ code: state, out_request_no: number });
	});

	it('twice in one run makes one application', async () => {
		const outRequestNo = newNumber();
		const items = await bench.outcomes(
			[{ json: {} }, { json: {} }],
			closeParameters({ outRequestNo }),
		);
		// The second is the same to the byte, and answered as the first: that it existed is not known.
		expect(items.map(({ already_existed }) => already_existed)).toEqual([false, false]);
		const methods = bench.requestsAbout(outRequestNo).map(({ method }) => method);
		expect(methods).toEqual(['POST', 'POST']);
		expect(bench.withdrawal(outRequestNo).requests).toBe(2);
	});
});
