import { Refusal } from '../replies';
import type { Endpoint, World } from '../types';
import { DOCUMENTED_LIMITS, type LimitName, type Product } from './behaviour';

const REFUSALS: Record<Product, [status: number, code: string, message: string]> = {
	// Documented: https://pay.weixin.qq.com/doc/v3/partner/4012476690, 4012803072, 4012476652.
	balances: [403, 'NO_AUTH', '你无权调用此接口'],
	limitations: [400, 'INVALID_REQUEST', '身份校验不通过'],
	withdrawals: [403, 'NO_AUTH', '无接口使用权限'],
	// In a tutorial: https://pay.weixin.qq.com/doc/v3/partner/4015933338
	complaints: [403, 'NO_AUTH', '商户信息不合法'],
	// The messages of the other two are the sandbox's.
	banks: [403, 'NO_AUTH', '无接口使用权限'],
	settlement: [403, 'NO_AUTH', '无接口使用权限'],
};

/** Counts requests to enforce rate limits. It is not part of the state: a restart resets it. */
export class Pace {
	private readonly times = new Map<unknown, number[]>();

	/** Counts a request; false if there were already `max` of them within the period. */
	take(key: unknown, max: number, within: number, now: number): boolean {
		const times = (this.times.get(key) ?? []).filter((time) => time > now - within);
		this.times.set(key, times);
		if (times.length >= max) return false;
		times.push(now);
		return true;
	}
}

/** Wraps an endpoint: refuses platforms that may not use the product, then requests above the rate limit. */
export function guarded(
	product: Product,
	limit: LimitName | undefined,
	handle: Endpoint['handle'],
): Endpoint['handle'] {
	return (call, world) => {
		if (world.behaviour.refused.includes(product)) throw new Refusal(...REFUSALS[product]);
		// Each of the bank lists has its own limit, the others share one.
		if (limit) checkPace(limit, limit === 'banks' ? handle : limit, world);
		return handle(call, world);
	};
}

function checkPace(name: LimitName, key: unknown, world: World): void {
	const max = world.behaviour.limits[name];
	if (max === undefined) return;
	const { within } = DOCUMENTED_LIMITS[name];
	if (world.state.closing.pace.take(key, max, within, world.now())) return;
	throw name === 'limitations'
		? new Refusal(429, 'RATELIMIT_EXCEEDED', '请求过于频繁，请稍后再试')
		: new Refusal(429, 'FREQUENCY_LIMITED', '频率限制');
}
