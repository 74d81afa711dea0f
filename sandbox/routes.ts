import { balanceEndpoints } from './endpoints/balance';
import { bankEndpoints } from './endpoints/banks';
import { billEndpoints } from './endpoints/bills';
import { cancelApplicationEndpoints } from './endpoints/cancelApplications';
import { cancelMediaEndpoints } from './endpoints/cancelMedia';
import { cancelWithdrawalEndpoints } from './endpoints/cancelWithdrawal';
import { certificateEndpoints } from './endpoints/certificates';
import { complaintFeedbackEndpoints } from './endpoints/complaintFeedback';
import { complaintMediaEndpoints } from './endpoints/complaintMedia';
import { complaintEndpoints } from './endpoints/complaints';
import { endDayBalanceEndpoints } from './endpoints/endDayBalance';
import { fundWithdrawalQueryEndpoints } from './endpoints/fundWithdrawalQueries';
import { fundWithdrawalEndpoints } from './endpoints/fundWithdrawals';
import { limitationEndpoints } from './endpoints/limitations';
import { merchantMediaEndpoints } from './endpoints/merchantMedia';
import { settlementEndpoints } from './endpoints/settlement';
import { notifyUrlEndpoints } from './endpoints/notifyUrls';
import { securityEchoEndpoints } from './endpoints/securityEcho';
import type { Endpoint } from './types';

const endpoints: Endpoint[] = [
	...cancelMediaEndpoints,
	...cancelApplicationEndpoints,
	...cancelWithdrawalEndpoints,
	...merchantMediaEndpoints,
	...complaintMediaEndpoints,
	...balanceEndpoints,
	...endDayBalanceEndpoints,
	...billEndpoints,
	...fundWithdrawalEndpoints,
	...fundWithdrawalQueryEndpoints,
	...complaintEndpoints,
	...complaintFeedbackEndpoints,
	...limitationEndpoints,
	...settlementEndpoints,
	...bankEndpoints,
	...notifyUrlEndpoints,
	...securityEchoEndpoints,
	...certificateEndpoints,
];

// By hand: a framework reads the body and responds by itself, before a fault or the signature is checked.
const routes = endpoints.map((endpoint) => ({
	endpoint,
	pattern: new RegExp(`^${endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

export type Route =
	| { endpoint: Endpoint; params: Record<string, string> }
	| { notFound: 404 | 405 };

/** Finds the endpoint for a method and a path: 404 if no endpoint has the path, 405 if one has it for another method. */
export function findRoute(method: string, path: string): Route {
	let notFound: 404 | 405 = 404;
	for (const { endpoint, pattern } of routes) {
		const match = pattern.exec(path);
		if (!match) continue;
		if (endpoint.method === method) return { endpoint, params: decoded(match.groups ?? {}) };
		notFound = 405;
	}
	return { notFound };
}

function decoded(groups: Record<string, string>): Record<string, string> {
	const params: Record<string, string> = {};
	for (const [name, value] of Object.entries(groups)) {
		try {
			params[name] = decodeURIComponent(value);
		} catch {
			params[name] = value;
		}
	}
	return params;
}
