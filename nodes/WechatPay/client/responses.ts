import type { IDataObject } from 'n8n-workflow';
import { CallError } from '../failure/errors';
import { compareSubject } from '../protocol/about';
import type { About, Subject } from '../protocol/about';
import { readJson } from '../protocol/json';
import { orUndefined } from '../protocol/orUndefined';
import { isObject } from '../protocol/values';
import { causeOfUnreadable } from './classify';
import type { ApiResponse } from './exchange';

const parse = (body: Buffer): unknown => orUndefined(() => readJson(body));

/** Compares a response with what was requested. */
export const subjectOf = ({ body }: ApiResponse, about: About): Subject =>
	compareSubject(parse(body), about);

/**
 * Reads a verified response as an object.
 *
 * @param about fields of which the response must have at least one, if given: otherwise it cannot be matched
 *   to the request
 * @throws {CallError} if it is not an object
 */
export function readObject(response: ApiResponse, about?: About): IDataObject {
	const found = parse(response.body);
	if (!isObject(found)) throw new CallError(causeOfUnreadable(response));
	if (about && compareSubject(found, about).is === 'unnamed') {
		throw new CallError(causeOfUnreadable(response, Object.keys(about)));
	}
	return found;
}

/**
 * Checks that a verified response is empty.
 *
 * @throws {CallError} if it is not
 */
export function readNothing(response: ApiResponse): IDataObject {
	if (response.body.length > 0) throw new CallError(causeOfUnreadable(response));
	return {};
}
