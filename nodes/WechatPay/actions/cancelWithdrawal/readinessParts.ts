import type { IDataObject } from 'n8n-workflow';
import { accountTypesToAsk, toAccounts } from '../../application/accounts';
import type { ReadBalance } from '../../application/accounts';
import { addDays, beijingDay } from '../../application/complaints';
import type { Findings } from '../../application/findings';
import { PATHS } from '../../application/paths';
import {
	PARTS,
	asksForComplaints,
	asksForLimitations,
	asksForSettlementAccount,
} from '../../application/readiness';
import type { Part } from '../../application/readiness';
import { isNeverOpened, isNotAllowed } from '../../failure/cause';
import type { CallError } from '../../failure/errors';
import { listComplaints } from '../../item/complaints';
import { allSettled, attemptPart } from '../../item/each';
import type { Item } from '../../item/item';
import { getBalance } from '../balance/shared';

/** What to check. */
export interface Check {
	subMchid: string;
	/** Parts to read; undefined for those that the results of Validate and the balances call for. */
	chosen?: readonly string[];
	/** Number of days of complaints to read. */
	days: number;
}

/** Reads the parts of a check, and records which of them could not be read. */
export class ReadinessParts {
	private readonly failures = new Map<Part, CallError>();

	/** Whether any part could be read. */
	private isAnyRead = false;

	constructor(
		private readonly item: Item,
		private readonly check: Check,
	) {}

	/**
	 * Reads the parts: Validate first, then those that its result calls for.
	 *
	 * @throws {CallError} the error of Validate, if no part could be read
	 */
	async read(): Promise<Findings> {
		const { item } = this;
		const { subMchid } = this.check;
		const validate = await this.part('validate', async () => {
			return await item.get(PATHS.validate(subMchid), { sub_mchid: subMchid });
		});
		const [balances = [], complaints] = await allSettled([
			this.wanted('balances', true, async () => await this.readBalances(validate)),
			this.wanted(
				'complaints',
				asksForComplaints(validate),
				async () => await this.readComplaints(),
			),
		]);
		const accounts = toAccounts(validate, balances);
		const [limitations, settlementAccount] = await allSettled([
			this.wanted('limitations', asksForLimitations(validate, accounts), async () => {
				return await item.get(PATHS.limitations(subMchid), { mchid: subMchid });
			}),
			this.wanted('settlementAccount', asksForSettlementAccount(accounts), async () => {
				return await item.get(PATHS.settlementAccount(subMchid), undefined);
			}),
		]);
		const [first] = this.failures.values();
		if (!this.isAnyRead && first) throw first;
		return { validate, accounts, limitations, complaints, settlementAccount };
	}

	/** The parts that could not be read, with the reasons. */
	get notChecked(): IDataObject[] {
		return PARTS.flatMap((part) => {
			const failure = this.failures.get(part);
			if (!failure) return [];
			const { message, details } = this.item.report(failure);
			const said = isNotAllowed(failure.cause)
				? `WeChat Pay does not let this platform read this part, which does not mean that there is nothing. ${message}`
				: message;
			const { code = '', requestId = '' } = details;
			return [{ part, code, message: said, request_id: requestId }];
		});
	}

	private async part<T>(part: Part, call: () => Promise<T>): Promise<T | undefined> {
		const result = await attemptPart(call);
		if ('failed' in result) {
			this.failures.set(part, result.failed);
			return undefined;
		}
		this.isAnyRead = true;
		return result.found;
	}

	private async wanted<T>(
		part: Part,
		isByRule: boolean,
		call: () => Promise<T>,
	): Promise<T | undefined> {
		const isWanted = this.check.chosen?.includes(part) ?? isByRule;
		return isWanted ? await this.part(part, call) : undefined;
	}

	/** Reads the balances. The part fails if one of them fails, but the others are still used. */
	private async readBalances(validate: IDataObject | undefined): Promise<ReadBalance[]> {
		const types = accountTypesToAsk(validate);
		const results = await allSettled(
			types.map(
				async (type) =>
					await attemptPart(async () => await getBalance(this.item, this.check.subMchid, type)),
			),
		);
		const balances = results.map((result, index): ReadBalance => {
			const accountType = types[index];
			if ('found' in result) return { accountType, balance: result.found };
			const isNone = isNeverOpened(result.failed.cause);
			if (!isNone && !this.failures.has('balances')) this.failures.set('balances', result.failed);
			return { accountType, balance: isNone ? 'neverOpened' : undefined };
		});
		const failure = this.failures.get('balances');
		if (failure && balances.every(({ balance }) => balance === undefined)) throw failure;
		return balances;
	}

	private async readComplaints(): Promise<IDataObject[]> {
		const { subMchid, days } = this.check;
		const end = beijingDay(Date.now());
		const begin = addDays(end, 1 - days);
		return await listComplaints(this.item, { begin, end, subMchid, max: Infinity });
	}
}
