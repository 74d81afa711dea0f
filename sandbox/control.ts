/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingMessage } from 'node:http';
import { CLOSING_HELP, closingControl } from './closing/control';
import type { ClosingControls } from './closing/controls';
import type { Faults } from './faults/faults';
import { FAULT_KINDS, parseFaults, type FaultRule } from './faults/kinds';
import type { LateBookings } from './faults/lateBookings';
import type { Move } from './moves';
import { NOTIFY_HELP, notifyControl, type NotifyControlled } from './notifications/control';
import { json } from './replies';
import { toSubMerchant, type Application, type State, type SubMerchant } from './state';
import type { Behaviour, Reply, RequestLogEntry } from './types';

/** The part of the sandbox that the controls use. */
export interface Controlled extends NotifyControlled {
	readonly requests: readonly RequestLogEntry[];
	readonly applications: State['applications'];
	readonly withdrawals: State['withdrawals'];
	readonly state: State;
	readonly closing: ClosingControls;
	readonly faults: Faults;
	readonly late: LateBookings;
	readonly behaviour: Behaviour;
	latency: number;
	fault(rule: FaultRule): unknown;
	clearFaults(): void;
	settle(): string[];
	move(number: string, to: Move): Application;
	setSubMerchant(number: string, subMerchant: Partial<SubMerchant>): void;
}

const HELP = {
	'GET /sandbox/applications': 'all applications',
	'POST /sandbox/applications/{number}':
		'move one on: {"state": "REJECTED", "reason": "…"}; also withdrawState, payState, flow, force',
	'GET /sandbox/faults': 'what is set',
	'PUT /sandbox/faults':
		'{"mix": "429=0.05,cut-after=0.02", "seed": 7, "rules": [{"kind": "cut-after", "match": {"path": "/v3/…"}}], "latency": 50, "dailyUploads": 100}',
	'DELETE /sandbox/faults': 'no more faults',
	'POST /sandbox/late-bookings': 'act now on what is to be acted on later',
	'GET /sandbox/fund-withdrawals': 'withdrawals that closed nothing',
	'GET /sandbox/requests': 'counters',
	'GET /sandbox/sub-merchants': 'the special ones',
	'PUT /sandbox/sub-merchants/{number}':
		'{"kind": "hasBalance", "balances": {"BASIC": {"available": 100, "pending": 0}}}',
	...CLOSING_HELP,
	...NOTIFY_HELP,
};

/** An application as the controls show it: without decrypted names and numbers. */
function shown(application: Application): Record<string, unknown> {
	const { flow, number, sub_mchid, state, materials, requests, created, updated } = application;
	const common = { flow, number, sub_mchid, state, materials, requests, created, updated };
	if (application.flow === 'cancelApplication') {
		return { ...common, reject_reason: application.rejectReason };
	}
	const { applymentId, withdraw, withdrawState, accounts } = application;
	return {
		...common,
		applyment_id: applymentId,
		withdraw,
		withdraw_state: withdrawState,
		accounts,
	};
}

function count(sandbox: Controlled): Record<string, unknown> {
	const answers: Record<string, number> = {};
	const faults: Record<string, number> = {};
	for (const { method, path, status, code, fault } of sandbox.requests) {
		// Numbers and merchant IDs are removed, so that requests to the same endpoint are counted together.
		const endpoint = path
			.split('?')[0]
			.replace(/(no|id|cancel|balance|images)\/(?!upload)[^/]+$/, '$1/…')
			.replace(/(complaints-v2|withdraw|sub_merchants|provinces|banks)\/\d[^/]*/, '$1/…');
		const answer = `${method} ${endpoint} ${status || 'cut'}${code ? ` ${code}` : ''}`;
		answers[answer] = (answers[answer] ?? 0) + 1;
		if (fault) faults[fault] = (faults[fault] ?? 0) + 1;
	}
	return { total: sandbox.requests.length, answers, faults };
}

function setFaults(sandbox: Controlled, body: Record<string, unknown>): void {
	const { mix, seed, rules, latency, dailyUploads } = body;
	// Everything is checked before anything is changed: an error leaves the settings as they were.
	const parsed = mix === undefined ? undefined : parseFaults(String(mix));
	const checked = (rules ?? []) as FaultRule[];
	if (!Array.isArray(checked)) throw new Error('"rules" must be a list.');
	for (const rule of checked) {
		if (!Object.hasOwn(FAULT_KINDS, String(rule?.kind))) {
			throw new Error(`There is no fault "${String(rule?.kind)}".`);
		}
	}
	if (seed !== undefined && !Number.isSafeInteger(seed))
		throw new Error('"seed" must be an integer.');
	if (latency !== undefined && !(typeof latency === 'number' && latency >= 0)) {
		throw new Error('"latency" must be a number of milliseconds.');
	}
	if (dailyUploads !== undefined && !(typeof dailyUploads === 'number' && dailyUploads >= 0)) {
		throw new Error('"dailyUploads" must be a number of files.');
	}
	if (parsed) sandbox.faults.setMix(parsed, seed as number | undefined);
	for (const rule of checked) sandbox.fault(rule);
	if (latency !== undefined) sandbox.latency = latency as number;
	if (dailyUploads !== undefined) sandbox.behaviour.dailyUploads = dailyUploads as number;
}

const showFaults = ({ faults, late }: Controlled): Reply =>
	json(200, { ...faults.describe(), late: late.numbers }, false);

function route(
	sandbox: Controlled,
	method: string,
	path: string,
	body: Record<string, unknown>,
): Reply {
	const [, , resource, number] = path.split('/').map(decodeURIComponent);
	const action = `${method} ${resource ?? ''}${number === undefined ? '' : '/…'}`;
	switch (action) {
		case 'GET applications': {
			const all = [...sandbox.applications.values(), ...sandbox.withdrawals.values()];
			return json(200, { applications: all.map(shown) }, false);
		}
		case 'POST applications/…':
			return json(200, shown(sandbox.move(number, body as Move)), false);
		case 'PUT faults':
			setFaults(sandbox, body);
			return showFaults(sandbox);
		case 'DELETE faults':
			sandbox.clearFaults();
			return showFaults(sandbox);
		case 'GET faults':
			return showFaults(sandbox);
		case 'POST late-bookings':
			return json(200, { booked: sandbox.settle() }, false);
		case 'GET requests':
			return json(200, count(sandbox), false);
		case 'GET sub-merchants':
			return json(200, Object.fromEntries(sandbox.state.subMerchants), false);
		case 'PUT sub-merchants/…':
			sandbox.setSubMerchant(number, body as Partial<SubMerchant>);
			return json(200, toSubMerchant(body as Partial<SubMerchant>), false);
		default:
			return (
				closingControl(sandbox.closing, action, number, body) ??
				notifyControl(sandbox, action, number, body) ??
				json(404, HELP, false)
			);
	}
}

/**
 * The controls: unsigned, outside /v3, for everyone who can reach the port (by default only this machine).
 * Bodies must be application/json, which a web page of another origin cannot send without permission.
 */
export function control(sandbox: Controlled): (request: IncomingMessage, body: Buffer) => Reply {
	return (request, body) => {
		const method = request.method ?? '';
		const path = (request.url ?? '').split('?')[0];
		try {
			const type = request.headers['content-type'] ?? '';
			if (method !== 'GET' && !/^application\/json\b/.test(type)) {
				throw new Error('Send Content-Type: application/json.');
			}
			const parsed: unknown = body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
			if (typeof parsed !== 'object' || parsed === null)
				throw new Error('The body must be an object.');
			return route(sandbox, method, path, parsed as Record<string, unknown>);
		} catch (error) {
			return json(400, { error: error instanceof Error ? error.message : String(error) }, false);
		}
	};
}
