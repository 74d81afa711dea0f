import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { detailsOf, openBench } from '../support/bench';
import { applyParameters, closeParameters } from '../support/cancelWithdrawals';
import { newNumber, withFile, without } from '../support/inputs';

const bench = openBench();

describe('Apply input validation', () => {
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
		const items = await bench.outcomes(
			cases.map(({ set }) => ({ json: { outRequestNo: newNumber(), ...set } })),
			open,
		);
		for (const item of items) expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
		return items;
	};

	it('rejects empty required fields and names them by label', async () => {
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
			trimmed.map(({ set }) => `"${labels[Object.keys(set)[0] as keyof typeof labels]}" is empty`),
		);
	});

	it('rejects a "Withdraw" that is empty or missing', async () => {
		const items = await all(
			[{ set: { withdraw: '' } }, { set: { withdraw: null } }],
			applyParameters(),
		);
		expect(items.map(({ error }) => error)).toEqual(Array(2).fill('"Withdraw" is not chosen'));
		// As the node stands in the editor: not touched.
		const untouched = without(closeParameters(), 'withdraw');
		await expect(bench.one(untouched)).rejects.toThrow('Parameter "Withdraw" is required');
		expect(bench.sent()).toEqual([]);
	});

	it('rejects a number with a hyphen, and the merchant ID of the credential as sub-merchant', async () => {
		const items = await all(
			[{ set: { outRequestNo: 'A-1' } }, { set: { subMchid: bench.sandbox.mchid } }],
			applyParameters(),
		);
		expect(items[0].error).toMatch(/^"Out Request No\." "A-1" is not 1 to 32 letters and digits/);
		expect(items[1].error).toMatch(/is the "Merchant ID" of the credential/);
	});

	it('rejects a remark of more than 32 characters', async () => {
		for (const [remark, length] of [
			['R'.repeat(33), 33],
			['注'.repeat(40), 40],
		]) {
			const item = await bench.one(closeParameters({ options: { remark } }));
			expect(item.error).toBe(`"Remark" has ${length} characters; WeChat Pay accepts 32 at most`);
			expect(detailsOf(item)).toMatchObject({ not_sent: true });
		}
		expect(bench.sent()).toEqual([]);
	});

	it('rejects a remark with characters other than digits, letters and Chinese characters', async () => {
		for (const remark of ['注销 提现', '注销-提现', 'close_1', '注销。', 'é', '注销😀']) {
			const item = await bench.one(closeParameters({ options: { remark } }));
			expect(item.error).toBe(
				'"Remark" contains characters other than digits, letters and Chinese characters',
			);
			expect(item.message).toMatch(/Remove spaces and symbols/);
			expect(detailsOf(item)).toMatchObject({ not_sent: true });
		}
		expect(bench.sent()).toEqual([]);
	});

	it('rejects more than ten additional materials, and invalid media IDs', async () => {
		const eleven = Array.from({ length: 11 }, (_, i) => `V1_${i}`);
		const items = await all(
			[
				{ set: { additionalMaterials: eleven.join() } },
				{ set: { additionalMaterials: eleven } },
				{ set: { additionalMaterials: 'http://example.com/a.jpg' } },
				{ set: { additionalMaterials: ['V1_1', { id: 'V1_2' }] } },
				{ set: { additionalMaterials: ['V1_1', 'V1 2'] } },
			],
			applyParameters({ additionalMaterials: '' }),
		);
		expect(items.map(({ error }) => error)).toEqual([
			'"Additional Materials" has 11 entries; WeChat Pay accepts 10 at most',
			'"Additional Materials" has 11 entries; WeChat Pay accepts 10 at most',
			'"Link" in "Additional Materials" row 1 begins with http://',
			'"Additional Materials" is not text',
			expect.stringContaining('"Media ID" in "Additional Materials" row 2 has spaces'),
		]);
	});

	it('rejects a proof that is not an image before uploading the one above it', async () => {
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

	it('rejects text that WeChat Pay does not accept before uploading a proof', async () => {
		const media = [{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'binary' }];
		for (const [parameters, field] of [
			[{ accountBank: '工商银行😀' }, 'payee_info.bank_account_info.account_bank'],
			[{ bankBranchName: '城关信用社😀' }, 'payee_info.bank_account_info.bank_branch_name'],
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
