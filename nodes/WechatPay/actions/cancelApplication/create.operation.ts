import { PATHS } from '../../application/paths';
import { applicationRules } from '../../application/rules';
import { uploadImages } from '../../item/images';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { toJsonBytes } from '../../protocol/json';
import { ifExistsOption, readIfExists } from '../ifExists';
import type { Operation } from '../operation';
import { materialsField, readMaterials } from './materials';
import { outApplyNoField } from './shared';
import { labelOf } from '../../item/values';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476217 */
export const create: Operation = {
	value: 'create',
	name: 'Create Cancel Application',
	action: 'Create cancel application',
	description: "Apply to close a sub-merchant's account. It cannot be undone.",
	fields: [subMchidField, outApplyNoField, materialsField],
	options: [ifExistsOption],
	numberOf: (item) => item.ownNumber(outApplyNoField, 'out_apply_no'),
	async execute(item) {
		const outApplyNo = item.ownNumber(outApplyNoField, 'out_apply_no');
		const subMchid = readSubMchid(item);
		const ifExists = readIfExists(item);
		const label = `${labelOf(outApplyNoField)} ${outApplyNo}`;
		const { types, images } = await readMaterials(item);
		const toEntry = (mediaId: string, index: number) => ({
			application_type: types[index],
			application_media_id: mediaId,
		});
		let mediaIds: Array<ReturnType<typeof toEntry>> = [];
		const named = { sub_mchid: subMchid, out_apply_no: outApplyNo };
		const { response, alreadyExisted } = await item.submit({
			path: PATHS.create,
			body: async () => {
				mediaIds = await uploadImages(item, images, toEntry);
				return toJsonBytes({ ...named, application_info: mediaIds });
			},
			about: named,
			lookUpPath: PATHS.byOutApplyNo(outApplyNo),
			rules: applicationRules({ label, subMchid, ifExists }),
		});
		return { ...response, media_ids: mediaIds, already_existed: alreadyExisted };
	},
};
