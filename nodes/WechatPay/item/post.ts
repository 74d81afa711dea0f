import type { IDataObject } from 'n8n-workflow';
import { isNotFound } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { CallError, toError } from '../failure/errors';
import type { SubmissionRules } from '../application/submitOnce';
import type { ApiRequest } from '../client';

/** A POST that must be acted on once. */
export interface Post {
	path: string;
	/** Makes the body that every attempt sends, and uploads its images before. Called at most once. */
	body: () => Promise<Buffer>;
	/** GET by the number. */
	lookUpPath: string;
	/** Replaces the look-up by one GET, e.g. to read several pages. */
	lookUp?: () => Promise<IDataObject>;
	/** Whether the endpoint requires `Wechatpay-Serial` even if nothing is encrypted. */
	sendsKeySerial?: boolean;
	/** Whether the cause of a failed look-up means that it does not exist. Default: any "not found". */
	isAbsent?: (cause: Cause) => boolean;
	/** For a response without a state, which is then read with GET: the hint if that fails. */
	readBackHint?: string;
	/** Whether the response is 204 with an empty body. */
	expectsEmptyBody?: boolean;
	/** When it is looked up, and how responses are evaluated. */
	rules: SubmissionRules;
	/** As in `ApiRequest`. */
	about: NonNullable<ApiRequest['about']>;
}

/** The same for a look-up, without the sub-merchant: `judge` reports a wrong one with its own error. */
const lookUpAbout = (about: Post['about']): Post['about'] =>
	Object.fromEntries(Object.entries(about).filter(([key]) => key !== 'sub_mchid'));

/** GETs an object, as `Item.get` does. */
type Get = (path: string, about: Post['about']) => Promise<IDataObject>;

/** Looks up something that may not exist; undefined if WeChat Pay does not know it. */
export async function find(
	get: Get,
	{ lookUpPath, about, isAbsent = isNotFound }: Post,
): Promise<IDataObject | undefined> {
	try {
		return await get(lookUpPath, lookUpAbout(about));
	} catch (error) {
		if (error instanceof CallError && isAbsent(error.cause)) return undefined;
		throw toError(error);
	}
}

/** The state of what was just accepted; undefined if it cannot be read. */
export async function readBack(
	get: Get,
	{ lookUpPath, about }: Post,
): Promise<IDataObject | undefined> {
	try {
		return await get(lookUpPath, about);
	} catch (error) {
		if (error instanceof CallError) return undefined;
		throw toError(error);
	}
}
