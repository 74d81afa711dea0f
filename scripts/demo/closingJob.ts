import type { IDataObject } from 'n8n-workflow';
import type { Engine } from '../../engine';
import { searchList } from '../../engine/listSearch';
import type { Sandbox } from '../../sandbox';
import type { Closing } from './closingCheck';
import * as steps from './closingSteps';
import type { Step } from './closingSteps';
import type { ImageLinks } from './imageLinks';

/** What the merchants are at WeChat Pay before: money, complaints, a limitation. */
export function setScene(sandbox: Sandbox, rows: Closing[]): void {
	for (const { sub_mchid: number, balance_fen: fen, complaint, expected } of rows) {
		sandbox.setSubMerchant(number, {
			balances: { BASIC: { available: Number(fen), pending: 0 } },
		});
		if (complaint !== '') {
			sandbox.closing.createComplaint({ complainted_mchid: number, complaint_detail: complaint });
		}
		if (expected !== 'blocked') continue;
		sandbox.closing.setLimitations(number, {
			recovery_specifications: [
				{
					limitation_reason_type: 'NO_TRADE',
					relate_limitations: ['NO_PAYMENT'],
					recover_way: 'VERIFY_INACTIVE_MERCHANT_IDENTITY',
				},
			],
			blocks_closing: true,
		});
	}
}

/** What one run of the job put out. */
export interface Course {
	/** The items of each step. */
	items: Map<Step, IDataObject[]>;
	/** The merchants that were applied for. */
	closing: Closing[];
}

/** The whole job, from what blocks a merchant to the closed account. */
export class Job {
	constructor(
		private readonly engine: Engine,
		private readonly sandbox: Sandbox,
		private readonly links: ImageLinks,
	) {}

	/**
	 * Runs every step over the rows. Applies for the merchants in `closing`; left out, for those that are
	 * ready once complaints and withdrawals are settled.
	 */
	async run(rows: Closing[], closing?: Closing[]): Promise<Course> {
		const items: Course['items'] = new Map();
		const step = async (one: Step, input: IDataObject[]): Promise<IDataObject[]> => {
			const output = await this.execute(one, input);
			items.set(one, output);
			return output;
		};
		const complaints = (await step(steps.COMPLAINTS, [{}])).map((complaint) => ({
			...rows.find(({ sub_mchid }) => sub_mchid === complaint.complainted_mchid),
			complaint_id: complaint.complaint_id,
		}));
		await step(steps.REPLY, complaints);
		await step(steps.COMPLETE, complaints);
		const withdrawn = rows.filter(({ withdrawal_no: number }) => number !== '');
		await step(steps.WITHDRAW, withdrawn);
		for (const { withdrawal_no: number } of withdrawn) this.bankPays(number);

		const after = await step(steps.CHECK, rows);
		const chosen = closing ?? rows.filter((_, index) => after[index].ready === true);
		const applications = await Promise.all(chosen.map(async (row) => await this.complete(row)));
		await step(steps.APPLY, applications);
		for (const row of chosen) this.moveOn(row, 'ACCEPTED', 'WAITING_MERCHANT_CONFIRM');
		await step(steps.CONFIRM, applications);
		for (const row of chosen) this.moveOn(row, 'SYSTEM_PROCESSING', 'FINISH');
		await step(steps.GET, applications);
		return { items, closing: chosen };
	}

	/** Runs one operation over items. An error of one of them ends the demo: none is expected. */
	async execute({ label, parameters }: Step, rows: IDataObject[]): Promise<IDataObject[]> {
		const { main, error } = await this.engine.run({
			items: rows.map((json) => ({ json })),
			parameters,
			credential: { ...this.sandbox.credential() },
		});
		if (error) throw new Error(`${label} failed: ${error.message}`, { cause: error });
		return main[0].map(({ json }) => json);
	}

	/** Adds what a user chooses in the editor, or has elsewhere: the bank of the list, the link to an image. */
	private async complete(row: Closing): Promise<IDataObject> {
		const { account_bank: name, additional_material: image } = row;
		return {
			...row,
			bank: name === '' ? '' : await this.chooseBank(row),
			link: image === '' ? '' : this.links.link(image),
		};
	}

	private async chooseBank({
		account_bank: name,
		payee_account_type: type,
	}: Closing): Promise<string> {
		const { results } = await searchList(this.engine, {
			method: 'searchBanks',
			parameters: { ...steps.APPLY.parameters, payeeAccountType: type },
			filter: name,
			credential: { ...this.sandbox.credential() },
		});
		const chosen = results.find(({ value }) => value === name);
		if (!chosen) throw new Error(`The list of banks has no ${name}.`);
		return String(chosen.value);
	}

	/** The sandbox's bank; a withdrawal that is paid already stays so. */
	private bankPays(number: string): void {
		if (this.sandbox.fundWithdrawals.get(number)?.status === 'SUCCESS') return;
		this.sandbox.closing.moveWithdrawal(number, { status: 'SUCCESS' });
	}

	/** The sandbox's reviewer, and then its bank; an application that is further on stays where it is. */
	private moveOn({ out_request_no: number }: Closing, from: string, to: string): void {
		if (this.sandbox.withdrawals.get(number)?.state !== from) return;
		this.sandbox.move(number, { state: to });
	}
}
