import { toJsonBytes } from '../../protocol/json';
import { applicationRules } from '../../transport';
import { readOwnNumber, readSubMchid, subMchidField } from '../checks';
import { ifExistsOption, readIfExists } from '../ifExists';
import type { Operation } from '../operation';
import { materialsField, readMaterials, uploadMaterials } from './materials';
import type { ApplicationInfo } from './materials';
import { CREATE_PATH, lookUpPath, outApplyNoField } from './shared';

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
			let mediaIds: ApplicationInfo[] = [];
			const { answer, alreadyExisted } = await wechatPay.submit(
				CREATE_PATH,
				async () => {
					mediaIds = await uploadMaterials(materials, wechatPay);
					return toJsonBytes({
						sub_mchid: subMchid,
						out_apply_no: outApplyNo,
						application_info: mediaIds,
					});
				},
				lookUpPath(outApplyNo),
				applicationRules({ label, subMchid, ifExists }),
			);
			return { ...answer, media_ids: mediaIds, already_existed: alreadyExisted };
		});
	},
};
