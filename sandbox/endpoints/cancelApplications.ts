import { canonical, readJson, type Fields } from '../body';
import { Refusal, invalidRequest, json, paramError, rfc3339 } from '../replies';
import type { CancelApplication, Material } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { checkAllowed, checkNoMoney, checkNotCancelled, checkRelation } from './merchants';

const PATH = '/v3/ecommerce/account/cancel-applications';
/** At most 32 letters and digits: the rule for all numbers that the provider assigns. */
export const NUMBER = /^[0-9A-Za-z]{1,32}$/;

/** Result code for a repeated number with other parameters. */
const OTHER_PARAMETERS = 268498688;

const SP_FORMS = ['SP_CANCEL_ACCOUNT_APPLICATION', 'SP_MERCHANT_APPLICATION'];
const SUB_FORMS = ['SUB_CANCEL_ACCOUNT_APPLICATION', 'SUB_MERCHANT_APPLICATION'];

const FIELDS: Fields = {
	sub_mchid: { type: 'string', required: true, maxBytes: 32 },
	out_apply_no: { type: 'string', required: true, maxBytes: 32, pattern: NUMBER },
	application_info: {
		type: 'array',
		required: true,
		// The official sample shows one; the real server requires two.
		min: 2,
		items: {
			type: 'object',
			fields: {
				application_type: {
					type: 'string',
					required: true,
					maxBytes: 64,
					oneOf: [...SP_FORMS, ...SUB_FORMS, 'MISSING_OFFICIAL_SEAL_LETTER'],
				},
				application_media_id: { type: 'string', required: true, maxBytes: 512 },
			},
		},
	},
};

interface CreateBody {
	sub_mchid: string;
	out_apply_no: string;
	application_info: Array<{ application_type: string; application_media_id: string }>;
}

function show(application: CancelApplication): Record<string, string> {
	return {
		out_apply_no: application.number,
		sub_mchid: application.sub_mchid,
		...(application.rejectReason ? { reject_reason: application.rejectReason } : {}),
		cancel_state: application.state,
		update_time: rfc3339(application.updated),
	};
}

/**
 * The response to a number that was used before. How long a retry is allowed is not documented; the option
 * `retryWindow` sets it, and later requests are always refused.
 */
function repeated(earlier: CancelApplication, request: string, world: World): Reply {
	const tooLate = world.now() - earlier.lastRequest > world.behaviour.retryWindow;
	earlier.requests += 1;
	earlier.lastRequest = world.now();
	world.state.put(earlier);
	if (tooLate) throw invalidRequest('重试请求距离上次请求间隔太久');
	if (earlier.request !== request) {
		throw invalidRequest('重试请求和原请求数据不一致', OTHER_PARAMETERS);
	}
	if (world.behaviour.sameBody === 'accept') return json(200, show(earlier));
	throw new Refusal(409, 'ALREADY_EXISTS', '申请单已存在');
}

function materialsOf(body: CreateBody, world: World): Material[] {
	const types = body.application_info.map(({ application_type }) => application_type);
	const complete = [SP_FORMS, SUB_FORMS].every((forms) => types.some((t) => forms.includes(t)));
	if (!complete) {
		throw invalidRequest('“服务商注销电商子申请书”或“子商户注销电商子申请书”缺失');
	}
	return body.application_info.map((entry) => {
		const media = world.state.media.get(entry.application_media_id);
		// IDs of the general upload look the same, but are not valid here.
		if (media?.endpoint !== 'cancel') throw invalidRequest('media_id对应的图片不存在');
		return { ...entry, digest: media.digest };
	});
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476217 */
function create(call: Call, world: World): Reply {
	const body = readJson<CreateBody>(call, FIELDS);
	const request = canonical(body);
	const earlier = world.state.applications.get(body.out_apply_no);
	if (earlier) return repeated(earlier, request, world);

	const materials = materialsOf(body, world);
	checkRelation(body.sub_mchid, world);
	checkNotCancelled(body.sub_mchid, world);
	checkAllowed(body.sub_mchid, world);
	checkNoMoney(body.sub_mchid, world);

	const now = world.now();
	const application: CancelApplication = {
		flow: 'cancelApplication',
		number: body.out_apply_no,
		sub_mchid: body.sub_mchid,
		materials,
		state: 'REVIEWING',
		request,
		created: now,
		updated: now,
		lastRequest: now,
		requests: 1,
	};
	world.state.put(application);
	return json(200, show(application));
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476223 */
function get({ params }: Call, world: World): Reply {
	if (!NUMBER.test(params.number)) {
		throw paramError('输入源“/path/out_apply_no”映射到字段“out_apply_no”字符串规则校验失败', {
			field: '/out_apply_no',
			value: params.number,
			location: 'path',
		});
	}
	const application = world.state.applications.get(params.number);
	if (!application) throw new Refusal(404, 'NOT_FOUND', '申请单不存在');
	return json(200, show(application));
}

/** The old flow: create an application, and query it by its number. */
export const cancelApplicationEndpoints: Endpoint[] = [
	{ method: 'POST', path: PATH, handle: create },
	{ method: 'GET', path: `${PATH}/out-apply-no/:number`, handle: get },
];
