import { createHash } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	applyParameters,
	closeParameters,
	DECRYPTED,
	detailsOf,
	SECRETS,
} from '../support/applying';
import {
	APPLY,
	Bench,
	jpeg,
	MERCHANT_MEDIA,
	newNumber,
	newSubMchid,
	present,
	withFile,
	without,
} from '../support/newFlow';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start({ platformCertificates: 1 });
});
afterAll(async () => await bench.stop());
beforeEach(() => bench.reset());

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** The application under a number, as the sandbox holds it. */
const held = (number: unknown) => present(bench.sandbox.withdrawals.get(String(number)));

/** Bodies of all applications sent with a number. */
const bodies = (number: unknown) =>
	bench.sent(APPLY, String(number)).map(({ body }) => body.toString('utf8'));

const CIPHERTEXT = expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/) as unknown;

describe('Validate', () => {
	const validate = async (subMchid: string) =>
		await bench.one({ resource: 'cancelWithdrawal', operation: 'validate', subMchid });

	it('says that a sub-merchant can be closed, and what is on its accounts', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 100, pending: 5 } } });
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'NORMAL',
			validate_result: 'ALLOW_CANCEL_WITHDRAW',
			account_info: [{ out_account_type: 'BASIC_ACCOUNT', amount: 105 }],
			allowed: true,
		});
		expect(bench.sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
			`GET ${APPLY}/validate-cancel/${subMchid}`,
		]);
	});

	it('says what blocks it, also reasons that are new', async () => {
		const subMchid = newSubMchid();
		const blockReasons = [
			{ type: 'HAS_BLOCKING_CONTROL', description: '存在管控' },
			{ type: 'SOMETHING_NEW', description: '' },
		];
		bench.sandbox.setSubMerchant(subMchid, { kind: 'notAllowed', blockReasons });
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'NORMAL',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			block_reasons: blockReasons,
			allowed: false,
		});
	});

	it('gives a sub-merchant that is closed already as not allowed', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'alreadyCancelled');
		expect(await validate(subMchid)).toEqual({
			sub_mchid: subMchid,
			merchant_state: 'HAS_BEEN_CANCELLED',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			allowed: false,
		});
	});

	it('passes the refusal on', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'noRelation');
		const details = detailsOf(await validate(subMchid));
		expect(details).toMatchObject({ code: 'INVALID_REQUEST', httpStatus: 400 });
		expect(details).toMatchObject({ sub_mchid: subMchid, requestId: expect.any(String) });
	});
});

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
		const applyment_id = held(number).applymentId;
		expect(answer).toEqual({ applyment_id, out_request_no: number, already_existed: false });
		const [text, ...more] = bodies(number);
		expect(more).toEqual([]);
		expect(text).not.toContain('null');
		return JSON.parse(text);
	};
	const sensitive = (number: unknown) => held(number).decrypted;

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
		expect(held(parameters.outRequestNo)).toMatchObject({ remark: 'R'.repeat(32) });
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
		expect(bodies(parameters.outRequestNo)[0]).not.toContain('identity_info');
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
		expect(held(parameters.outRequestNo).decrypted).toEqual(DECRYPTED);
	});

	it('platform certificate mode names the newest certificate', async () => {
		const older = bench.sandbox.keys.platformCertificates[0].serial;
		const { serial } = await bench.sandbox.addPlatformCertificate();
		const { apiV3SecretKey } = bench.sandbox.keys;
		const credential = { verification: 'platformCertificate', apiV3SecretKey } as const;
		const numbers = [newNumber(), newNumber()];
		const { items } = await bench.run(
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
			expect(held(number).decrypted).toEqual(DECRYPTED);
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

describe('Apply: what is refused before anything is sent', () => {
	const all = async (
		cases: Array<{ set: IDataObject }>,
		parameters: INodeParameters,
	): Promise<IDataObject[]> => {
		// Every parameter is an expression that prefers what the item sets.
		const open = Object.fromEntries(
			Object.entries(parameters).map(([name, value]) => [
				name,
				typeof value === 'string' && !['resource', 'operation'].includes(name)
					? `={{ '${name}' in $json ? $json.${name} : ${value.startsWith('=') ? value.slice(3, -2) : JSON.stringify(value)} }}`
					: value,
			]),
		);
		const { items } = await bench.run(
			cases.map(({ set }) => ({ json: { outRequestNo: newNumber(), ...set } })),
			open,
		);
		for (const item of items) expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
		return items;
	};

	it('fields that are needed and that an expression leaves empty, by their label', async () => {
		const labels = {
			subMchid: 'Sub-Merchant ID',
			outRequestNo: 'Out Request No.',
			payeeAccountType: 'Payee Account Type',
			accountName: 'Account Name',
			accountBank: 'Bank',
			accountNumber: 'Account Number',
			idDocType: 'ID Document Type',
			identificationName: 'Identification Name',
			identificationNo: 'Identification Number',
		};
		const names = Object.keys(labels);
		const cases = ['', ' ', null].flatMap((nothing) =>
			names.map((name) => ({ set: { [name]: nothing } })),
		);
		// Only what the payee needs is trimmed: spaces in a number are wrong characters.
		const trimmed = cases.filter(
			({ set }) =>
				!('subMchid' in set || 'outRequestNo' in set) || !Object.values(set).includes(' '),
		);
		const items = await all(trimmed, applyParameters());
		expect(items.map(({ error }) => error)).toEqual(
			trimmed.map(({ set }) => `${labels[Object.keys(set)[0] as keyof typeof labels]} is empty`),
		);
	});

	it('a choice about the money that nobody made', async () => {
		const items = await all(
			[{ set: { withdraw: '' } }, { set: { withdraw: null } }],
			applyParameters(),
		);
		expect(items.map(({ error }) => error)).toEqual(Array(2).fill('Withdraw is not chosen'));
		// As the node stands in the editor: not touched.
		const untouched = without(closeParameters(), 'withdraw');
		await expect(bench.one(untouched)).rejects.toThrow('Parameter "Withdraw" is required');
		expect(bench.sent()).toEqual([]);
	});

	it('a number with a hyphen, and the platform as its own sub-merchant', async () => {
		const items = await all(
			[{ set: { outRequestNo: 'A-1' } }, { set: { subMchid: bench.sandbox.mchid } }],
			applyParameters(),
		);
		expect(items[0].error).toMatch(/^Out Request No\. "A-1" is not 1 to 32 letters and digits/);
		expect(items[1].error).toMatch(/is the Merchant ID of the credential/);
	});

	it('a remark of more than 32 characters', async () => {
		for (const [remark, length] of [
			['R'.repeat(33), 33],
			['注'.repeat(40), 40],
		]) {
			const item = await bench.one(closeParameters({ options: { remark } }));
			expect(item.error).toBe(`Remark has ${length} characters; WeChat Pay takes 32 at most`);
			expect(detailsOf(item)).toMatchObject({ not_sent: true });
		}
		expect(bench.sent()).toEqual([]);
	});

	it('more than ten additional materials, and ones that are no media IDs', async () => {
		const eleven = Array.from({ length: 11 }, (_, i) => `V1_${i}`);
		const items = await all(
			[
				{ set: { additionalMaterials: eleven.join() } },
				{ set: { additionalMaterials: eleven } },
				{ set: { additionalMaterials: 'https://example.com/a.jpg' } },
				{ set: { additionalMaterials: ['V1_1', { id: 'V1_2' }] } },
				{ set: { additionalMaterials: ['V1_1', 'V1 2'] } },
			],
			applyParameters({ additionalMaterials: '' }),
		);
		expect(items.map(({ error }) => error)).toEqual([
			'Additional Materials has 11 media IDs; WeChat Pay takes 10 at most',
			'Additional Materials has 11 media IDs; WeChat Pay takes 10 at most',
			'Media ID in Additional Materials holds a link',
			'Additional Materials is not text',
			expect.stringContaining('Media ID in Additional Materials has spaces'),
		]);
	});

	it('a proof that is no picture, before the one above it is uploaded', async () => {
		const proof = { proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' };
		const media = [
			{ ...proof, binaryPropertyName: 'data' },
			{ ...proof, binaryPropertyName: 'second' },
		];
		const { binary } = withFile();
		const item = await bench.one(applyParameters({ proofMedias: { media } }), {
			json: {},
			binary: { ...binary, second: { data: Buffer.from('%PDF-1.4'), fileName: 'a.jpg' } },
		});
		expect(item.error).toMatch(/"second" is a PDF file/);
		expect(bench.sent()).toEqual([]);
	});

	it('text that WeChat Pay does not take, before a proof is uploaded', async () => {
		const media = [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }];
		for (const [parameters, field] of [
			[{ accountBank: '工商银行😀' }, 'payee_info.bank_account_info.account_bank'],
			[{ options: { remark: '😀' } }, 'remark'],
		] as const) {
			const item = await bench.one(
				applyParameters({ ...parameters, proofMedias: { media } }),
				withFile(),
			);
			expect(item.error).toBe(
				`${field} holds a character that WeChat Pay does not accept (U+1F600)`,
			);
			expect(detailsOf(item)).toMatchObject({ not_sent: true });
		}
		expect(bench.sent()).toEqual([]);
	});
});

describe('Apply: pictures', () => {
	const proof = { proofMediaType: 'WITHDRAWAL_APPLICATION' };

	/** Uploads through the node; the media IDs. */
	const upload = async (count: number): Promise<string[]> => {
		const { items } = await bench.run(
			Array.from({ length: count }, (_, i) => withFile({}, jpeg(80 + i))),
			{ resource: 'merchantMedia', operation: 'upload' },
		);
		return items.map(({ media_id }) => String(media_id));
	};

	it('proofs go through Upload Image first, then into the application in their order', async () => {
		const [known] = await upload(1);
		const [first, last] = [jpeg(1000), jpeg(2000)];
		const parameters = applyParameters({
			proofMedias: {
				media: [
					{ ...proof, source: 'binary', binaryPropertyName: 'data' },
					{ ...proof, source: 'mediaId', mediaId: known },
					{ ...proof, source: 'binary', binaryPropertyName: 'last' },
				],
			},
		});
		const { binary } = withFile({}, first);
		bench.reset();
		const answer = await bench.one(parameters, {
			json: {},
			binary: { ...binary, last: { data: last, fileName: '最后.png' } },
		});
		expect(answer).toMatchObject({ already_existed: false });
		expect(bench.sent().map(({ path }) => path)).toEqual([MERCHANT_MEDIA, MERCHANT_MEDIA, APPLY]);
		const { materials } = held(parameters.outRequestNo);
		expect(materials.map(({ digest }) => digest)).toEqual([
			sha256(first),
			bench.sandbox.media.get(known)?.digest,
			sha256(last),
		]);
		expect(JSON.parse(bodies(parameters.outRequestNo)[0])).toMatchObject({
			proof_medias: materials.map(({ application_type, application_media_id }) => ({
				proof_media_type: application_type,
				proof_media: application_media_id,
			})),
		});
	});

	it('a proof between 2 and 5 MB is sent with a warning', async () => {
		const media = [{ ...proof, source: 'binary', binaryPropertyName: 'data' }];
		const { items, hints } = await bench.run(
			[withFile({}, jpeg(2 * 1024 * 1024 + 1))],
			applyParameters({ proofMedias: { media } }),
		);
		expect(items).toMatchObject([{ already_existed: false }]);
		expect(hints).toEqual([expect.stringContaining('more than 2 MB')]);
	});

	it('IDs of what was uploaded survive a refusal, and are used on the next run', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'noRelation');
		const outRequestNo = newNumber();
		const media = [{ ...proof, source: 'binary', binaryPropertyName: 'data' }];
		const failed = await bench.one(
			applyParameters({ subMchid, outRequestNo, proofMedias: { media } }),
			withFile({}, jpeg(333)),
		);
		const { media_ids, ...details } = detailsOf(failed);
		expect(details).toMatchObject({ code: 'INVALID_REQUEST', out_request_no: outRequestNo });
		expect(details).not.toHaveProperty('outcome');
		expect(details).not.toHaveProperty('not_sent');
		const [uploaded, ...more] = [...bench.sandbox.media.values()].filter(
			({ size, endpoint }) => size === 333 && endpoint === 'merchant',
		);
		expect(more).toEqual([]);
		expect(media_ids).toEqual([
			{ ...{ proof_media_type: proof.proofMediaType }, proof_media: uploaded.id },
		]);

		bench.sandbox.setSubMerchant(subMchid, 'normal');
		bench.reset();
		const again = await bench.one(
			applyParameters({
				subMchid,
				outRequestNo,
				proofMedias: {
					media: [
						{
							...proof,
							source: '={{ $json.details.media_ids ? "mediaId" : "binary" }}',
							mediaId: '={{ $json.details.media_ids[0].proof_media }}',
							binaryPropertyName: 'data',
						},
					],
				},
			}),
			{ json: failed },
		);
		expect(again).toMatchObject({ already_existed: false });
		expect(bench.sent().map(({ path }) => path)).toEqual([APPLY]);
		expect(held(outRequestNo).materials).toMatchObject([{ digest: sha256(jpeg(333)) }]);
	});

	it('additional materials come as a list in text or as an array, ten at most', async () => {
		const ids = await upload(10);
		const three = ids.slice(0, 3);
		const forms: Array<[unknown, string[]]> = [
			[three.join(','), three],
			[` ${three.join(', ')} `, three],
			[three.join(' '), three],
			[three.join('\n'), three],
			[three.join('\r\n\r\n'), three],
			[three.join('，'), three],
			[three, three],
			[ids, ids],
			[ids.join(','), ids],
			['', []],
			[[], []],
		];
		const items = forms.map(([list]) => ({
			json: { n: newNumber(), s: newSubMchid(), list } as IDataObject,
		}));
		const { items: answers } = await bench.run(
			items,
			closeParameters({
				outRequestNo: '={{ $json.n }}',
				subMchid: '={{ $json.s }}',
				additionalMaterials: '={{ $json.list }}',
			}),
		);
		expect(answers).toMatchObject(forms.map(() => ({ already_existed: false })));
		const sent = items.map(
			({ json }) =>
				(JSON.parse(bodies(json.n)[0]) as { additional_materials?: string[] })
					.additional_materials ?? [],
		);
		expect(sent).toEqual(forms.map(([, list]) => list));
	});
});

describe('Apply: a number that was used', () => {
	const first = async (parameters: INodeParameters) => {
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		return held(parameters.outRequestNo);
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
		const [one, two] = bodies(parameters.outRequestNo);
		expect(one).not.toBe(two);
		expect(bench.log(String(parameters.outRequestNo))).toEqual([
			`POST ${APPLY} 200`,
			`POST ${APPLY} 400`,
			`GET ${APPLY}/out-request-no/${String(parameters.outRequestNo)} 200`,
		]);
		expect(held(parameters.outRequestNo).requestDigest).toBe(digest);
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
		const { items } = await bench.run(
			[{ json: {} }, { json: {} }],
			closeParameters({ outRequestNo }),
		);
		expect(items.map(({ already_existed }) => already_existed)).toEqual([false, true]);
		// The second is the same to the byte, which this sandbox refuses all the same.
		expect(bench.log(outRequestNo).map((line) => line.split(' ')[0])).toEqual([
			'POST',
			'POST',
			'GET',
		]);
		expect(held(outRequestNo).requests).toBe(2);
	});
});

describe('Get', () => {
	const get = async (more: INodeParameters) =>
		await bench.one({ resource: 'cancelWithdrawal', operation: 'get', ...more });

	it('finds an application by both of its numbers', async () => {
		const parameters = applyParameters();
		const subMchid = String(parameters.subMchid);
		bench.sandbox.setSubMerchant(subMchid, { balances: { FEES: { available: 7, pending: 0 } } });
		const outRequestNo = String(parameters.outRequestNo);
		const applied = await bench.one(parameters);
		const expected = {
			applyment_id: applied.applyment_id,
			out_request_no: outRequestNo,
			sub_mchid: subMchid,
			cancel_state: 'ACCEPTED',
			cancel_state_description: '已受理',
			withdraw: 'APPLY_WITHDRAW',
			account_info: [{ out_account_type: 'TRADE_FEE_ACCOUNT', amount: 7 }],
			modify_time: expect.any(String) as unknown,
			is_final: false,
			needs_attention: false,
		};
		bench.reset();
		expect(await get({ outRequestNo })).toEqual(expected);
		expect(await get({ getBy: 'outRequestNo', outRequestNo })).toEqual(expected);
		const applymentId = String(applied.applyment_id);
		expect(await get({ getBy: 'applymentId', applymentId })).toEqual(expected);
		expect(bench.sent().map(({ path }) => path)).toEqual([
			`${APPLY}/out-request-no/${outRequestNo}`,
			`${APPLY}/out-request-no/${outRequestNo}`,
			`${APPLY}/applyment-id/${applymentId}`,
		]);
	});

	it('says what to do, state by state', async () => {
		const parameters = applyParameters();
		const subMchid = String(parameters.subMchid);
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 100, pending: 0 } } });
		const number = String(parameters.outRequestNo);
		await bench.one(parameters);
		const steps: Array<[Parameters<typeof bench.sandbox.move>[1], boolean, boolean]> = [
			[{ state: 'REVIEWING' }, false, false],
			[{ state: 'WAITING_MERCHANT_CONFIRM' }, false, true],
			[{ state: 'SYSTEM_PROCESSING' }, false, false],
			[{ state: 'CANCELED' }, false, false],
			[{ state: 'FUND_PROCESSING' }, false, false],
			[{ payState: 'PAY_FAIL' }, false, true],
			[{ payState: 'PAY_PROCESSING', withdrawState: 'WITHDRAW_EXCEPTION' }, false, true],
			[{ state: 'FINISH' }, true, false],
			[{ payState: 'BANK_REFUNDED' }, false, true],
			[{ state: 'SOMETHING_NEW', withdrawState: 'SOMETHING_NEW', force: true }, false, true],
			[{ payState: 'SOMETHING_NEW', withdrawState: 'SOMETHING_NEW' }, false, false],
			[{ state: 'REVOKED', force: true }, true, true],
			[{ state: 'REJECTED', force: true }, true, true],
		];
		for (const [step, is_final, needs_attention] of steps) {
			bench.sandbox.move(number, step);
			const { state } = held(number);
			expect(await get({ outRequestNo: number })).toMatchObject({
				cancel_state: state,
				is_final,
				needs_attention,
			});
		}
	});

	it('gives the link that the merchant confirms with, and CANCELED as final without payout', async () => {
		const parameters = closeParameters();
		const number = String(parameters.outRequestNo);
		await bench.one(parameters);
		bench.sandbox.move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
		expect(await get({ outRequestNo: number })).toMatchObject({
			confirm_cancel: { confirm_cancel_url: expect.stringMatching(/^https:/) },
			needs_attention: true,
		});
		bench.sandbox.move(number, { state: 'CANCELED' });
		expect(await get({ outRequestNo: number })).toMatchObject({
			cancel_state: 'CANCELED',
			is_final: true,
			needs_attention: false,
		});
	});

	it('of a number that nobody has used is an error', async () => {
		const outRequestNo = newNumber();
		expect(detailsOf(await get({ outRequestNo }))).toMatchObject({
			code: 'RESOURCE_NOT_EXISTS',
			httpStatus: 404,
			out_request_no: outRequestNo,
		});
	});

	it.each([
		['={{ "" }}', 'Applyment ID is empty'],
		['2000/../x', 'Applyment ID is not 1 to 32 letters and digits'],
		['={{ 20000000000000001 }}', expect.stringMatching(/^Applyment ID came as the number/)],
	])('refuses the applyment ID "%s"', async (applymentId, error) => {
		const item = await get({ getBy: 'applymentId', applymentId });
		expect(item.error).toEqual(error);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
	});
});
