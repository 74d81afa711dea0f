import type { IDataObject } from 'n8n-workflow';
import { CallError } from '../failure/errors';
import { compareSubject } from '../protocol/about';
import type { About, Subject } from '../protocol/about';
import { readJson } from '../protocol/json';
import { causeOfUnreadable } from './classify';
import type { ApiResponse } from './exchange';

function parse(body: Buffer): unknown {
	try {
		return readJson(body);
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Compares a response with what was asked. */
export const subjectOf = ({ body }: ApiResponse, about: About): Subject =>
	compareSubject(parse(body), about);

/**
 * A verified response as an object.
 *
 * @param about if given, the response must carry at least one of its names: else it does not say what it
 *   is about
 * @throws {CallError} if it is no object
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
 * A verified response that has no content.
 *
 * @throws {CallError} if it has some: then it is not the response that was expected
 */
export function readNothing(response: ApiResponse): IDataObject {
	if (response.body.length > 0) throw new CallError(causeOfUnreadable(response));
	return {};
}
