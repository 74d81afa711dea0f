import { readJson, type Fields } from '../body';
import { NOTIFY_URL } from '../notifications/urls';
import { Refusal, empty, invalidRequest, json } from '../replies';
import type { NotifyUrlKind } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';

/** An interface that sets the address for a kind of notification: one address for each merchant. */
interface Registration {
	of: NotifyUrlKind;
	path: string;
	field: string;
	fields: Fields;
	show: (url: string, world: World) => Record<string, string>;
	/** The refusal of a second POST. */
	exists: () => Refusal;
	/** The refusal of the other methods if no address is set. */
	missing: (verb: string) => Refusal;
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012458106 and the pages of the other three methods */
const complaints: Registration = {
	of: 'complaint',
	path: '/v3/merchant-service/complaint-notifications',
	field: 'url',
	fields: { url: { type: 'string', required: true, maxBytes: 255, pattern: NOTIFY_URL } },
	show: (url, world) => ({ mchid: world.keys.mchid, url }),
	// Neither refusal is documented for complaints; messages and codes are the sandbox's.
	exists: () => invalidRequest('已设置过投诉通知回调地址'),
	missing: (verb) => new Refusal(404, 'RESOURCE_NOT_EXISTS', `${verb}的通知回调不存在`),
};

/** https://pay.weixin.qq.com/doc/v3/partner/4012471333 and the pages of the other three methods */
const violations: Registration = {
	of: 'violation',
	path: '/v3/merchant-risk-manage/violation-notifications',
	field: 'notify_url',
	// Marked as optional; the effect of leaving it out is not documented, so that is refused.
	fields: { notify_url: { type: 'string', required: true, maxBytes: 256, pattern: NOTIFY_URL } },
	show: (url) => ({ notify_url: url }),
	exists: () => new Refusal(409, 'ALREADY_EXISTS', '商户已经设置过回调地址'),
	missing: (verb) => new Refusal(404, 'NOT_FOUND', `${verb}的通知回调不存在`),
};

function endpointsOf({ of, path, field, fields, show, exists, missing }: Registration): Endpoint[] {
	const set = (call: Call, world: World): Reply => {
		const url = readJson<Record<string, string>>(call, fields)[field];
		world.state.setNotifyUrl(of, url);
		return json(200, show(url, world));
	};
	const present = (world: World, verb: string): string => {
		const url = world.state.notifyUrls.get(of);
		if (url === undefined) throw missing(verb);
		return url;
	};
	return [
		{
			method: 'POST',
			path,
			handle: (call, world) => {
				readJson(call, fields);
				if (world.state.notifyUrls.has(of)) throw exists();
				return set(call, world);
			},
		},
		{
			method: 'GET',
			path,
			handle: (_call, world) => json(200, show(present(world, '查询'), world)),
		},
		{
			method: 'PUT',
			path,
			handle: (call, world) => {
				readJson(call, fields);
				present(world, '更新');
				return set(call, world);
			},
		},
		{
			method: 'DELETE',
			path,
			handle: (_call, world) => {
				present(world, '删除');
				world.state.setNotifyUrl(of, null);
				// 204 is signed although it has no body.
				return { ...empty(204), signed: true };
			},
		},
	];
}

/** The addresses for notifications of complaints and violations: create, read, change, delete. */
export const notifyUrlEndpoints: Endpoint[] = [
	...endpointsOf(complaints),
	...endpointsOf(violations),
];
