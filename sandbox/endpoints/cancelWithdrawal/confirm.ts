import { canonical, readJson } from '../../body';
import { describe } from '../../moves';
import { invalidRequest, json, paramError } from '../../replies';
import type { CancelWithdrawal } from '../../state';
import type { Call, Reply, World } from '../../types';
import { confirmFields, type ConfirmBody } from './fields';
import { find } from './get';
import { ids } from './response';

/** https://pay.weixin.qq.com/doc/v3/partner/4013892772 */
export function confirm(call: Call, world: World): Reply {
	const body = readJson<ConfirmBody>(call, confirmFields);
	const { applyment_id: applymentId, out_request_no: number } = body;
	// "One of them": both at once are refused, the stricter reading.
	if ((applymentId === undefined) === (number === undefined)) {
		throw paramError('applyment_id和out_request_no必须且只能填写一个', { location: 'body' });
	}
	if (Number.isNaN(Date.parse(body.confirm_time))) {
		throw paramError('confirm_time不是合法的时间', { field: '/confirm_time', location: 'body' });
	}
	const withdrawal = find({ number, applymentId }, world);
	if (withdrawal.sub_mchid !== body.sub_mchid) throw invalidRequest('服务商和子商户无受理关系');
	// The same number with the same information gets the first response again, in any later state.
	const confirmation = canonical(body);
	if (withdrawal.confirmation === confirmation) return confirmed(withdrawal);
	// The messages of this endpoint's refusals are not documented; this one is the sandbox's.
	if (withdrawal.state !== 'WAITING_MERCHANT_CONFIRM') {
		throw invalidRequest('申请单当前状态不允许确认');
	}
	withdrawal.state = 'SYSTEM_PROCESSING';
	withdrawal.description = describe('SYSTEM_PROCESSING');
	withdrawal.confirmedBy = body.operator_identification;
	withdrawal.confirmation = confirmation;
	withdrawal.updated = world.now();
	world.state.put(withdrawal);
	return confirmed(withdrawal);
}

const confirmed = (withdrawal: CancelWithdrawal) =>
	json(200, { ...ids(withdrawal), sub_mchid: withdrawal.sub_mchid });
