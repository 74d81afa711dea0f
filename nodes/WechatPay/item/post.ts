import type { IDataObject } from 'n8n-workflow';
import type { Cause } from '../failure/cause';
import type { SubmissionRules } from '../application/submitOnce';
import type { ApiRequest } from '../client';

/** What an operation submits, once. */
export interface Post {
	path: string;
	/** Makes the bytes that every attempt sends, and uploads what they name; called once at most. */
	body: () => Promise<Buffer>;
	/** GET by the number. */
	lookUpPath: string;
	/** Looks up otherwise than by one GET, such as page by page. */
	lookUp?: () => Promise<IDataObject>;
	/** Whether WeChat Pay wants to know the key that it could be encrypted with, also where nothing is. */
	sendsKeySerial?: boolean;
	/** Whether the response to a look-up says that nothing is there. If left out, any "not found" does. */
	isAbsent?: (cause: Cause) => boolean;
	/** For a POST whose response gives no state: it is read afterwards; the hint if that cannot be done. */
	readBackHint?: string;
	/** For a POST that is answered by 204 and an empty body. */
	expectsEmptyBody?: boolean;
	/** When it is looked up, and what the responses are judged by. */
	rules: SubmissionRules;
	/** What the responses must be about. */
	about: NonNullable<ApiRequest['about']>;
}

/** Whose it is, `judge` decides: that is an error of its own. */
export const lookUpAbout = (about: Post['about']): Post['about'] =>
	Object.fromEntries(Object.entries(about).filter(([key]) => key !== 'sub_mchid'));
