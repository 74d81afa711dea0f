import type { IDataObject } from 'n8n-workflow';
import { encryptSensitive } from '../protocol/cipher';
import { WechatPayError } from '../protocol/errors';
import { packMedia } from '../protocol/media';
import type { Media, MediaRules, Upload } from '../protocol/media';
import { makeNonce } from '../protocol/signature';
import type { Answer } from './exchange';
import { fateOfUnreadable, isNotFound } from './fate';
import type { Run, Trace } from './run';
import { submit } from './submission';
import type { SubmissionRules, Submitted } from './submission';

const JSON_TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 60_000;

/** A number's place in the row: what has the same number goes one after the other. */
export type Turns = Map<string, Promise<unknown>>;

/** Encrypts sensitive fields; `serial` names the key to WeChat Pay. */
export interface Encryption {
	serial: string;
	/** @param label the field's label, for the message when it is too long */
	encrypt: (plain: string, label: string) => string;
}

/** What an operation gets to talk to WeChat Pay with, for one item. */
export class ItemTransport {
	readonly trace: Trace = { sent: false };

	/** What is known of the item so far; an error carries it in its details. */
	readonly known: IDataObject = {};

	/** Texts that must not leave in an error of this item: names, account and identity numbers. */
	readonly sensitive: string[] = [];

	/**
	 * @param turns shared by all items of the run
	 * @param warnings shared by all items of the run; shown once each above the output
	 */
	constructor(
		private readonly run: Run,
		private readonly turns: Turns,
		private readonly warnings: Set<string>,
	) {}

	/** The platform's own merchant number. */
	get mchid(): string {
		return this.run.account.signer.mchid;
	}

	/** The host that the credential names, e.g. `https://apihk.mch.weixin.qq.com`. */
	get origin(): string {
		return this.run.account.origins[0];
	}

	/** Takes note of a name, account or identity number: it leaves in no error. */
	secret(text: string): void {
		this.sensitive.push(text);
		this.run.sensitive.push(text);
	}

	/** Tells the user something that is no reason to stop. */
	warn(message: string): void {
		this.warnings.add(message);
	}

	/** GET: safe to repeat. */
	async get(path: string): Promise<IDataObject> {
		const request = { method: 'GET', path, repeat: 'always', timeout: JSON_TIMEOUT_MS } as const;
		return readObject(await this.run.call(request, this.trace));
	}

	/** GET of what may not be there: undefined if WeChat Pay says that it does not know it. */
	private async find(path: string): Promise<IDataObject | undefined> {
		try {
			return await this.get(path);
		} catch (error) {
			if (isNotFound(error)) return undefined;
			throw error instanceof Error ? error : new WechatPayError(String(error));
		}
	}

	/**
	 * GETs several paths, one after the other. One that is refused does not spoil the rest: its place
	 * holds `otherwise` of the error.
	 *
	 * @throws the first error, if all were refused
	 */
	async getEach(
		paths: readonly string[],
		otherwise: (error: WechatPayError, index: number) => IDataObject,
	): Promise<IDataObject[]> {
		const answers: IDataObject[] = [];
		const errors: WechatPayError[] = [];
		for (const [index, path] of paths.entries()) {
			try {
				answers.push(await this.get(path));
			} catch (error) {
				const ours = error instanceof WechatPayError ? error : new WechatPayError(String(error));
				errors.push(ours);
				answers.push(otherwise(ours, index));
			}
		}
		if (errors.length === paths.length) throw errors[0];
		return answers;
	}

	/**
	 * Prepares the encryption of sensitive fields with the key that the run trusts.
	 *
	 * @throws {InputError} with Response Verification None: there is no key
	 */
	async openEncryption(): Promise<Encryption> {
		const { serial, key } = await this.run.encryptionKey();
		return {
			serial,
			encrypt: (plain, label) => {
				this.secret(plain);
				return encryptSensitive(plain, key, label);
			},
		};
	}

	/**
	 * Reads and packs the images of this item when their turn comes.
	 *
	 * @throws {WechatPayError} when the run was stopped or cancelled before
	 */
	async prepare<T>(read: () => Promise<T>): Promise<T> {
		return await this.run.preparing.pass(async () => {
			this.run.assertGoing();
			return await read();
		});
	}

	/**
	 * Makes the body of an image's upload. Done as soon as the image has been read: what n8n read it
	 * into is then let go before V8 takes it for something that lasts.
	 */
	pack(media: Media, rules: MediaRules): Upload {
		const { memory } = this.run;
		const boundary = `n8n-nodes-wechatpay-${makeNonce()}`;
		return packMedia(media, rules, boundary, (length) => memory.take(length));
	}

	/**
	 * Uploads an image; repeating it only makes another id.
	 *
	 * @param upload used up by this: its memory may hold another image afterwards
	 * @throws {WechatPayError} if the answer holds no media ID: nothing could be done with it
	 */
	async upload(path: string, upload: Upload): Promise<IDataObject & { media_id: string }> {
		const { body, contentType } = upload;
		const answer = await this.run.call(
			{
				method: 'POST',
				path,
				body,
				contentType,
				repeat: 'always',
				timeout: UPLOAD_TIMEOUT_MS,
			},
			this.trace,
		);
		// A verified answer means that all of it arrived; of an earlier try some may still be on its way.
		if (!this.trace.repeated) this.run.memory.giveBack(body);
		const uploaded = readObject(answer);
		const { media_id } = uploaded;
		if (typeof media_id === 'string' && media_id !== '') return { ...uploaded, media_id };
		throw new WechatPayError(
			'WeChat Pay took the picture but gave no media ID',
			'Run again: nothing was applied for yet.',
		);
	}

	/**
	 * POSTs what must happen once, and looks its number up whenever the answer leaves that open.
	 *
	 * @param body the bytes that every attempt sends; a function is called once, before the first attempt
	 * @param lookUpPath GET by the number
	 * @param rules when it is looked up, and what is judged by
	 * @param serial names the key that sensitive fields in the body are encrypted with
	 */
	async submit(
		path: string,
		body: Buffer | (() => Promise<Buffer>),
		lookUpPath: string,
		rules: SubmissionRules,
		serial?: string,
	): Promise<Submitted> {
		let bytes: Buffer | undefined;
		const request = {
			method: 'POST',
			path,
			contentType: 'application/json',
			serial,
			repeat: 'ifNotActedOn',
			timeout: JSON_TIMEOUT_MS,
		} as const;
		return await submit({
			...rules,
			prepare: async () => {
				bytes = typeof body === 'function' ? await body() : body;
			},
			send: async () => readObject(await this.run.call({ ...request, body: bytes }, this.trace)),
			lookUp: async () => await this.find(lookUpPath),
			wait: async (ms) => await this.run.wait(ms),
		});
	}

	/** Runs what belongs to one number after whatever this run started earlier with that number. */
	async inTurn<T>(number: string, action: () => Promise<T>): Promise<T> {
		const before = this.turns.get(number) ?? Promise.resolve();
		const mine = before.then(action, action);
		this.turns.set(
			number,
			mine.catch(() => undefined),
		);
		return await mine;
	}
}

/** A verified answer as an object. */
function readObject(answer: Answer): IDataObject {
	const parsed = parse(answer.body);
	if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
		return parsed as IDataObject;
	}
	throw fateOfUnreadable(answer);
}

function parse(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString('utf8'));
	} catch {
		return undefined;
	}
}
