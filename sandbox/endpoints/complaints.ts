import { constants, publicEncrypt } from 'node:crypto';
import { guarded } from '../closing/guard';
import type { Complaint, HistoryEntry } from '../closing/types';
import { keyOf } from '../keys';
import { beijingDay, dayOf, preciseTime, readQuery } from '../query';
import { Refusal, invalidRequest, json, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';

export const COMPLAINTS = '/v3/merchant-service/complaints-v2';
export const IMAGES = '/v3/merchant-service/images';

/** "No more than 30 days", understood as thirty dates: the stricter reading. */
const LONGEST_SPAN = 30;

/**
 * The complaint in the path. The pages list only the common error codes; a tutorial names NO_AUTH for a
 * complaint of another provider, which is used here for complaints that do not exist.
 */
export function complaintOf({ params }: Call, world: World): Complaint {
	const complaint = world.state.closing.complaints.get(params.complaintId);
	if (!complaint) throw new Refusal(403, 'NO_AUTH', '商户信息不合法，或无权限访问该投诉单');
	return complaint;
}

/** A text as WeChat Pay encrypts it for the merchant: https://pay.weixin.qq.com/doc/v3/partner/4013059060 */
function encrypted(text: string, world: World): string {
	const key = keyOf(world.keys.merchantPublicKeyPem);
	const padding = constants.RSA_PKCS1_OAEP_PADDING;
	return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(text)).toString('base64');
}

/** The URL of an image: at the host of the request, so that the client can reach it. */
const imageUrl = ({ headers }: Call, id: string) =>
	`http://${headers.host ?? 'api.mch.weixin.qq.com'}${IMAGES}/${id}`;

function show(call: Call, world: World, complaint: Complaint, details: boolean) {
	const { time, images, payer_phone, payer_openid } = complaint;
	const media_url = images.map((id) => imageUrl(call, id));
	const list = [{ media_type: 'USER_COMPLAINT_IMAGE', media_url }];
	return {
		...complaint,
		// Fields that the sandbox keeps in another form.
		time: undefined,
		images: undefined,
		history: undefined,
		complaint_time: preciseTime(time),
		payer_phone: payer_phone && encrypted(payer_phone, world),
		payer_openid: details ? payer_openid : undefined,
		...(images.length > 0 ? { complaint_media_list: list } : {}),
	};
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012691285 */
function list(call: Call, world: World): Reply {
	const query = readQuery(call, {
		limit: { integer: [1, 50] },
		offset: { integer: [0, 999_999_999] },
		begin_date: { required: true, date: true },
		end_date: { required: true, date: true },
		complainted_mchid: { maxBytes: 64 },
	});
	const [begin, end] = [String(query.begin_date), String(query.end_date)];
	const span = Number(dayOf(end)) - Number(dayOf(begin));
	if (span < 0 || span >= LONGEST_SPAN) {
		const detail = { field: '/end_date', value: end, location: 'query' };
		throw paramError('查询日期跨度不超过30天，且开始日期不能晚于结束日期', detail);
	}
	const accused = query.complainted_mchid;
	if (accused !== undefined && ['noRelation', 'unknown'].includes(kindOf(accused, world))) {
		throw new Refusal(403, 'NO_AUTH', '商户信息不合法');
	}
	const found = [...world.state.closing.complaints.values()]
		.filter(({ time }) => begin <= beijingDay(time) && beijingDay(time) <= end)
		.filter(({ complainted_mchid }) => accused === undefined || complainted_mchid === accused)
		// The order is not documented: here the newest come first.
		.sort((a, b) => b.time - a.time || (a.complaint_id < b.complaint_id ? 1 : -1));
	const [limit, offset] = [Number(query.limit ?? 10), Number(query.offset ?? 0)];
	const page = found.slice(offset, offset + limit);
	if (page.length > world.behaviour.complaintPageMax) {
		throw invalidRequest('当前查询结果数据量过大，请缩小limit后重试');
	}
	const data = page.map((complaint) => show(call, world, complaint, false));
	return json(200, { ...paged(data, found.length, offset), limit, offset });
}

const kindOf = (subMchid: string, world: World) => world.state.subMerchant(subMchid).kind;

/** `data` is optional: here an empty page does not have it, the stricter reading. */
const paged = (data: unknown[], total: number, offset: number) => ({
	...(data.length > 0 ? { data } : {}),
	...(offset === 0 ? { total_count: total } : {}),
});

/** https://pay.weixin.qq.com/doc/v3/partner/4012691648 */
const details = (call: Call, world: World): Reply =>
	json(200, show(call, world, complaintOf(call, world), true));

/** https://pay.weixin.qq.com/doc/v3/partner/4012691802 */
function history(call: Call, world: World): Reply {
	const query = readQuery(call, {
		limit: { integer: [1, 300] },
		offset: { integer: [0, 999_999_999] },
	});
	const { history: entries } = complaintOf(call, world);
	const [limit, offset] = [Number(query.limit ?? 10), Number(query.offset ?? 0)];
	const all = world.behaviour.historyOrder === 'newestFirst' ? [...entries].reverse() : entries;
	const data = all.slice(offset, offset + limit).map((entry) => showEntry(call, entry));
	return json(200, { ...paged(data, all.length, offset), limit, offset });
}

function showEntry(call: Call, { time, images = [], ...entry }: HistoryEntry) {
	const urls = images.map((id) => imageUrl(call, id));
	const byUser = entry.operate_type.startsWith('USER_');
	return {
		...entry,
		operate_time: preciseTime(time),
		...(urls.length > 0
			? {
					// An old field, without the images that the consumer attached first.
					...(byUser ? {} : { image_list: urls }),
					// An object here; an array in the complaint itself.
					complaint_media_list: {
						media_type: byUser ? 'USER_COMPLAINT_IMAGE' : 'OPERATION_IMAGE',
						media_url: urls,
					},
				}
			: {}),
	};
}

/** Consumers' complaints, and their history. */
export const complaintEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: COMPLAINTS,
		query: true,
		handle: guarded('complaints', 'complaintList', list),
	},
	{
		method: 'GET',
		path: `${COMPLAINTS}/:complaintId`,
		handle: guarded('complaints', undefined, details),
	},
	{
		method: 'GET',
		path: `${COMPLAINTS}/:complaintId/negotiation-historys`,
		query: true,
		handle: guarded('complaints', undefined, history),
	},
];
