import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import { toJsonBytes } from '../../protocol/json';
import { assertNotClosed, assertOwner } from '../../transport';
import type { SubmissionRules } from '../../transport';
import { assertLength, assertPlainText, readSubMchid, readText, subMchidField } from '../checks';
import type { Operation } from '../operation';
import { APPLY_PATH, applicationFields, readApplication } from './shared';

/** States in which the application still waits to be confirmed, or cannot be yet. */
const NOT_CONFIRMED = new Set(['ACCEPTED', 'REVIEWING', 'WAITING_MERCHANT_CONFIRM']);
/** States that follow a confirmation. */
const CONFIRMED = new Set(['SYSTEM_PROCESSING', 'CANCELED', 'FUND_PROCESSING', 'FINISH']);
const TOO_LATE = 'It cannot be confirmed any more. Apply again with a new number.';

const operatorField: INodeProperties = {
	displayName: 'Operator',
	name: 'operatorIdentification',
	type: 'string',
	default: '',
	required: true,
	description:
		'Who at the platform confirms: letters, digits and Chinese characters, up to 100. A person, not a workflow.',
};

const confirmTimeField: INodeProperties = {
	displayName: 'Confirm Time',
	name: 'confirmTime',
	type: 'string',
	default: '',
	required: true,
	placeholder: '2026-11-21T10:00:00+08:00',
	description: 'When the merchant confirmed, with the offset of the time zone (RFC 3339)',
};

const contractVersionField: INodeProperties = {
	displayName: 'Cancel Contract Version',
	name: 'cancelContractVersion',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'V20241213',
	description:
		'Version of the cancellation agreement that the merchant confirmed, up to 32 characters',
};

const iUnderstandField: INodeProperties = {
	displayName: 'I Understand: This Is Final',
	name: 'iUnderstand',
	type: 'boolean',
	default: false,
	description:
		"Whether a person has decided this. Confirming closes the sub-merchant's account for good.",
};

const confirmNotice: INodeProperties = {
	displayName:
		"Confirming closes the sub-merchant's account for good. WeChat Pay's list of interfaces no longer names this one, so your merchant may not have it. The sub-merchant can confirm itself: make a QR code of confirm_cancel_url, which Get gives. WeChat Pay's page has it scanned by the super administrator in one place, by staff of the sub-merchant in another.",
	name: 'confirmNotice',
	type: 'notice',
	default: '',
};

/** What an expression may give for a time, as text: a DateTime, a Date, or the text itself. */
function toTimeText(value: unknown): string {
	if (typeof value !== 'object' || value === null) return String(value ?? '').trim();
	if ('toISO' in value) return String((value as { toISO: () => unknown }).toISO());
	const isDate = 'toISOString' in value && !Number.isNaN(Number(value));
	return isDate ? (value as Date).toISOString() : String(value);
}

/** JavaScript takes 30 February for 2 March; a time that is on record must exist. */
const isDay = (date: string): boolean =>
	new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

/** Reads the time as RFC 3339, also from a DateTime of an expression; never from the clock. */
function readConfirmTime(this: IExecuteFunctions, i: number): string {
	const { name, displayName } = confirmTimeField;
	const given = toTimeText(this.getNodeParameter(name, i, ''));
	const match = /^((\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(
		given,
	);
	if (match && !Number.isNaN(Date.parse(given)) && isDay(match[2])) {
		return match[1] + (match[3] === 'Z' ? '+00:00' : match[3]);
	}
	throw new InputError(
		given === '' ? `${displayName} is empty` : `${displayName} is not a time with its offset`,
		'Give it as 2026-11-21T10:00:00+08:00.',
	);
}

function readShort(
	this: IExecuteFunctions,
	field: INodeProperties,
	most: number,
	i: number,
): string {
	const { name, displayName } = field;
	const value = readText.call(this, name, displayName, i).trim();
	if (value === '') throw new InputError(`${displayName} is empty`, 'Fill it in.');
	assertLength(value, most, displayName);
	return value;
}

/**
 * How a confirmation is submitted. It has no number of its own: whether it was acted on is told by the state
 * of the application. A state that is absent or new at WeChat Pay tells nothing.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
const confirmationRules = (label: string, subMchid: string): SubmissionRules => ({
	label,
	accept: (answer) => assertNotClosed(answer, label, TOO_LATE),
	judge: (found) => {
		assertOwner(found, label, subMchid);
		assertNotClosed(found, label, TOO_LATE);
		const state = String(found.cancel_state);
		if (CONFIRMED.has(state)) return 'done';
		return NOT_CONFIRMED.has(state) ? 'notDone' : 'unclear';
	},
});

/** @see https://pay.weixin.qq.com/doc/v3/partner/4013892772 */
export const confirm: Operation = {
	value: 'confirm',
	name: 'Confirm',
	action: 'Confirm an application for the merchant',
	description:
		'Confirm for the sub-merchant. It closes the account for good: a person has to decide.',
	fields: [
		confirmNotice,
		...applicationFields,
		subMchidField,
		operatorField,
		confirmTimeField,
		contractVersionField,
		iUnderstandField,
	],
	async execute(i, wechatPay) {
		const { body: named, path, label } = readApplication.call(this, i, wechatPay);
		const subMchid = readSubMchid.call(this, i, wechatPay);
		const operator = readShort.call(this, operatorField, 100, i);
		assertPlainText(
			operator,
			operatorField.displayName,
			'Give the name or the staff number without spaces and signs.',
		);
		const confirmTime = readConfirmTime.call(this, i);
		const contractVersion = readShort.call(this, contractVersionField, 32, i);
		if (this.getNodeParameter(iUnderstandField.name, i, false) !== true) {
			throw new InputError(
				`${iUnderstandField.displayName} is off`,
				'Confirming closes the account for good. Switch it on if a person has decided that.',
			);
		}
		return await wechatPay.inTurn(label, async () => {
			const { answer, alreadyExisted } = await wechatPay.submit(
				`${APPLY_PATH}/confirm`,
				toJsonBytes({
					...named,
					sub_mchid: subMchid,
					operator_identification: operator,
					confirm_time: confirmTime,
					cancel_contract_version: contractVersion,
				}),
				path,
				confirmationRules(label, subMchid),
			);
			return { ...answer, already_confirmed: alreadyExisted };
		});
	},
};
