import { createHash } from 'node:crypto';
import { canonical, readJson } from '../body';
import { blockReasonsOf } from '../closing/blockReasons';
import { describe } from '../moves';
import { Refusal, invalidRequest, json, paramError, rfc3339 } from '../replies';
import { decryptor } from '../sensitive';
import type { CancelWithdrawal, Material } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { NUMBER } from './cancelApplications';
import { checkAllowed, checkNoMoney, checkNotCancelled, checkRelation } from './merchants';
import { applyFields, confirmFields, type ApplyBody, type ConfirmBody } from './withdrawalFields';

const PATH = '/v3/ecommerce/account/apply-cancel-withdraw';
/** An approved application that nobody confirms for longer is revoked. */
const CONFIRM_WITHIN = 30 * 24 * 3600_000;

const WITHDRAW_DESCRIPTIONS: Record<string, string> = {
	WITHDRAW_PROCESSING: '提现处理中',
	WITHDRAW_EXCEPTION: '提现异常',
	WITHDRAW_SUCCEED: '提现成功',
};

/** https://pay.weixin.qq.com/doc/v3/partner/4016420099 */
function validate({ params }: Call, world: World): Reply {
	const { subMchid } = params;
	checkRelation(subMchid, world);
	const { kind } = world.state.subMerchant(subMchid);
	const blockReasons = blockReasonsOf(subMchid, world.state);
	const cancelled = world.state.isCancelled(subMchid);
	// Reasons are told while the sub-merchant is not cancelled. That an application under way is one of
	// them is a guess.
	const reasons = cancelled
		? []
		: world.state.hasOpenApplication(subMchid)
			? [...blockReasons, { type: 'OTHER_REASON', description: '存在处理中的注销申请单' }]
			: blockReasons;
	// What a cancelled sub-merchant with money left is told is not documented: not allowed, the stricter
	// reading. That it may not be closed where there are reasons is a guess, too: the page's own sample
	// shows both together.
	const allowed = !cancelled && kind !== 'notAllowed' && reasons.length === 0;
	const accounts = world.state.accountsWithMoney(subMchid);
	return json(200, {
		sub_mchid: subMchid,
		merchant_state: cancelled ? 'HAS_BEEN_CANCELLED' : 'NORMAL',
		validate_result: allowed ? 'ALLOW_CANCEL_WITHDRAW' : 'NOT_ALLOW_CANCEL_WITHDRAW',
		...(accounts.length > 0 ? { account_info: accounts.map(accountInfo) } : {}),
		...(reasons.length > 0 ? { block_reasons: reasons } : {}),
	});
}

const accountInfo = ({ out_account_type, amount }: CancelWithdrawal['accounts'][number]) => ({
	out_account_type,
	amount,
});

/** Which parts of the body must and must not be there, depending on others. */
function checkPayee(body: ApplyBody): void {
	const payee = body.payee_info;
	// The page marks payee_info as optional. Needed to pay out, and useless otherwise: a guess.
	if ((body.withdraw === 'APPLY_WITHDRAW') !== (payee !== undefined)) {
		throw paramError('payee_info与withdraw不匹配', { field: '/payee_info', location: 'body' });
	}
	if (payee && (payee.account_type === 'ACCOUNT_TYPE_PERSONAL') !== !!payee.identity_info) {
		throw paramError('identity_info与account_type不匹配', {
			field: '/payee_info/identity_info',
			location: 'body',
		});
	}
}

/** Every sensitive field in clear text; refuses if one does not decrypt. */
function decryptAll(call: Call, body: ApplyBody, world: World): Record<string, string> {
	// The header is asked for even if nothing is encrypted: the page marks it as required.
	const decrypt = decryptor(call, world);
	const { bank_account_info: bank, identity_info: identity } = body.payee_info ?? {};
	const texts: Record<string, string> = {};
	const take = (name: string, group: string, ciphertext: string | undefined) => {
		if (ciphertext !== undefined) texts[name] = decrypt(`/payee_info/${group}/${name}`, ciphertext);
	};
	take('account_name', 'bank_account_info', bank?.account_name);
	take('account_number', 'bank_account_info', bank?.account_number);
	take('identification_name', 'identity_info', identity?.identification_name);
	take('identification_no', 'identity_info', identity?.identification_no);
	return texts;
}

/** The general upload gives out these ids: both fields of the page link to it. */
function materialsOf(body: ApplyBody, world: World): Material[] {
	const ids = [
		...(body.proof_medias ?? []).map((m) => [m.proof_media_type, m.proof_media]),
		...(body.additional_materials ?? []).map((id) => ['ADDITIONAL_MATERIAL', id]),
	];
	return ids.map(([type, id]) => {
		const media = world.state.media.get(id);
		if (media?.endpoint !== 'merchant') throw invalidRequest('media_id对应的图片不存在');
		return { application_type: type, application_media_id: id, digest: media.digest };
	});
}

function checkMerchant(body: ApplyBody, world: World): void {
	checkRelation(body.sub_mchid, world);
	const hasMoney = world.state.accountsWithMoney(body.sub_mchid).length > 0;
	// Money that came back after the account was closed is paid out on paper proof.
	const latecomer = body.withdraw === 'APPLY_WITHDRAW' && hasMoney && !!body.proof_medias;
	if (!latecomer) checkNotCancelled(body.sub_mchid, world);
	checkAllowed(body.sub_mchid, world);
	if (body.withdraw !== 'APPLY_WITHDRAW') checkNoMoney(body.sub_mchid, world);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4013892756 */
function apply(call: Call, world: World): Reply {
	const body = readJson<ApplyBody>(call, applyFields(world.behaviour.idCard));
	checkPayee(body);
	const decrypted = decryptAll(call, body, world);
	const requestDigest = createHash('sha256').update(call.body).digest('hex');
	const information = inClearText(body, decrypted);
	const earlier = world.state.withdrawals.get(body.out_request_no);
	if (earlier) {
		earlier.requests += 1;
		world.state.put(earlier);
		// The same number with the same information is answered as the first time. Whether clear texts are
		// compared is unknown: the bytes are, unless told otherwise, so that what was encrypted anew is
		// other information. That is the stricter reading.
		const same =
			world.behaviour.sameInformation === 'plaintext'
				? earlier.information === information
				: earlier.requestDigest === requestDigest;
		if (same) return json(200, ids(earlier));
		throw new Refusal(400, 'ALREADY_EXISTS', 'out_request_no已使用');
	}
	const materials = materialsOf(body, world);
	checkMerchant(body, world);
	const isFurtherPayout = world.state.isCancelled(body.sub_mchid);
	const now = world.now();
	const withdrawal: CancelWithdrawal = {
		flow: 'cancelWithdrawal',
		number: body.out_request_no,
		// 17 digits: above what a JavaScript number holds, as real ones may be.
		applymentId: String(20000000000000001n + BigInt(world.state.withdrawals.size)),
		sub_mchid: body.sub_mchid,
		withdraw: body.withdraw,
		state: 'ACCEPTED',
		description: describe('ACCEPTED'),
		accounts:
			body.withdraw === 'APPLY_WITHDRAW' ? world.state.accountsWithMoney(body.sub_mchid) : [],
		requestDigest,
		information,
		...(isFurtherPayout && { isFurtherPayout }),
		materials,
		remark: body.remark,
		created: now,
		updated: now,
		requests: 1,
		decrypted,
	};
	world.state.put(withdrawal);
	return json(200, ids(withdrawal));
}

/** A body with its encrypted fields in clear text, keys in order. */
function inClearText(body: ApplyBody, decrypted: Record<string, string>): string {
	return JSON.stringify(JSON.parse(canonical(body)), (name, value: unknown) =>
		Object.hasOwn(decrypted, name) ? decrypted[name] : value,
	);
}

const ids = ({ applymentId, number }: CancelWithdrawal) => ({
	applyment_id: applymentId,
	out_request_no: number,
});

/** An application by either of its numbers, after what time alone has done to it. */
function find(by: { number?: string; applymentId?: string }, world: World): CancelWithdrawal {
	const withdrawal =
		by.number !== undefined
			? world.state.withdrawals.get(by.number)
			: [...world.state.withdrawals.values()].find((w) => w.applymentId === by.applymentId);
	// What an unknown number is answered with is not documented for this query.
	if (!withdrawal) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '申请单不存在');
	const waiting = withdrawal.state === 'WAITING_MERCHANT_CONFIRM';
	if (waiting && world.now() - withdrawal.updated > CONFIRM_WITHIN) {
		withdrawal.state = 'REVOKED';
		withdrawal.description = '商户超过30天未确认，申请单已撤销';
		withdrawal.updated += CONFIRM_WITHIN;
		world.state.put(withdrawal);
	}
	return withdrawal;
}

/** https://pay.weixin.qq.com/doc/v3/partner/4013892759 */
function show(withdrawal: CancelWithdrawal): Reply {
	const { accounts, state, withdraw, withdrawState } = withdrawal;
	const results = accounts.filter((account) => account.pay_state !== undefined);
	const confirmUrl = `https://sandbox.invalid/confirm-cancel?applyment_id=${withdrawal.applymentId}`;
	return json(200, {
		...ids(withdrawal),
		sub_mchid: withdrawal.sub_mchid,
		cancel_state: state,
		cancel_state_description: withdrawal.description,
		...(withdraw ? { withdraw } : {}),
		...(withdrawState
			? {
					withdraw_state: withdrawState,
					withdraw_state_description: WITHDRAW_DESCRIPTIONS[withdrawState] ?? withdrawState,
				}
			: {}),
		...(results.length > 0
			? {
					account_withdraw_result: results.map(
						({ out_account_type, pay_state, state_description }) => ({
							out_account_type,
							pay_state,
							state_description,
						}),
					),
				}
			: {}),
		...(accounts.length > 0 ? { account_info: accounts.map(accountInfo) } : {}),
		modify_time: rfc3339(withdrawal.updated),
		...(state === 'WAITING_MERCHANT_CONFIRM'
			? { confirm_cancel: { confirm_cancel_url: confirmUrl } }
			: {}),
	});
}

function getByNumber({ params }: Call, world: World): Reply {
	if (!NUMBER.test(params.number)) {
		throw paramError('输入源“/path/out_request_no”映射到字段“out_request_no”字符串规则校验失败', {
			field: '/out_request_no',
			value: params.number,
			location: 'path',
		});
	}
	return show(find({ number: params.number }, world));
}

/** https://pay.weixin.qq.com/doc/v3/partner/4013892772 */
function confirm(call: Call, world: World): Reply {
	const body = readJson<ConfirmBody>(call, confirmFields);
	const { applyment_id: applymentId, out_request_no: number } = body;
	// "One of them": both at once is refused, the stricter reading.
	if ((applymentId === undefined) === (number === undefined)) {
		throw paramError('applyment_id和out_request_no必须且只能填写一个', { location: 'body' });
	}
	if (Number.isNaN(Date.parse(body.confirm_time))) {
		throw paramError('confirm_time不是合法的时间', { field: '/confirm_time', location: 'body' });
	}
	const withdrawal = find({ number, applymentId }, world);
	if (withdrawal.sub_mchid !== body.sub_mchid) throw invalidRequest('服务商和子商户无受理关系');
	// The same number with the same information is answered as the first time, whatever came after it.
	const confirmation = canonical(body);
	if (withdrawal.confirmation === confirmation) return confirmed(withdrawal);
	// The texts of this endpoint's refusals are not documented; this one is the sandbox's.
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

/** The new flow, cancel and withdraw in one. */
export const cancelWithdrawalEndpoints: Endpoint[] = [
	{ method: 'GET', path: `${PATH}/validate-cancel/:subMchid`, handle: validate },
	{ method: 'POST', path: PATH, handle: apply },
	{ method: 'GET', path: `${PATH}/out-request-no/:number`, handle: getByNumber },
	{
		method: 'GET',
		path: `${PATH}/applyment-id/:applymentId`,
		handle: ({ params }, world) => show(find({ applymentId: params.applymentId }, world)),
	},
	{ method: 'POST', path: `${PATH}/confirm`, handle: confirm },
];
