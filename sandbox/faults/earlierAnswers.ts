/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Fault } from './kinds';
import { json, signatureHeaders } from '../replies';
import type { Call, Reply, World } from '../types';

/** How many responses are kept for each endpoint. */
const KEPT = 50;
/**
 * How many nonces are kept. The oldest is repeated: the response with the newest may still be in transit,
 * and a client that reads the repeated one first cannot tell which of the two is genuine.
 */
const KEPT_NONCES = 200;
/** An older nonce counts as new again: a response can be fresh for ten minutes. */
const NONCE_KEPT_MS = 9 * 60_000;
/** An older response would be stale when it arrives, which is another fault. */
const FRESH_FOR = 4 * 60_000 - 1;
/** Larger bodies are uploads, which are not compared. */
const LARGEST_QUESTION = 65_536;

/** The fields that say what a response is about. */
const NAMES = ['out_apply_no', 'out_request_no', 'applyment_id', 'withdraw_id', 'sub_mchid'];

interface EarlierAnswer {
	/** What it is about: equal for two requests about the same application, merchant or file. */
	subject: string;
	/** Equal for two identical requests. */
	question?: string;
	status: number;
	/** Content-Type and Wechatpay-*, as they were sent. */
	headers: Record<string, string>;
	body: Buffer;
	time: number;
}

/**
 * The responses of the last minutes, which faults send again: to the same request or to another one. The
 * signature does not cover the request, so it verifies in both cases.
 */
export class EarlierAnswers {
	private readonly byRoute = new Map<string, EarlierAnswer[]>();
	private readonly nonces: Array<{ nonce: string; time: number }> = [];

	/** Keeps a response that was sent completely and with a right signature. */
	keep(call: Call, { status, body }: Reply, sent: OutgoingHttpHeaders, world: World): void {
		const headers = Object.fromEntries(
			Object.entries(sent)
				.filter(([name]) => /^(content-type|wechatpay-.+)$/i.test(name))
				.map(([name, value]) => [name, String(value)]),
		);
		this.nonces.push({ nonce: headers['wechatpay-nonce'], time: world.now() });
		if (this.nonces.length > KEPT_NONCES) this.nonces.shift();
		const answers = this.of(call);
		answers.push({ ...about(call), status, headers, body, time: world.now() });
		if (answers.length > KEPT) answers.shift();
	}

	/** The response that a fault sends instead of the right one; undefined if there is none. */
	instead(right: Reply, call: Call, fault: Fault | undefined, world: World): Reply | undefined {
		// An unsigned refusal is for an unknown client, which gets no other response.
		if (!right.signed) return undefined;
		if (fault?.kind === 'another') return this.another(right, call, fault, world);
		if (fault?.kind === 'repeated-nonce') return this.repeated(right, call, world);
		return undefined;
	}

	private another(right: Reply, call: Call, fault: Fault, world: World): Reply | undefined {
		const { subject } = about(call);
		const isOther = (answer: EarlierAnswer) => answer.subject !== subject && answer.status === 200;
		const others = this.of(call).filter(isOther);
		if (call.form) {
			const fresh = others.filter((answer) => isFresh(answer, world)).at(-1);
			return fresh && again(fresh);
		}
		if (fault.change) return changed(right, fault.change);
		const other = others.at(-1);
		if (other) {
			return { status: 200, body: other.body, headers: right.headers, signed: true };
		}
		return withOtherNumbers(right);
	}

	private repeated(right: Reply, call: Call, world: World): Reply | undefined {
		const { question } = about(call);
		const isSame = (answer: EarlierAnswer) =>
			question !== undefined && answer.question === question && isFresh(answer, world);
		const same = this.of(call).filter(isSame).at(-1);
		if (same) return again(same);
		const oldest = this.nonces.find(({ time }) => world.now() - time < NONCE_KEPT_MS);
		if (!oldest) return undefined;
		const signature = signatureHeaders(right.body, call, world, { nonce: oldest.nonce });
		return { ...right, headers: { ...right.headers, ...signature }, signed: false };
	}

	private of({ route = '' }: Call): EarlierAnswer[] {
		const answers = this.byRoute.get(route) ?? [];
		this.byRoute.set(route, answers);
		return answers;
	}
}

function about({
	target,
	number,
	digest,
	body,
}: Call): Pick<EarlierAnswer, 'subject' | 'question'> {
	const subject = `${target} ${number ?? digest ?? ''}`;
	if (body.length > LARGEST_QUESTION || digest !== undefined) return { subject };
	return { subject, question: `${target}\n${body.toString('latin1')}` };
}

const isFresh = ({ time }: EarlierAnswer, world: World) => world.now() - time <= FRESH_FOR;

/** The same bytes again: signature and nonce are in the headers. */
const again = ({ status, headers, body }: EarlierAnswer): Reply => ({
	status,
	headers,
	body,
	signed: false,
});

function changed(right: Reply, change: Record<string, unknown>): Reply | undefined {
	if (right.status !== 200) return undefined;
	const answer = { ...(JSON.parse(right.body.toString('utf8')) as object), ...change };
	const kept = Object.entries(answer).filter(([, value]) => value !== null);
	return json(200, Object.fromEntries(kept));
}

/** The right response, but about numbers that do not exist. */
function withOtherNumbers(right: Reply): Reply | undefined {
	if (right.status !== 200) return undefined;
	const answer = JSON.parse(right.body.toString('utf8')) as Record<string, unknown>;
	const change = Object.fromEntries(
		NAMES.filter((name) => typeof answer[name] === 'string').map((name) => {
			const text = String(answer[name]);
			return [name, text.slice(0, -1) + (text.endsWith('7') ? '8' : '7')];
		}),
	);
	return Object.keys(change).length > 0 ? changed(right, change) : undefined;
}
