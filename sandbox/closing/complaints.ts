import { randomText } from '../keys';
import { beijingDay } from '../query';
import type { ClosingBehaviour } from './behaviour';
import type { Complaint, ComplaintOrder, HistoryEntry } from './types';

/** A new complaint; missing fields are filled in. The names are WeChat Pay's. */
export interface NewComplaint {
	complainted_mchid: string;
	complaint_id?: string;
	/** RFC 3339; default now. */
	complaint_time?: string;
	complaint_detail?: string;
	problem_description?: string;
	problem_type?: string;
	/** In fen. */
	apply_refund_amount?: number;
	/** Clear text. */
	payer_phone?: string;
	payer_openid?: string;
	complaint_order_info?: ComplaintOrder[];
	user_tag_list?: string[];
	in_platform_service?: boolean;
	need_immediate_service?: boolean;
	/** How many images the consumer has attached. */
	images?: number;
}

const NEW_FIELDS: Record<keyof NewComplaint, 'string' | 'number' | 'boolean' | 'object'> = {
	complainted_mchid: 'string',
	complaint_id: 'string',
	complaint_time: 'string',
	complaint_detail: 'string',
	problem_description: 'string',
	problem_type: 'string',
	apply_refund_amount: 'number',
	payer_phone: 'string',
	payer_openid: 'string',
	complaint_order_info: 'object',
	user_tag_list: 'object',
	in_platform_service: 'boolean',
	need_immediate_service: 'boolean',
	images: 'number',
};

/** Checks a complaint from outside. Throws an error that says what is wrong. */
export function checkNewComplaint(given: Record<string, unknown>): NewComplaint {
	for (const [name, value] of Object.entries(given)) {
		if (!Object.hasOwn(NEW_FIELDS, name)) {
			throw new Error(`There is no field "${name}". Known: ${Object.keys(NEW_FIELDS).join(', ')}.`);
		}
		const type = NEW_FIELDS[name as keyof NewComplaint];
		if (typeof value !== type || value === null) throw new Error(`"${name}" must be a ${type}.`);
	}
	if (!given.complainted_mchid) throw new Error('"complainted_mchid" says whose complaint it is.');
	return given as unknown as NewComplaint;
}

/** 27 digits, as in the samples: more than a JavaScript number can hold. */
const longId = (prefix: string, time: number, index: number | string) =>
	`${prefix}${beijingDay(time).replaceAll('-', '')}${String(index).padStart(12, '0')}`;

/**
 * An ID with which an image can be downloaded. It is used in the path unchanged: it contains `%2F`, `%2B`
 * and a colon, so a client that decodes and encodes it again requests another path.
 */
const newImageId = () => `ChsyMDAy%2F${randomText(24)}:${randomText(12)}%2B${randomText(8)}`;

export const newImageIds = (count: number): string[] => Array.from({ length: count }, newImageId);

/** Creates a complaint as a consumer does. `index` is the number of the complaint in this sandbox. */
export function newComplaint(given: NewComplaint, index: number, now: number): Complaint {
	const { images: count = 0, complaint_time, ...fields } = given;
	const time = complaint_time === undefined ? now : Date.parse(complaint_time);
	if (Number.isNaN(time)) throw new Error('"complaint_time" must be a time as in RFC 3339.');
	const images = newImageIds(count);
	const complaint: Complaint = {
		complaint_id: longId('2002018', time, index),
		complaint_detail: '反馈一个重复扣费的问题',
		problem_description: '不满意商家服务',
		complaint_order_info: [
			{
				transaction_id: longId('42000004', time, index),
				out_trade_no: longId('', time, index),
				amount: 100,
			},
		],
		payer_phone: '18500000000',
		payer_openid: `oUpF8u${randomText(22)}`,
		...fields,
		time,
		images,
		complaint_state: 'PENDING',
		complaint_full_refunded: false,
		// As in the sample on the page for a complaint without a reply.
		incoming_user_response: true,
		user_complaint_times: 1,
		history: [],
	};
	addEntry(complaint, time, {
		operator: '投诉人',
		operate_type: 'USER_CREATE_COMPLAINT',
		operate_details: complaint.complaint_detail,
		images,
	});
	return complaint;
}

/** Adds a step to the negotiation. */
export function addEntry(
	complaint: Complaint,
	time: number,
	entry: Omit<HistoryEntry, 'log_id' | 'time'>,
): void {
	const log_id = longId('3002853', time, randomText(12, '0123456789'));
	complaint.history.push({ log_id, time, ...entry });
}

/** What a consumer or WeChat Pay does to a complaint. */
export interface ComplaintAction {
	action: 'reply' | 'escalate' | 'refund' | 'platformService' | 'platformServiceEnds';
	/** For `reply` and `escalate`: the consumer's text. */
	text?: string;
	/** For `reply` and `escalate`: how many images are attached. */
	images?: number;
}

const SERVICE: Record<string, [on: boolean, operator: string, type: string]> = {
	platformService: [true, '投诉人', 'USER_APPLY_PLATFORM_SERVICE'],
	platformServiceEnds: [false, '微信支付客服', 'PLATFORM_SERVICE_FINISHED'],
};

/** Performs an action of the consumer or of WeChat Pay. Throws if it is not possible. */
export function act(
	complaint: Complaint,
	{ action, text, images = 0 }: ComplaintAction,
	behaviour: ClosingBehaviour,
	now: number,
): void {
	const says = (operate_type: string) => {
		const operate_details = text ?? '请尽快处理';
		const attached = images > 0 ? { images: newImageIds(images) } : {};
		addEntry(complaint, now, { operator: '投诉人', operate_type, operate_details, ...attached });
		complaint.incoming_user_response = true;
	};
	switch (action) {
		case 'reply':
			return says('USER_RESPONSE');
		case 'escalate':
			// https://pay.weixin.qq.com/doc/v3/partner/4015933338: not after a full refund.
			if (complaint.complaint_full_refunded) {
				throw new Error('The consumer was refunded in full and can take the complaint no further.');
			}
			complaint.user_complaint_times += 1;
			if (complaint.complaint_state !== 'PENDING') {
				complaint.complaint_state = behaviour.escalatedTo;
			}
			return says('USER_CONTINUE_COMPLAINT');
		case 'refund':
			complaint.complaint_full_refunded = true;
			// A refund that arrives ends a complaint that asked for one.
			if (complaint.problem_type === 'REFUND') complaint.complaint_state = 'PROCESSED';
			return addEntry(complaint, now, {
				operator: '系统',
				operate_type: 'COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE',
			});
		case 'platformService':
		case 'platformServiceEnds': {
			const [on, operator, operate_type] = SERVICE[action];
			complaint.in_platform_service = on;
			return addEntry(complaint, now, { operator, operate_type });
		}
		default:
			throw new Error(
				`There is no action "${String(action)}". Known: reply, escalate, refund, platformService, platformServiceEnds.`,
			);
	}
}

/** Steps that are messages of the consumer. */
const USER_TYPES = ['USER_CREATE_COMPLAINT', 'USER_CONTINUE_COMPLAINT', 'USER_RESPONSE'];
const MESSAGES = [...USER_TYPES, 'PLATFORM_RESPONSE', 'MERCHANT_RESPONSE'];

/** How many messages the merchant has sent since the consumer's last one, and how many there are in total. */
export function countMessages({ history }: Complaint): { unanswered: number; all: number } {
	const types = history.map(({ operate_type }) => operate_type);
	const last = Math.max(...USER_TYPES.map((type) => types.lastIndexOf(type)));
	return {
		unanswered: types.slice(last + 1).filter((type) => type === 'MERCHANT_RESPONSE').length,
		all: types.filter((type) => MESSAGES.includes(type)).length,
	};
}
