import { readJson, type Fields } from '../body';
import { addEntry, countMessages, newImageIds } from '../closing/complaints';
import { guarded } from '../closing/guard';
import type { Complaint } from '../closing/types';
import { Refusal, invalidRequest, noContent, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';
import { COMPLAINTS, complaintOf } from './complaints';

/** The maximum number of messages of the merchant before the consumer replies, and of both in total. */
const UNANSWERED = 20;
const ALL = 2000;
const CONTENT = 500;

// `complaint_id` is in the path: in the body it is an unknown field.
const REPLY: Fields = {
	complainted_mchid: { type: 'string', required: true, maxBytes: 64 },
	// The page says 500 characters: of at most three bytes, because those of four bytes are refused.
	response_content: { type: 'string', required: true, maxBytes: 3 * CONTENT },
	response_images: {
		type: 'array',
		min: 1,
		max: 4,
		items: { type: 'string', maxBytes: 512 },
	},
	jump_url: { type: 'string', maxBytes: 512, pattern: /^https:\/\/\S+$/ },
	jump_url_text: { type: 'string', maxBytes: 30, pattern: /^.{1,10}$/su },
	mini_program_jump_info: {
		type: 'object',
		fields: {
			appid: { type: 'string', required: true, maxBytes: 64 },
			path: { type: 'string', required: true, maxBytes: 1024 },
			text: { type: 'string', required: true, maxBytes: 128 },
		},
	},
};
const COMPLETE: Fields = { complainted_mchid: { type: 'string', required: true, maxBytes: 64 } };

interface ReplyBody {
	complainted_mchid: string;
	response_content: string;
	response_images?: string[];
	jump_url?: string;
	jump_url_text?: string;
	mini_program_jump_info?: object;
}

function keep(complaint: Complaint, world: World): Reply {
	world.state.closing.put({ type: 'complaint', value: complaint });
	return noContent();
}

/** Refuses a complaint of another sub-merchant: https://pay.weixin.qq.com/doc/v3/partner/4016111688 */
function checkAccused(complaint: Complaint, body: { complainted_mchid: string }): void {
	if (body.complainted_mchid !== complaint.complainted_mchid) {
		throw new Refusal(403, 'NO_AUTH', '您暂无权限为该投诉单提交商户回复');
	}
}

function checkReply(body: ReplyBody, world: World): void {
	const length = [...body.response_content].length;
	if (length > CONTENT) {
		throw paramError(
			`输入源“/body/response_content”映射到字段“response_content”字符串规则校验失败，字符数 ${length}，大于最大值 ${CONTENT}`,
			{ field: '/response_content', value: length, location: 'body' },
		);
	}
	if ((body.jump_url === undefined) !== (body.jump_url_text === undefined)) {
		const detail = { field: '/jump_url_text', location: 'body' };
		throw paramError('跳转链接与跳转链接文案二者缺一不可', detail);
	}
	const links = body.jump_url !== undefined || body.mini_program_jump_info !== undefined;
	if (links && !world.behaviour.externalLinks) {
		throw new Refusal(
			403,
			'NO_AUTH',
			'此商户号暂不支持发送外部链接，如有需要请联系对接的微信支付行业运营评估配置',
		);
	}
	for (const id of body.response_images ?? []) {
		const media = world.state.media.get(id);
		if (media?.endpoint !== 'complaint') throw invalidRequest('media_id对应的图片不存在');
	}
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012467213 */
function reply(call: Call, world: World): Reply {
	const body = readJson<ReplyBody>(call, REPLY);
	const complaint = complaintOf(call, world);
	checkAccused(complaint, body);
	checkReply(body, world);
	const { unanswered, all } = countMessages(complaint);
	if (unanswered >= UNANSWERED) {
		throw invalidRequest('当前投诉单已达单次回复上限，请等待用户回复');
	}
	// This message is the sandbox's.
	if (all >= ALL) throw invalidRequest('当前投诉单已达消息总量上限');
	const images = body.response_images ?? [];
	addEntry(complaint, world.now(), {
		operator: '商户',
		operate_type: 'MERCHANT_RESPONSE',
		operate_details: body.response_content,
		// The IDs of the upload cannot be downloaded; the history has other IDs for the same images.
		...(images.length > 0 ? { images: newImageIds(images.length) } : {}),
	});
	complaint.incoming_user_response = false;
	if (complaint.complaint_state === 'PENDING') complaint.complaint_state = 'PROCESSING';
	return keep(complaint, world);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012467217 */
function complete(call: Call, world: World): Reply {
	const body = readJson<{ complainted_mchid: string }>(call, COMPLETE);
	const complaint = complaintOf(call, world);
	checkAccused(complaint, body);
	const now = world.now();
	const replies = complaint.history.filter((entry) => entry.operate_type === 'MERCHANT_RESPONSE');
	const last = replies.at(-1)?.time ?? -Infinity;
	// The FAQ says: not while PENDING. Whether a second Complete is refused is not documented: here it is.
	const early = now - last < world.behaviour.completeAfter;
	if (complaint.complaint_state !== 'PROCESSING' || early) {
		throw invalidRequest('当前单据状态不支持操作，请检查是否重复调用');
	}
	complaint.complaint_state = 'PROCESSED';
	complaint.incoming_user_response = false;
	addEntry(complaint, now, { operator: '商户', operate_type: 'MERCHANT_CONFIRM_COMPLETE' });
	return keep(complaint, world);
}

/** Reply to a complaint, and complete it. The consumer sees both at once. */
export const complaintFeedbackEndpoints: Endpoint[] = [
	{
		method: 'POST',
		path: `${COMPLAINTS}/:complaintId/response`,
		handle: guarded('complaints', 'complaintFeedback', reply),
	},
	{
		method: 'POST',
		path: `${COMPLAINTS}/:complaintId/complete`,
		handle: guarded('complaints', 'complaintFeedback', complete),
	},
];
