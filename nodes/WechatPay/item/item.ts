import type { IDataObject } from 'n8n-workflow';
import { submitOnce } from '../application/submitOnce';
import type { Submitted } from '../application/submitOnce';
import type { ApiRequest, EncryptionKey, Trace } from '../client';
import { readNothing, readObject } from '../client/responses';
import { POLICY } from '../client/policy';
import { isNotFound } from '../failure/cause';
import { CallError, InputError, WechatPayError, toError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { report } from '../failure/report';
import type { Report } from '../failure/report';
import { encryptSensitive } from '../protocol/cipher';
import type { Upload } from '../protocol/media';
import type { ItemRun } from './itemRun';
import { lookUpAbout } from './post';
import type { Post } from './post';
import { assertOwnNumber, labelOf, toText } from './values';
import type { Field } from './values';

type Found = IDataObject | undefined;

/** What an upload was answered with. */
type Uploaded = IDataObject & { media_id: string };

/** One item, as an operation works with it: its fields, what is known of it, and calls to WeChat Pay. */
export class Item {
	private readonly notes: IDataObject = {};

	/** Texts that its error must not hold. */
	readonly secrets: string[] = [];

	readonly trace: Trace = { sent: false };

	/** Encrypts the item's sensitive fields, all with the same key. */
	private key: EncryptionKey | undefined;

	constructor(
		readonly run: ItemRun,
		readonly index: number,
	) {}

	/** A parameter as n8n gives it: any of it may come from an expression. */
	value(name: string, otherwise: unknown = ''): unknown {
		return this.run.context.getNodeParameter(name, this.index, otherwise);
	}

	/**
	 * Reads a field as text.
	 *
	 * @throws {InputError} for a list, an object, or a number that has lost digits
	 */
	text(field: Field): string {
		return toText(this.value(field.name), labelOf(field));
	}

	/**
	 * Reads a number that the user chose (`out_apply_no`, `out_request_no`): used as it is given.
	 *
	 * @param key under which the item's error shows it
	 */
	ownNumber(field: Field, key: string): string {
		const number = this.text(field);
		if (number === '') {
			throw new InputError(
				`${labelOf(field)} is empty`,
				'Enter a number from your data. Numbers are never generated.',
			);
		}
		this.note({ [key]: number.slice(0, 64) });
		assertOwnNumber(number, labelOf(field));
		return number;
	}

	/**
	 * Reads a sensitive text, encrypted for WeChat Pay, and keeps it out of the item's error.
	 *
	 * @param read gives the text, checked
	 * @throws {InputError} with Response Verification None: there is no key
	 */
	async secret(field: Field, read: () => string): Promise<string> {
		// Noted before it is checked: a refusal may quote it.
		const given = String(this.value(field.name) ?? '').trim();
		this.secrets.push(given);
		this.run.client.runState.secrets.push(given);
		const plain = read();
		this.key ??= await this.run.client.encryptionKey();
		const { key } = this.key;
		return withLabel(labelOf(field), () => encryptSensitive(plain, key));
	}

	/** Notes what is known of the item: an error carries it in its details. */
	note(facts: IDataObject): void {
		Object.assign(this.notes, facts);
	}

	/** Tells the user something that is no reason to stop, above the output. */
	hint(message: string): void {
		this.run.hints.add(message);
	}

	/**
	 * GET: safe to repeat.
	 *
	 * @param about what the response must be about, by its own keys
	 */
	async get(path: string, about: ApiRequest['about']): Promise<IDataObject> {
		return await this.run.client.get(path, about, this.trace);
	}

	/** GET of what may not be there: undefined if WeChat Pay does not know it. */
	private async find({ lookUpPath, about, isAbsent = isNotFound }: Post): Promise<Found> {
		try {
			return await this.get(lookUpPath, lookUpAbout(about));
		} catch (error) {
			if (error instanceof CallError && isAbsent(error.cause)) return undefined;
			throw toError(error);
		}
	}

	/** The state of what was just accepted, or the response of the POST where it cannot be read. */
	private async readBack(post: Post, response: IDataObject, hint: string): Promise<IDataObject> {
		try {
			return { ...response, ...(await this.get(post.lookUpPath, post.about)) };
		} catch (error) {
			if (!(error instanceof CallError)) throw toError(error);
			this.hint(hint);
			return response;
		}
	}

	/**
	 * Uploads an image; repeating it only makes another ID.
	 *
	 * @throws {WechatPayError} if the response holds no media ID: nothing could be done with it
	 */
	async upload({ path, body, contentType }: Upload): Promise<Uploaded> {
		const { client, spareBodies } = this.run;
		const request = {
			method: 'POST',
			path,
			body,
			headers: { 'content-type': contentType },
			repeat: 'always',
			timeout: POLICY.uploadTimeoutMs,
		} as const;
		const response = readObject(await client.call(request, this.trace));
		spareBodies.push(body);
		const { media_id } = response;
		if (typeof media_id !== 'string' || media_id === '') {
			throw new WechatPayError(
				'WeChat Pay accepted the image but returned no media ID',
				'Run again: no application was submitted.',
			);
		}
		return { ...response, media_id };
	}

	/** POSTs what must happen once, and looks its number up whenever the response leaves that open. */
	async submit(post: Post): Promise<Submitted> {
		const { path, about, sendsKeySerial, readBackHint, rules } = post;
		const read = post.expectsEmptyBody ? readNothing : readObject;
		const { client } = this.run;
		if (sendsKeySerial) this.key ??= await client.encryptionKey();
		const request: ApiRequest = {
			method: 'POST',
			path,
			headers: {
				'content-type': 'application/json',
				...(this.key && { 'wechatpay-serial': this.key.serial }),
			},
			about,
			repeat: 'ifNotActedOn',
			timeout: POLICY.jsonTimeoutMs,
		};
		const submitted = await submitOnce({
			...rules,
			prepare: async () => {
				request.body = await post.body();
			},
			send: async () => read(await client.call(request, this.trace), about),
			lookUp: post.lookUp ?? (async () => await this.find(post)),
			wait: async (ms) => await client.runState.wait(ms),
		});
		const { response } = submitted;
		if (readBackHint === undefined || response.status !== undefined) return submitted;
		return { ...submitted, response: await this.readBack(post, response, readBackHint) };
	}

	/** What is said of it if it failed. */
	report(error: unknown): Report {
		const { notes, secrets, trace } = this;
		return report(error, { notes, wasSent: trace.sent, secrets });
	}
}
