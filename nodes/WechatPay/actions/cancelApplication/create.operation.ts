import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { toJsonBytes } from '../../protocol/json';
import { judgeApplication } from '../../transport';
import { readOwnNumber, readSubMchid, subMchidField } from '../checks';
import type { Operation } from '../operation';
import { materialsField, readMaterials, uploadMaterials } from './materials';
import { CREATE_PATH, lookUpPath, outApplyNoField } from './shared';

const ifExistsOption: INodeProperties = {
	displayName: 'If Exists',
	name: 'ifExists',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Report that the number was used before',
		},
		{
			name: 'Return Existing',
			value: 'returnExisting',
			description: 'Give the application that is there, with already_existed true',
		},
	],
	default: 'returnExisting',
	description:
		'What to do when WeChat Pay has an application of this sub-merchant with this number. Whether it was sent with the same content cannot be seen.',
};

function readIfExists(this: IExecuteFunctions, i: number): 'returnExisting' | 'fail' {
	const given = this.getNodeParameter('options.ifExists', i, 'returnExisting');
	return given === 'fail' ? 'fail' : 'returnExisting';
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476217 */
export const create: Operation = {
	value: 'create',
	name: 'Create Cancel Application',
	action: 'Create a cancel application',
	description: "Apply to close a sub-merchant's account. It cannot be taken back.",
	fields: [subMchidField, outApplyNoField, materialsField],
	options: [ifExistsOption],
	async execute(i, wechatPay) {
		const outApplyNo = readOwnNumber.call(this, outApplyNoField, 'out_apply_no', i, wechatPay);
		const subMchid = readSubMchid.call(this, i, wechatPay);
		const ifExists = readIfExists.call(this, i);
		const label = `${outApplyNoField.displayName} ${outApplyNo}`;
		return await wechatPay.inTurn(outApplyNo, async () => {
			const materials = await readMaterials.call(this, i, wechatPay);
			const mediaIds = await uploadMaterials(materials, wechatPay);
			const body = toJsonBytes({
				sub_mchid: subMchid,
				out_apply_no: outApplyNo,
				application_info: mediaIds,
			});
			const { answer, alreadyExisted } = await wechatPay.submit(
				CREATE_PATH,
				body,
				lookUpPath(outApplyNo),
				{ label, judge: judgeApplication(label, subMchid, ifExists) },
			);
			return { ...answer, media_ids: mediaIds, already_existed: alreadyExisted };
		});
	},
};
