import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { detailsOf, hintsOf, jsonOf, openBench } from '../support/bench';
import { applyParameters, closeParameters, DECRYPTED, SECRETS } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, withFile } from '../support/inputs';
import { APPLY } from '../support/paths';

const bench = openBench({ platformCertificates: 1 });

const CIPHERTEXT = expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/) as unknown;

describe('Apply request', () => {
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

	it('contains account and identity of a personal payee, with sensitive fields encrypted', async () => {
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
				},
			},
			remark: 'R'.repeat(32),
		});
		expect(sensitive(parameters.outRequestNo)).toEqual(DECRYPTED);
		expect(bench.withdrawal(parameters.outRequestNo)).toMatchObject({ remark: 'R'.repeat(32) });
	});

	it('omits empty optional fields', async () => {
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

	it('omits the identity of a corporate payee, even if its fields are filled in', async () => {
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

	it('omits the payee if there is no payout, even if its fields are filled in', async () => {
		const parameters = applyParameters({ withdraw: '={{ "NOT_APPLY_WITHDRAW" }}' });
		expect(await send(parameters)).toEqual({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			withdraw: 'NOT_APPLY_WITHDRAW',
		});
		expect(sensitive(parameters.outRequestNo)).toEqual({});
	});

	it('contains an unknown identity document type unchanged', async () => {
		const idDocType = '={{ "IDENTIFICATION_TYPE_NEW" }}';
		const parameters = applyParameters({ idDocType });
		// The sandbox does not know it; what counts is what was sent.
		expect(detailsOf(await bench.one(parameters))).toMatchObject({ code: 'PARAM_ERROR' });
		const [body] = bench.bodies(APPLY, String(parameters.outRequestNo));
		expect(JSON.parse(body)).toMatchObject({
			payee_info: { identity_info: { id_doc_type: 'IDENTIFICATION_TYPE_NEW' } },
		});
	});

	it('contains a remark of digits, letters and Chinese characters without surrounding spaces', async () => {
		const parameters = closeParameters({ options: { remark: ' 注销提现A2026〇一 ' } });
		expect(await send(parameters)).toMatchObject({ remark: '注销提现A2026〇一' });
	});

	it('contains an account number that was given as a number', async () => {
		const parameters = applyParameters({ accountNumber: '={{ 6222020200112233 }}' });
		await send(parameters);
		expect(sensitive(parameters.outRequestNo)).toMatchObject({
			account_number: '6222020200112233',
		});
	});

	it('contains names and numbers without surrounding spaces', async () => {
		const padded = Object.fromEntries(
			Object.entries(SECRETS).map(([name, text]) => [name, ` ${text}\n`]),
		);
		const parameters = applyParameters(padded);
		await send(parameters);
		expect(sensitive(parameters.outRequestNo)).toEqual(DECRYPTED);
	});
});

describe('Apply encryption key', () => {
	it('is the public key in public key mode, even if there are certificates', async () => {
		const parameters = applyParameters();
		const { apiV3SecretKey } = bench.sandbox.keys;
		await bench.one(parameters, undefined, { credential: { apiV3SecretKey } });
		const [{ headers }] = bench.sent(APPLY, String(parameters.outRequestNo));
		expect(headers['wechatpay-serial']).toBe(bench.sandbox.keys.wechatPayPublicKeyId);
		expect(bench.withdrawal(parameters.outRequestNo).decrypted).toEqual(DECRYPTED);
	});

	it('is the newest certificate in platform certificate mode', async () => {
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
	])(
		'is required %s: verification "none" is rejected before sending',
		async (_what, parameters) => {
			const given = parameters();
			const item = await bench.one(
				{
					...given,
					proofMedias: { media: [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }] },
				},
				withFile(),
				{ credential: { verification: 'none' } },
			);
			expect(item.error).toMatch(/^"Response Verification" is "None"/);
			expect(detailsOf(item)).toMatchObject({
				not_sent: true,
				out_request_no: given.outRequestNo,
				hint: expect.stringContaining('Response Verification'),
			});
			expect(bench.sent()).toEqual([]);
		},
	);
});

describe('Apply with a used number', () => {
	const first = async (parameters: INodeParameters) => {
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		return bench.withdrawal(parameters.outRequestNo);
	};

	/** Parameters that take from the item what differs between rows. */
	const fromRows = (parameters: INodeParameters): INodeParameters => ({
		...parameters,
		outRequestNo: '={{ $json.outRequestNo }}',
		subMchid: '={{ $json.subMchid }}',
		withdraw: '={{ $json.withdraw }}',
	});

	it('returns the existing application in a new run', async () => {
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
			// The account of this run is not paid: that cannot be seen from the fields above.
			payee_as_first_sent: true,
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

	it('adds one hint that the payee sent first applies, only if there is a payout', async () => {
		const paid = [applyParameters(), applyParameters()];
		const closed = closeParameters();
		const rows = [...paid, closed].map((parameters) => ({ json: parameters as IDataObject }));
		for (const parameters of [...paid, closed]) await first(parameters);
		const fresh = { json: { ...applyParameters() } as IDataObject };
		const result = await bench.run([...rows, fresh], fromRows(applyParameters()));
		expect(jsonOf(result.main[0])).toMatchObject([
			{ already_existed: true, payee_as_first_sent: true },
			{ already_existed: true, payee_as_first_sent: true },
			// The same bytes again are answered like the first time: it is not known to have existed.
			{ already_existed: false },
			{ already_existed: false },
		]);
		for (const json of jsonOf(result.main[0]).slice(2)) {
			expect(json).not.toHaveProperty('payee_as_first_sent');
		}
		// Once for all rows.
		expect(hintsOf(result)).toEqual([
			expect.stringMatching(/payee_as_first_sent.*sent first.*not submitted/),
		]);
		const without = await bench.run([rows[2]], closed);
		expect(hintsOf(without)).toEqual([]);
	});

	it.each([
		[
			applyParameters,
			{ withdraw: 'NOT_APPLY_WITHDRAW' },
			'"Withdraw" APPLY_WITHDRAW, not NOT_APPLY_WITHDRAW',
		],
		[closeParameters, applyParameters(), '"Withdraw" NOT_APPLY_WITHDRAW, not APPLY_WITHDRAW'],
	])('rejects another "Withdraw" and names both values (%#)', async (make, change, said) => {
		const parameters = make();
		const { outRequestNo, subMchid } = parameters;
		await first(parameters);
		for (const options of [{}, { ifExists: 'fail' }]) {
			const changed = { ...parameters, ...change, outRequestNo, subMchid, options };
			const item = await bench.one(changed);
			expect(item.error).toBe(`"Out Request No." ${String(outRequestNo)} exists with ${said}`);
			expect(item.message).toMatch(/This run submitted nothing/);
		}
	});

	it('returns the application if WeChat Pay does not return whether it pays out', async () => {
		const parameters = closeParameters();
		const application = await first(parameters);
		application.withdraw = undefined;
		const changed = { ...parameters, options: { remark: '再来' } };
		expect(await bench.one(changed)).toMatchObject({ already_existed: true });
	});

	it('fails with If Exists: Fail, and uploads and submits nothing', async () => {
		const parameters = applyParameters({
			proofMedias: { media: [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }] },
			options: { ifExists: 'fail' },
		});
		const path = `${APPLY}/out-request-no/${String(parameters.outRequestNo)}`;
		const sent = () => bench.sent().map((one) => `${one.method} ${one.path}`);
		expect(await bench.one(parameters, withFile())).toMatchObject({ already_existed: false });
		expect(sent()).toEqual([
			`GET ${path}`,
			expect.stringMatching(/^POST .*upload$/),
			`POST ${APPLY}`,
		]);
		bench.reset();
		const item = await bench.one(parameters, withFile());
		expect(item.error).toBe(
			`"Out Request No." ${String(parameters.outRequestNo)} already exists (ACCEPTED)`,
		);
		expect(detailsOf(item)).toMatchObject({ code: 'ALREADY_EXISTS' });
		expect(sent()).toEqual([`GET ${path}`]);
	});

	it('succeeds with If Exists: Fail if this run created it and the response was lost', async () => {
		const parameters = applyParameters({ options: { ifExists: 'fail' } });
		bench.sandbox.fault({ kind: 'cut-after', match: { path: APPLY, method: 'POST' } });
		const item = await bench.one(parameters);
		expect(item).toMatchObject({ already_existed: false, cancel_state: 'ACCEPTED' });
		expect(item).not.toHaveProperty('payee_as_first_sent');
	});

	it('rejects another sub-merchant and names both', async () => {
		const parameters = applyParameters();
		await first(parameters);
		const other = newSubMchid();
		const item = await bench.one({ ...parameters, subMchid: other });
		expect(item.error).toBe(
			`"Out Request No." ${String(parameters.outRequestNo)} belongs to sub-merchant ${String(parameters.subMchid)}, not to ${other}`,
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
	])('fails with the reason if the application is %s', async (state, word, reason) => {
		const parameters = applyParameters();
		const { number } = await first(parameters);
		bench.sandbox.move(number, { state, reason, force: true });
		const item = await bench.one(parameters);
		expect(item.error).toBe(`"Out Request No." ${number} was ${word}: ${reason}`);
		expect(item.message).toContain('This run submitted nothing');
		expect(detailsOf(item)).toMatchObject({ code: state, out_request_no: number });
	});

	it('creates one application for two items with the same number', async () => {
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
