import { json } from '../replies';
import type { NotifyUrlKind, State } from '../state';
import type { Reply, World } from '../types';
import { DELIVERY_FAULTS, type DeliveryFault } from './delivery';
import {
	complaintMessage,
	echoMessage,
	violationMessage,
	withdrawalMessage,
	type Message,
	type Violation,
	type WithdrawalLike,
} from './messages';
import type { Notifier } from './notifier';
import type { NotifySettings, SendOptions } from './settings';
import { checkSignWith } from './signWith';
import { cancellationMessage, testMessage } from './subscription';
import { NOTIFY_URL } from './urls';

export const NOTIFY_HELP = {
	'GET /sandbox/notify': 'where notifications go, and how they are sent',
	'PUT /sandbox/notify':
		'{"subscriptionUrl": "http://127.0.0.1:5678/webhook/…", "speed": 60, "signWith": "mixed", "probeEvery": 5, "copies": 1, "hold": true}',
	'POST /sandbox/notify':
		'send one: {"event": "cancellation", "number": "…"}; events: test, cancellation, withdrawal, complaint, violation, echo, or any event_type with its resource; also url, faults, copies, signWith, repeat',
	'POST /sandbox/notify/release': 'send what is held: {"order": "reverse"}',
	'GET /sandbox/notifications': 'what was sent, and what was answered',
	'DELETE /sandbox/notifications': 'send nothing more of it, and forget it',
};

type Body = Record<string, unknown>;

/** The part of the sandbox that the controls of notifications use. */
export interface NotifyControlled {
	readonly world: World;
	readonly notifications: Notifier;
	readonly withdrawals: State['withdrawals'];
	readonly fundWithdrawals: ReadonlyMap<string, WithdrawalLike>;
}

const text = (body: Body, name: string, otherwise?: string): string => {
	const value = body[name] ?? otherwise;
	if (typeof value !== 'string' || value === '') throw new Error(`"${name}" must be a text.`);
	return value;
};

function found<T>(map: ReadonlyMap<string, T>, body: Body): T {
	const number = text(body, 'number');
	const value = map.get(number);
	if (!value) throw new Error(`There is no application or withdrawal ${number}.`);
	return value;
}

/** The requested message, and the kind of address that it goes to if no URL is given. */
function messageOf(
	sandbox: NotifyControlled,
	body: Body,
): { message: Message; to?: NotifyUrlKind; url?: string } {
	const { world, notifications } = sandbox;
	switch (body.event) {
		case 'test':
			return { message: testMessage(world.now()), to: 'subscription' };
		case 'cancellation': {
			const application = found(sandbox.withdrawals, body);
			const state = text(body, 'state', application.state);
			const withdrawState = text(body, 'withdrawState', application.withdrawState ?? '-');
			const message = cancellationMessage(
				{ ...application, state, withdrawState },
				notifications.settings,
			);
			return { message, to: 'subscription' };
		}
		case 'withdrawal': {
			const withdrawal = found(sandbox.fundWithdrawals, body);
			const status = text(body, 'status', withdrawal.status ?? 'SUCCESS');
			const reason = text(body, 'reason', withdrawal.reason ?? ' ').trim();
			const told = { ...withdrawal, status, reason };
			return { message: withdrawalMessage(told, world.keys.mchid), url: withdrawal.notify_url };
		}
		case 'complaint': {
			const action = text(body, 'action', 'CREATE_COMPLAINT');
			return { message: complaintMessage(text(body, 'complaint_id'), action), to: 'complaint' };
		}
		case 'violation': {
			const fields = (body.violation ?? {}) as Violation;
			text(fields, 'sub_mchid');
			return { message: violationMessage(fields, world.now()), to: 'violation' };
		}
		case 'echo':
			return { message: echoMessage(text(body, 'text', 'hello world')) };
		default:
			return { message: anyMessage(body) };
	}
}

/** A message of any other event, with the given content. */
function anyMessage(body: Body): Message {
	const optional = (name: string) => (body[name] === undefined ? undefined : text(body, name));
	if (body.resource === undefined) throw new Error('"event", or "event_type" and "resource"?');
	return {
		eventType: text(body, 'event_type'),
		originalType: optional('original_type'),
		summary: optional('summary'),
		associatedData: optional('associated_data') ?? '',
		idForm: 'uuid',
		resource: body.resource,
	};
}

function send(sandbox: NotifyControlled, body: Body): Reply {
	const { message, to, url: own } = messageOf(sandbox, body);
	const url = body.url ?? own ?? (to && sandbox.world.state.notifyUrls.get(to));
	if (typeof url !== 'string') throw new Error('No address is set for it: give a "url".');
	const faults = (body.faults ?? undefined) as DeliveryFault[] | undefined;
	for (const fault of faults ?? []) {
		if (!Object.hasOwn(DELIVERY_FAULTS, fault)) throw new Error(`There is no fault "${fault}".`);
	}
	const { signWith, copies, repeat, algorithm, wrongKey, body: raw } = body as Partial<SendOptions>;
	if (copies !== undefined && !CHECKS.copies(copies)) throw new Error('"copies" must be a number.');
	const record = sandbox.notifications.send(message, {
		...{ url, faults, signWith, copies, repeat, algorithm, wrongKey, body: raw },
	});
	return json(200, record, false);
}

/** The check of each setting. */
const CHECKS: Record<keyof NotifySettings, (value: unknown) => boolean> = {
	speed: (value) => typeof value === 'number' && value > 0,
	timeout: (value) => typeof value === 'number' && value > 0,
	signWith: (value) => typeof value === 'string',
	probeEvery: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
	copies: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
	hold: (value) => typeof value === 'boolean',
	topicEnglish: (value) => typeof value === 'string',
	topicChinese: (value) => typeof value === 'string',
	remark: (value) => ['both', 'chinese', 'code'].includes(String(value)),
	flat: (value) => typeof value === 'boolean',
};

function configure({ world, notifications }: NotifyControlled, body: Body): void {
	const { subscriptionUrl, ...settings } = body;
	if (subscriptionUrl !== undefined && subscriptionUrl !== null) {
		if (typeof subscriptionUrl !== 'string' || !NOTIFY_URL.test(subscriptionUrl)) {
			throw new Error(
				'"subscriptionUrl" must be https, or http on this machine, without parameters.',
			);
		}
	}
	// Everything is checked before anything is changed: an error leaves the settings as they were.
	for (const [name, value] of Object.entries(settings)) {
		const check = Object.hasOwn(CHECKS, name) && CHECKS[name as keyof NotifySettings];
		if (!check) throw new Error(`There is no setting "${name}".`);
		if (!check(value)) throw new Error(`"${name}" cannot be ${JSON.stringify(value)}.`);
	}
	if (settings.signWith !== undefined) checkSignWith(String(settings.signWith), world);
	Object.assign(notifications.settings, settings);
	if (subscriptionUrl !== undefined) {
		world.state.setNotifyUrl('subscription', subscriptionUrl as string | null);
	}
}

/** Handles the controls of notifications; undefined for other requests. */
export function notifyControl(
	sandbox: NotifyControlled,
	/** Method and resource, and `/…` if the path continues. */
	action: string,
	name: string | undefined,
	body: Body,
): Reply | undefined {
	const { notifications, world } = sandbox;
	switch (action) {
		case 'PUT notify':
			configure(sandbox, body);
			break;
		case 'GET notify':
			break;
		case 'POST notify':
			return send(sandbox, body);
		case 'POST notify/…':
			if (name !== 'release') return undefined;
			void notifications.release(body.order === 'reverse' ? 'reverse' : 'asMade');
			return json(200, {}, false);
		case 'GET notifications':
			return json(200, { notifications: notifications.records }, false);
		case 'DELETE notifications':
			notifications.clear();
			return json(200, {}, false);
		default:
			return undefined;
	}
	const urls = Object.fromEntries(world.state.notifyUrls);
	return json(200, { urls, settings: notifications.settings }, false);
}
