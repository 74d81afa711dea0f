import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import { toJsonBytes } from '../../protocol/json';
import { applicationRules } from '../../transport';
import {
	assertLength,
	assertPlainText,
	readOwnNumber,
	readSubMchid,
	readText,
	subMchidField,
} from '../checks';
import { ifExistsOption, readIfExists } from '../ifExists';
import type { Operation } from '../operation';
import { payeeFields, readPayee } from './payee';
import {
	additionalMaterialsField,
	proofMediasField,
	readAdditionalMaterials,
	readProofs,
	uploadProofs,
} from './proofs';
import { APPLY_PATH, lookUpPath, outRequestNoField, UNCHOSEN } from './shared';

const MAX_REMARK_LENGTH = 32;

const withdrawField: INodeProperties = {
	displayName: 'Withdraw',
	name: 'withdraw',
	type: 'options',
	options: [
		{
			name: 'Do Not Withdraw',
			value: 'NOT_APPLY_WITHDRAW',
			description: 'Only close the account: there is no money left on it',
		},
		{
			name: 'Withdraw',
			value: 'APPLY_WITHDRAW',
			description: 'Pay out everything that is left to the account below',
		},
	],
	default: UNCHOSEN,
	required: true,
	description:
		'Whether the rest of the money is paid out. A person has to decide this: there is no default.',
};

const remarkOption: INodeProperties = {
	displayName: 'Remark',
	name: 'remark',
	type: 'string',
	default: '',
	description:
		"Text for the bank's record of the payout: digits, letters and Chinese characters, up to 32. Whether it is shown depends on the bank.",
};

const PAYEE_STANDS =
	'Applications that existed before this run are marked with payee_as_first_sent: the account that was sent first is paid. The payee of this run was not submitted for them.';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4013892756 */
export const apply: Operation = {
	value: 'apply',
	name: 'Apply',
	action: 'Apply to cancel and withdraw',
	description: 'Apply to close an account and pay out what is left. It cannot be taken back.',
	fields: [
		subMchidField,
		outRequestNoField,
		withdrawField,
		...payeeFields,
		proofMediasField,
		additionalMaterialsField,
	],
	options: [ifExistsOption, remarkOption],
	async execute(i, wechatPay) {
		const outRequestNo = readOwnNumber.call(
			this,
			outRequestNoField,
			'out_request_no',
			i,
			wechatPay,
		);
		const subMchid = readSubMchid.call(this, i, wechatPay);
		const withdraw = readText.call(this, withdrawField.name, withdrawField.displayName, i);
		if (withdraw === UNCHOSEN) {
			throw new InputError(
				'Withdraw is not chosen',
				'Choose Withdraw, to pay out what is left, or Do Not Withdraw.',
			);
		}
		const remark = readText.call(this, 'options.remark', remarkOption.displayName, i).trim();
		assertLength(remark, MAX_REMARK_LENGTH, remarkOption.displayName);
		assertPlainText(remark, remarkOption.displayName, 'Leave out spaces and signs.');
		const ifExists = readIfExists.call(this, i);
		const isPayout = withdraw === 'APPLY_WITHDRAW';
		const additionalMaterials = readAdditionalMaterials.call(this, i);
		const label = `${outRequestNoField.displayName} ${outRequestNo}`;
		return await wechatPay.inTurn(outRequestNo, async () => {
			const proofs = await readProofs.call(this, i, wechatPay);
			const encryption = await wechatPay.openEncryption();
			const fields = {
				sub_mchid: subMchid,
				out_request_no: outRequestNo,
				withdraw,
				payee_info: isPayout
					? readPayee.call(this, i, encryption, (text) => wechatPay.secret(text))
					: undefined,
				additional_materials: additionalMaterials.length > 0 ? additionalMaterials : undefined,
				remark: remark || undefined,
			};
			// Text that WeChat Pay does not take is refused before anything is uploaded.
			toJsonBytes(fields);
			const { answer, alreadyExisted } = await wechatPay.submit(
				APPLY_PATH,
				async () => {
					const proofMedias = await uploadProofs(proofs, wechatPay);
					return toJsonBytes({
						...fields,
						proof_medias: proofMedias.length > 0 ? proofMedias : undefined,
					});
				},
				lookUpPath(outRequestNo),
				applicationRules({ label, subMchid, ifExists, withdraw }),
				encryption.serial,
			);
			const keepsPayee = alreadyExisted && isPayout;
			if (keepsPayee) wechatPay.warn(PAYEE_STANDS);
			return {
				...answer,
				already_existed: alreadyExisted,
				...(keepsPayee && { payee_as_first_sent: true }),
			};
		});
	},
};
