/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Fault } from './kinds';
import { json, signatureHeaders } from '../replies';
import type { Call, Reply, World } from '../types';

/** So many are kept for each endpoint. */
const KEPT = 50;
/**
 * So many nonces are kept, and the oldest is repeated: the answer that had the newest may still be on
 * its way, and a client that reads the repeated one first cannot tell which of the two is genuine.
 */
const KEPT_NONCES = 200;
/** An older one is new again: an answer can be fresh for ten minutes. */
const NONCE_KEPT_MS = 9 * 60_000;
/** What is older would be stale when it arrives, which is another fault. */
const FRESH_FOR = 4 * 60_000 - 1;
/** Bodies above this are uploads: no question that is asked twice. */
const LARGEST_QUESTION = 65_536;

/** What says whom or what an answer is about. */
const NAMES = ['out_apply_no', 'out_request_no', 'applyment_id', 'withdraw_id', 'sub_mchid'];

interface EarlierAnswer {
	/** Whom or what it is about: equal for two requests about the same. */
	subject: string;
	/** Equal for two requests that ask the same. */
	question?: string;
	status: number;
	/** Content-Type and Wechatpay-*, as they were sent. */
	headers: Record<string, string>;
	body: Buffer;
	time: number;
}

/**
 * The answers of the last minutes, to be given once more: to the same question, or to another. The
 * signature does not cover the request, so that it verifies in both cases.
 */
export class EarlierAnswers {
	private readonly byRoute = new Map<string, EarlierAnswer[]>();
	private readonly nonces: Array<{ nonce: string; time: number }> = [];

	/** Keeps an answer that was sent whole and rightly signed. */
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

	/** The answer that a fault gives in place of the right one; undefined if there is none to give. */
	instead(right: Reply, call: Call, fault: Fault | undefined, world: World): Reply | undefined {
		// Whoever was refused unsigned is unknown, and gets nothing.
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

/** Byte for byte: its signature and nonce are in its headers. */
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

/** The right answer, about others that nobody has heard of. */
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
