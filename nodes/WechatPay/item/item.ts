import type { IDataObject } from 'n8n-workflow';
import { submitOnce } from '../application/submitOnce';
import type { Submitted } from '../application/submitOnce';
import type { ApiRequest, EncryptionKey, Trace } from '../client';
import { readNothing, readObject } from '../client/responses';
import { POLICY } from '../client/policy';
import { InputError, WechatPayError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { report } from '../failure/report';
import type { Report } from '../failure/report';
import { encryptSensitive } from '../protocol/cipher';
import type { Upload } from '../protocol/media';
import type { ItemRun } from './itemRun';
import { find, readBack } from './post';
import type { Post } from './post';
import { assertOwnNumber, labelOf, toText } from './values';
import type { Field } from './values';

/** The response to an upload. */
type Uploaded = IDataObject & { media_id: string };

/** One item, as operations use it: its fields, notes for its error, and calls to WeChat Pay. */
export class Item {
	private readonly notes: IDataObject = {};

	/** Texts that are masked in its error. */
	readonly secrets: string[] = [];

	readonly trace: Trace = { sent: false };

	/** Parameters that were read, by name. */
	private readonly values = new Map<string, unknown>();

	/** The key that encrypts all sensitive fields of the item. */
	private key: EncryptionKey | undefined;

	constructor(
		readonly run: ItemRun,
		readonly index: number,
	) {}

	/**
	 * A parameter as n8n returns it. It may come from an expression, which is evaluated once: a second
	 * evaluation can return something else, e.g. another number or a text that is not masked.
	 */
	value(name: string, otherwise: unknown = ''): unknown {
		if (!this.values.has(name)) {
			this.values.set(name, this.run.context.getNodeParameter(name, this.index, otherwise));
		}
		return this.values.get(name);
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
	 * Reads a number that the user chose (`out_apply_no`, `out_request_no`). It is used unchanged.
	 *
	 * @param key its key in the details of an error
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
	 * Reads a sensitive text and encrypts it for WeChat Pay. It is masked in errors.
	 *
	 * @param read returns the checked text
	 * @throws {InputError} with Response Verification None: there is no key
	 */
	async secret(field: Field, read: () => string): Promise<string> {
		// Registered before the check, whose error may quote it.
		const given = String(this.value(field.name) ?? '').trim();
		this.secrets.push(given);
		this.run.client.runState.secrets.push(given);
		const plain = read();
		this.key ??= await this.run.client.encryptionKey();
		const { key } = this.key;
		return withLabel(labelOf(field), () => encryptSensitive(plain, key));
	}

	/** Notes facts about the item for the details of an error. */
	note(facts: IDataObject): void {
		Object.assign(this.notes, facts);
	}

	/** Shows the user a hint above the output. */
	hint(message: string): void {
		this.run.hints.add(message);
	}

	/**
	 * GETs an object.
	 *
	 * @param about as in `ApiRequest`
	 */
	async get(path: string, about: ApiRequest['about']): Promise<IDataObject> {
		return await this.run.client.get(path, about, this.trace);
	}

	/**
	 * Uploads an image. It is safe to repeat: that only creates another media ID.
	 *
	 * @throws {WechatPayError} if the response has no media ID
	 */
	async upload({ path, body, contentType }: Upload): Promise<Uploaded> {
		const request = {
			method: 'POST',
			path,
			body,
			headers: { 'content-type': contentType },
			repeat: 'always',
			timeout: POLICY.uploadTimeoutMs,
		} as const;
		const response = readObject(await this.run.client.call(request, this.trace));
		const { media_id } = response;
		if (typeof media_id !== 'string' || media_id === '') {
			throw new WechatPayError(
				'WeChat Pay accepted the image but returned no media ID',
				'Run again: no application was submitted.',
			);
		}
		return { ...response, media_id };
	}

	/** POSTs something that must happen once, and looks it up if the outcome is open. */
	async submit(post: Post): Promise<Submitted> {
		const { path, about, sendsKeySerial, readBackHint, rules } = post;
		const read = post.expectsEmptyBody ? readNothing : readObject;
		const { client } = this.run;
		const get = this.get.bind(this);
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
			lookUp: post.lookUp ?? (async () => await find(get, post)),
			wait: async (ms) => await client.runState.wait(ms),
		});
		const { response } = submitted;
		if (readBackHint === undefined || response.status !== undefined) return submitted;
		const state = await readBack(get, post);
		if (!state) this.hint(readBackHint);
		return { ...submitted, response: { ...response, ...state } };
	}

	/** The report for an error of this item. */
	report(error: unknown): Report {
		const { notes, secrets, trace } = this;
		return report(error, { notes, wasSent: trace.sent, secrets });
	}
}
