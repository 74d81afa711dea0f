import { blockReasonsOf } from '../closing/blockReasons';
import { invalidRequest } from '../replies';
import { accountsWithMoney, hasOpenApplication, isCancelled } from '../state';
import type { World } from '../types';

/** Result codes for a sub-merchant of another provider, a closed one, and the provider itself. */
const NO_RELATION = 268443701;
const CANCELLED = 268443715;
const OWN_NUMBER = 268443705;

/**
 * Refuses a sub-merchant that does not belong to this provider. The messages: https://pay.weixin.qq.com/doc/v3/partner/4012476217
 */
export function checkRelation(subMchid: string, world: World): void {
	if (subMchid === world.keys.mchid) throw invalidRequest('服务商或子商户不存在', OWN_NUMBER);
	switch (world.state.subMerchant(subMchid).kind) {
		case 'unknown':
			throw invalidRequest('服务商或子商户不存在');
		case 'providerNotEcommerce':
			throw invalidRequest('服务商非电商服务商');
		case 'notEcommerce':
			throw invalidRequest('子商户非电商子商户');
		case 'noRelation':
			throw invalidRequest('服务商和子商户无受理关系', NO_RELATION);
	}
}

/** Refuses a sub-merchant that is already closed. */
export function checkNotCancelled(subMchid: string, world: World): void {
	if (isCancelled(subMchid, world.state)) throw invalidRequest('服务商或子商户已注销', CANCELLED);
}

/**
 * Refuses a sub-merchant that may not be closed now, including one with another application in progress:
 * it is not documented that two applications can run at the same time.
 */
export function checkAllowed(subMchid: string, world: World): void {
	const notAllowed = world.state.subMerchant(subMchid).kind === 'notAllowed';
	const blocked = notAllowed || blockReasonsOf(subMchid, world.state).length > 0;
	if (blocked || hasOpenApplication(subMchid, world.state)) {
		throw invalidRequest('该商户当前不允许注销');
	}
}

/** Refuses a sub-merchant that still has money, if no payout was requested. */
export function checkNoMoney(subMchid: string, world: World): void {
	if (accountsWithMoney(subMchid, world.state).length > 0) {
		throw invalidRequest('该商户号账户有余额，请先提现后再申请注销');
	}
}
