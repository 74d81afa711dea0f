import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { InputError, WechatPayError } from '../protocol/errors';
import type { ItemTransport } from './item';
import { createMask, maskStrings } from './mask';

/** An error in the form in which it leaves the node. */
export interface Report {
	message: string;
	hint: string;
	details: IDataObject;
	isInput: boolean;
}

/** What a report is made from. */
export type Reported = Pick<ItemTransport, 'known' | 'trace' | 'sensitive'>;

/** Puts together what is said of an item that failed. */
export function report(error: unknown, item: Reported): Report {
	const isOurs = error instanceof WechatPayError;
	const { message: said, description } = error as Error & { description?: unknown };
	// WeChat Pay echoes values in its messages.
	const mask = createMask(item.sensitive);
	const hint = mask(isOurs ? error.hint : typeof description === 'string' ? description : '');
	const details: IDataObject = {
		...(isOurs && { ...error.details }),
		...(hint && { hint }),
		...item.known,
		...(!item.trace.sent && { not_sent: true }),
	};
	return {
		message: mask(said || 'The item could not be processed'),
		hint,
		details: maskStrings(details, mask),
		isInput: !isOurs || error instanceof InputError,
	};
}

/** The item for the error branch: n8n sends only these three keys there. */
export function toErrorJson({ message, hint, details }: Report): IDataObject {
	const whole = hint ? `${message.replace(/[.。]$/, '')}. ${hint}` : message;
	return { error: message, message: whole, details };
}

// The editor shows descriptions as HTML, and part of the text comes from the server.
const escapeHtml = (text: string): string =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * Builds the error that stops a workflow. It is made afresh, never wrapped: n8n's own error carries
 * the signed request in its `cause`.
 */
export function toNodeError(
	node: INode,
	{ message, hint, details, isInput }: Report,
	itemIndex?: number,
	progress = '',
): NodeApiError | NodeOperationError {
	const { httpStatus, requestId } = details;
	const trail = [
		httpStatus === undefined ? '' : `HTTP ${String(httpStatus)}`,
		requestId === undefined ? '' : `Request-ID ${String(requestId)}`,
	].filter((part) => part !== '');
	const description = [hint, trail.join(', '), progress]
		.filter((part) => part !== '')
		.map(escapeHtml)
		.join('<br>');
	const error = isInput
		? new NodeOperationError(node, message, { itemIndex, description })
		: new NodeApiError(node, { message, ...details } as JsonObject, {
				message,
				description,
				itemIndex,
				httpCode: httpStatus === undefined ? undefined : String(httpStatus),
			});
	// n8n replaces messages that contain a system error code by stock sentences.
	error.message = message;
	error.description = description;
	// The editor shows this as what came from WeChat Pay.
	if (!isInput) error.context.data = details;
	return error;
}
