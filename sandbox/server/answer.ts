import { isLate, type Fault } from '../faults/kinds';
import type { LateBookings } from '../faults/lateBookings';
import { replyInstead } from '../faults/play';
import { boundaryOf, parseMultipart, signedMeta } from '../multipart';
import { Refusal, empty, paramError } from '../replies';
import { findRoute } from '../routes';
import type { Call, Endpoint, Reply, World } from '../types';
import { authorize, checkHeaders, checkWechatPaySerial, type Nonces } from './authorization';

export interface AnswerParts {
	world: World;
	late: LateBookings;
	nonces: Nonces;
}

/** The bytes that the signature covers. https://pay.weixin.qq.com/doc/v3/partner/4012365863 */
const signedBytes = ({ form, body }: Call): Buffer => (form ? signedMeta(form) : body);

/** What WeChat Pay responds: the checks in the order in which it makes them, then the endpoint. */
export function answer(call: Call, fault: Fault | undefined, parts: AnswerParts): Reply {
	const { world, nonces, late } = parts;
	try {
		checkHeaders(call);
		const route = findRoute(call.method, call.path);
		if ('notFound' in route) return empty(route.notFound);
		call.params = route.params;
		call.route = `${route.endpoint.method} ${route.endpoint.path}`;
		const boundary = route.endpoint.upload && boundaryOf(call.headers['content-type']);
		if (boundary) call.form = parseMultipart(call.body, boundary);
		authorize(call, signedBytes(call), nonces, world);
		const instead = replyInstead(fault, false);
		if (instead) return instead;
		checkWechatPaySerial(call, world);
		if (!route.endpoint.query && call.target.includes('?')) {
			throw paramError('此接口没有查询参数', { location: 'query' });
		}
		late.check(call);
		const { number } = call;
		if (fault && number !== undefined && isLate(fault)) {
			late.add({ ...call, number }, fault, () => actLater(route.endpoint, call, world));
			return replyInstead(fault, true) ?? empty(0);
		}
		const reply = route.endpoint.handle(call, world);
		return replyInstead(fault, true) ?? reply;
	} catch (error) {
		return refused(error, fault);
	}
}

/** Acts on a request that already got its response: a refusal now is not reported to anybody. */
function actLater(endpoint: Endpoint, call: Call, world: World): void {
	try {
		endpoint.handle(call, world);
	} catch (error) {
		refused(error, undefined);
	}
}

/** The response to a refused request. Faults after acting require a client that is allowed to act. */
function refused(error: unknown, fault: Fault | undefined): Reply {
	if (!(error instanceof Refusal)) throw error;
	return (error.status === 401 ? undefined : replyInstead(fault, true)) ?? error.toReply();
}
