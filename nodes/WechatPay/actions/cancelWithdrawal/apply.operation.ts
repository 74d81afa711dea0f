import type { INodeProperties } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { applicationRules } from '../../application/rules';
import { InputError } from '../../failure/errors';
import { readBankText } from '../../item/bankText';
import { merchantMedia, uploadAll, uploadImages } from '../../item/images';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { assertToolConsent, iUnderstandField } from '../../item/consent';
import { labelOf, option } from '../../item/values';
import { toJsonBytes } from '../../protocol/json';
import { ifExistsOption, readIfExists } from '../ifExists';
import type { Operation } from '../operation';
import { payeeFields, readPayee } from './payee';
import {
	additionalMaterialsField,
	proofMediasField,
	readAdditionalMaterials,
	readProofs,
} from './proofs';
import { UNCHOSEN, outRequestNoField } from './shared';

const withdrawField: INodeProperties = {
	displayName: 'Withdraw',
	name: 'withdraw',
	type: 'options',
	options: [
		{
			name: 'Do Not Withdraw',
			value: 'NOT_APPLY_WITHDRAW',
			description: 'Close the account without a payout, if its balance is 0',
		},
		{
			name: 'Withdraw',
			value: 'APPLY_WITHDRAW',
			description: 'Pay out the whole balance to the account below',
		},
	],
	default: UNCHOSEN,
	required: true,
	description:
		'Whether to pay out the remaining balance. There is no default: a person must decide.',
};

const remarkOption: INodeProperties = {
	displayName: 'Remark',
	name: 'remark',
	type: 'string',
	default: '',
	description:
		"Text for the bank's record of the payout: digits, letters and Chinese characters, up to 32. Whether it is shown depends on the bank.",
};

function readWithdraw(item: Item): string {
	const withdraw = item.text(withdrawField);
	if (withdraw !== UNCHOSEN) return withdraw;
	throw new InputError(
		'"Withdraw" is not chosen',
		'Choose "Withdraw" to pay out the balance, or "Do Not Withdraw".',
	);
}

const PAYEE_STANDS =
	'Items with payee_as_first_sent are applications that existed before this run: the payee sent first is paid, and the payee of this run was not submitted.';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4013892756 */
export const apply: Operation = {
	value: 'apply',
	name: 'Apply',
	action: 'Apply for account cancellation',
	description:
		"Apply to close a sub-merchant's account and pay out its balance. It cannot be undone.",
	fields: [
		subMchidField,
		outRequestNoField,
		withdrawField,
		...payeeFields,
		proofMediasField,
		additionalMaterialsField,
		iUnderstandField,
	],
	options: [ifExistsOption, remarkOption],
	numberOf: (item) => item.ownNumber(outRequestNoField, 'out_request_no'),
	async execute(item) {
		const outRequestNo = item.ownNumber(outRequestNoField, 'out_request_no');
		const subMchid = readSubMchid(item);
		const withdraw = readWithdraw(item);
		const remark = readBankText(item, option(remarkOption));
		const ifExists = readIfExists(item);
		const endpoint = merchantMedia(item);
		const proofs = await readProofs(item, endpoint);
		const additional = await readAdditionalMaterials(item, endpoint);
		const named = { sub_mchid: subMchid, out_request_no: outRequestNo };
		const isPayout = withdraw === 'APPLY_WITHDRAW';
		if (isPayout) assertToolConsent(item, 'This pays out the whole balance.');
		const fields = {
			...named,
			withdraw,
			payee_info: isPayout ? await readPayee(item) : undefined,
			remark: remark || undefined,
		};
		// Refuses characters that WeChat Pay does not accept before anything is uploaded.
		toJsonBytes(fields);
		const toEntry = (mediaId: string, index: number) => ({
			proof_media_type: proofs.types[index],
			proof_media: mediaId,
		});
		const label = `${labelOf(outRequestNoField)} ${outRequestNo}`;
		const { response, alreadyExisted } = await item.submit({
			path: PATHS.apply,
			body: async () => {
				const medias = await uploadImages(item, proofs.images, toEntry);
				const ids = await uploadAll(item, additional);
				return toJsonBytes({
					...fields,
					proof_medias: medias.length > 0 ? medias : undefined,
					additional_materials: ids.length > 0 ? ids : undefined,
				});
			},
			sendsKeySerial: true,
			about: named,
			lookUpPath: PATHS.byOutRequestNo(outRequestNo),
			rules: applicationRules({ label, subMchid, ifExists, withdraw }),
		});
		const isFirstPayee = isPayout && alreadyExisted;
		if (isFirstPayee) item.hint(PAYEE_STANDS);
		return {
			...response,
			already_existed: alreadyExisted,
			...(isFirstPayee && { payee_as_first_sent: true }),
		};
	},
};
