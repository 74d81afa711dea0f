import type { INodeProperties } from 'n8n-workflow';
import { judgeReadiness } from '../../application/readiness';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { labelOf, option, toList } from '../../item/values';
import type { Operation } from '../operation';
import { ReadinessParts } from './readinessParts';

const cannotKnowNotice: INodeProperties = {
	displayName:
		'The result is a snapshot. WeChat Pay does not report which control blocks the cancellation, which orders hold frozen money, complaints older than "Complaint Look-Back Days", withdrawals and applications in progress, whether stamped forms are needed, or orders and refunds still to come. Run Validate again right before Apply.',
	name: 'readinessNotice',
	type: 'notice',
	default: '',
};

const partsOption: INodeProperties = {
	displayName: 'Parts',
	name: 'parts',
	type: 'multiOptions',
	options: [
		{ name: 'Balances', value: 'balances', description: 'Money on the accounts' },
		{ name: 'Complaints', value: 'complaints', description: 'Open complaints' },
		{ name: 'Limitations', value: 'limitations', description: 'Controls and how to lift them' },
		{
			name: 'Settlement Account',
			value: 'settlementAccount',
			description: 'Whether a withdrawal can arrive',
		},
		{ name: 'Validate', value: 'validate', description: 'Always read: only this part decides' },
	],
	default: [],
	description:
		'Parts to read regardless of the result of Validate. If empty, the parts that the results of Validate and the balances call for.',
};

const lookBackOption: INodeProperties = {
	displayName: 'Complaint Look-Back Days',
	name: 'complaintLookbackDays',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3660 },
	default: 180,
	description:
		'Number of days of complaints to read, including today. Every 30 days take one request; WeChat Pay allows 200 of these per minute.',
};

function readDays(item: Item): number {
	const { default: usual } = lookBackOption;
	const label = labelOf(lookBackOption);
	const days = Number(item.value(option(lookBackOption).name, usual));
	if (Number.isSafeInteger(days) && days >= 1 && days <= 3660) return days;
	throw new InputError(`${label} is not a whole number from 1 to 3660`, 'Correct it.');
}

function readParts(item: Item): string[] | undefined {
	const { options = [] } = partsOption;
	const label = labelOf(partsOption);
	const chosen = toList(item.value(option(partsOption).name, []), label);
	const known = options.map((choice) => ('value' in choice ? choice.value : ''));
	const unknown = chosen.find((part) => !known.includes(part));
	if (unknown !== undefined) {
		throw new InputError(`${label} has no "${unknown}"`, `Available parts: ${known.join(', ')}.`);
	}
	return chosen.length > 0 ? chosen : undefined;
}

/**
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016420099
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const checkReadiness: Operation = {
	value: 'checkReadiness',
	name: 'Check Readiness',
	action: 'Check readiness for cancellation',
	description:
		"Find out whether a sub-merchant's account can be closed now, what blocks it, and what to do about it. Changes nothing. Only Validate decides; the other parts explain why.",
	fields: [cannotKnowNotice, subMchidField],
	options: [lookBackOption, partsOption],
	async execute(item) {
		const subMchid = readSubMchid(item);
		const days = readDays(item);
		const parts = new ReadinessParts(item, { subMchid, days, chosen: readParts(item) });
		const findings = await parts.read();
		const { validate: { merchant_state, validate_result } = {}, accounts } = findings;
		const { ready, blockers, warnings } = judgeReadiness(findings, days);
		return {
			sub_mchid: subMchid,
			ready,
			...(merchant_state !== undefined && { merchant_state }),
			...(validate_result !== undefined && { validate_result }),
			blockers,
			warnings,
			...(accounts.length > 0 && { accounts }),
			not_checked: parts.notChecked,
			checked_at: new Date().toISOString(),
		};
	},
};
