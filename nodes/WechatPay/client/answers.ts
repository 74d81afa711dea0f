import type { IDataObject } from 'n8n-workflow';
import { CallError } from '../failure/errors';
import { compareSubject } from '../protocol/about';
import type { About, Subject } from '../protocol/about';
import { readJson } from '../protocol/json';
import { causeOfUnreadable } from './classify';
import type { Answer } from './exchange';

function parse(body: Buffer): unknown {
	try {
		return readJson(body);
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Compares an answer with what was asked. */
export const subjectOf = ({ body }: Answer, about: About): Subject =>
	compareSubject(parse(body), about);

/**
 * A verified answer as an object.
 *
 * @param about if given, the answer must carry at least one of its names: else it does not say what it
 *   is about
 * @throws {CallError} if it is no object
 */
export function readObject(answer: Answer, about?: About): IDataObject {
	const found = parse(answer.body);
	if (!isObject(found)) throw new CallError(causeOfUnreadable(answer));
	if (about && compareSubject(found, about).is === 'unnamed') {
		throw new CallError(causeOfUnreadable(answer, Object.keys(about)));
	}
	return found;
}

/**
 * A verified answer that has no content.
 *
 * @throws {CallError} if it has some: then it is not the answer that was expected
 */
export function readNothing(answer: Answer): IDataObject {
	if (answer.body.length > 0) throw new CallError(causeOfUnreadable(answer));
	return {};
}
