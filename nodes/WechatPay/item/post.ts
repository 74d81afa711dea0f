import type { IDataObject } from 'n8n-workflow';
import type { Cause } from '../failure/cause';
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
export const lookUpAbout = (about: Post['about']): Post['about'] =>
	Object.fromEntries(Object.entries(about).filter(([key]) => key !== 'sub_mchid'));
