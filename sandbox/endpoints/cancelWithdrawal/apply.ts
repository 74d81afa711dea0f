import { createHash } from 'node:crypto';
import { canonical, readJson } from '../../body';
import { describe } from '../../moves';
import { Refusal, invalidRequest, json, paramError } from '../../replies';
import { decryptor } from '../../sensitive';
import { accountsWithMoney, isCancelled, type CancelWithdrawal, type Material } from '../../state';
import type { Call, Reply, World } from '../../types';
import { checkAllowed, checkNoMoney, checkNotCancelled, checkRelation } from '../merchants';
import { applyFields, type ApplyBody } from './fields';
import { ids } from './response';

/** What tells a repeated request from one with other information. */
type Fingerprint = Pick<CancelWithdrawal, 'requestDigest' | 'information'>;

/** Checks which parts of the body must be present or absent, depending on others. */
function checkPayee(body: ApplyBody): void {
	const payee = body.payee_info;
	// The page marks payee_info as optional. That it is required exactly with a payout is a guess.
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

/** Decrypts all sensitive fields. Refuses the request if one of them does not decrypt. */
function decryptAll(call: Call, body: ApplyBody, world: World): Record<string, string> {
	// The header is required even if nothing is encrypted: the page marks it as required.
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

/** Media IDs must come from the general upload: the page links to it for both fields. */
function materialsOf(body: ApplyBody, world: World): Material[] {
	const given = [
		...(body.proof_medias ?? []).map((m) => [m.proof_media_type, m.proof_media]),
		...(body.additional_materials ?? []).map((id) => ['ADDITIONAL_MATERIAL', id]),
	];
	return given.map(([type, id]) => {
		const media = world.state.media.get(id);
		if (media?.endpoint !== 'merchant') throw invalidRequest('media_id对应的图片不存在');
		return { application_type: type, application_media_id: id, digest: media.digest };
	});
}

function checkMerchant(body: ApplyBody, world: World): void {
	checkRelation(body.sub_mchid, world);
	const hasMoney = accountsWithMoney(body.sub_mchid, world.state).length > 0;
	// Money that came back after the account was closed is paid out against stamped paper forms.
	const latecomer = body.withdraw === 'APPLY_WITHDRAW' && hasMoney && !!body.proof_medias;
	if (!latecomer) checkNotCancelled(body.sub_mchid, world);
	checkAllowed(body.sub_mchid, world);
	if (body.withdraw !== 'APPLY_WITHDRAW') checkNoMoney(body.sub_mchid, world);
}

/** The body with its encrypted fields in clear text and with sorted keys. */
function inClearText(body: ApplyBody, decrypted: Record<string, string>): string {
	return JSON.stringify(JSON.parse(canonical(body)), (name, value: unknown) =>
		Object.hasOwn(decrypted, name) ? decrypted[name] : value,
	);
}

/**
 * The response for a number that was used before: the first one again if the information is the same.
 * Whether WeChat Pay compares clear texts is unknown. By default the bytes are compared, so that newly
 * encrypted fields are other information: the stricter reading.
 */
function repeated(earlier: CancelWithdrawal, request: Fingerprint, world: World): Reply {
	earlier.requests += 1;
	world.state.put(earlier);
	const same =
		world.behaviour.sameInformation === 'plaintext'
			? earlier.information === request.information
			: earlier.requestDigest === request.requestDigest;
	if (same) return json(200, ids(earlier));
	throw new Refusal(400, 'ALREADY_EXISTS', 'out_request_no已使用');
}

/** https://pay.weixin.qq.com/doc/v3/partner/4013892756 */
export function apply(call: Call, world: World): Reply {
	const { state } = world;
	const body = readJson<ApplyBody>(call, applyFields(world.behaviour.idCard));
	checkPayee(body);
	const decrypted = decryptAll(call, body, world);
	const request: Fingerprint = {
		requestDigest: createHash('sha256').update(call.body).digest('hex'),
		information: inClearText(body, decrypted),
	};
	const earlier = state.withdrawals.get(body.out_request_no);
	if (earlier) return repeated(earlier, request, world);

	const materials = materialsOf(body, world);
	checkMerchant(body, world);
	const now = world.now();
	const withdrawal: CancelWithdrawal = {
		flow: 'cancelWithdrawal',
		number: body.out_request_no,
		// 17 digits: larger than a JavaScript number can hold, as real ones may be.
		applymentId: String(20000000000000001n + BigInt(state.withdrawals.size)),
		sub_mchid: body.sub_mchid,
		withdraw: body.withdraw,
		state: 'ACCEPTED',
		description: describe('ACCEPTED'),
		accounts: body.withdraw === 'APPLY_WITHDRAW' ? accountsWithMoney(body.sub_mchid, state) : [],
		...request,
		...(isCancelled(body.sub_mchid, state) && { isFurtherPayout: true }),
		materials,
		remark: body.remark,
		created: now,
		updated: now,
		requests: 1,
		decrypted,
	};
	state.put(withdrawal);
	return json(200, ids(withdrawal));
}
