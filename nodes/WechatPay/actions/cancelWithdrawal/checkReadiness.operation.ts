import type { INodeProperties } from 'n8n-workflow';
import { judgeReadiness } from '../../application/readiness';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { option, toList } from '../../item/values';
import type { Operation } from '../operation';
import { ReadinessParts } from './readinessParts';

const cannotKnowNotice: INodeProperties = {
	displayName:
		'This is a snapshot of what WeChat Pay shows. It cannot show which control forbids closing, which orders hold frozen money, complaints older than the look-back, withdrawals and applications under way, whether paper is needed, or orders and refunds still to come. Run Validate again right before Apply.',
	name: 'readinessNotice',
	type: 'notice',
	default: '',
};

const partsOption: INodeProperties = {
	displayName: 'Parts',
	name: 'parts',
	type: 'multiOptions',
	options: [
		{ name: 'Balances', value: 'balances', description: 'What is on the accounts' },
		{ name: 'Complaints', value: 'complaints', description: 'Those that are open' },
		{ name: 'Limitations', value: 'limitations', description: 'Controls, and the way out' },
		{
			name: 'Settlement Account',
			value: 'settlementAccount',
			description: 'Whether a withdrawal can arrive',
		},
		{ name: 'Validate', value: 'validate', description: 'Always read: it alone decides' },
	],
	default: [],
	description:
		'Which parts to read, whatever Validate says. If empty, those that Validate and the balances give reason to.',
};

const lookBackOption: INodeProperties = {
	displayName: 'Complaint Look-Back Days',
	name: 'complaintLookbackDays',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3660 },
	default: 180,
	description:
		'How many days of complaints to read, today included. Each 30 days are a request, and WeChat Pay allows 200 of these a minute.',
};

function readDays(item: Item): number {
	const { displayName, default: usual } = lookBackOption;
	const days = Number(item.value(option(lookBackOption).name, usual));
	if (Number.isSafeInteger(days) && days >= 1 && days <= 3660) return days;
	throw new InputError(`${displayName} is not a whole number from 1 to 3660`, 'Correct it.');
}

function readParts(item: Item): string[] | undefined {
	const { displayName, options = [] } = partsOption;
	const chosen = toList(item.value(option(partsOption).name, []), displayName);
	const known = options.map((choice) => ('value' in choice ? choice.value : ''));
	const unknown = chosen.find((part) => !known.includes(part));
	if (unknown !== undefined) {
		throw new InputError(`${displayName} has no "${unknown}"`, `Known are: ${known.join(', ')}.`);
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
	action: 'Check readiness for closing',
	description:
		'Find out whether a sub-merchant can be closed now, what stands in the way, and what to do about it. It changes nothing. Validate alone decides; the other parts say why.',
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
