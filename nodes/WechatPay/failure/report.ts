import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { createMask, maskStrings } from './mask';
import { describeError } from './describe';

/** An error as the node reports it. */
export interface Report {
	message: string;
	hint: string;
	details: IDataObject;
	/** Whether it is about the input, not about a response. */
	isInput: boolean;
}

/** What an item adds to its error. */
export interface ItemFacts {
	/** Known facts, such as its number and the media IDs of its uploads. */
	notes: IDataObject;
	/** Whether a request of it may have reached WeChat Pay. */
	wasSent: boolean;
	/** Texts to mask: names, account and identity numbers. */
	secrets: readonly string[];
}

export const NOTHING_SENT: ItemFacts = {
	notes: {},
	wasSent: false,
	secrets: [],
};

/** Makes the report for an item that failed, with its secrets masked: WeChat Pay echoes values. */
export function report(error: unknown, item: ItemFacts): Report {
	const { message, hint, details, isInput } = describeError(error);
	const said = {
		message,
		hint,
		details: {
			...details,
			...(hint && { hint }),
			...item.notes,
			...(!item.wasSent && { not_sent: true }),
		},
	};
	return { ...maskStrings(said, createMask(item.secrets)), isInput };
}

/** The JSON of an error item. n8n sends an item to the error output only if it has no other keys. */
export function toErrorJson({ message, hint, details }: Report): IDataObject {
	const whole = hint ? `${message.replace(/[.。]$/, '')}. ${hint}` : message;
	return { error: message, message: whole, details };
}

// The editor shows descriptions as HTML, and parts of the text come from the server.
const escapeHtml = (text: string): string =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * Makes the error that stops a workflow. It is a new error, because n8n's own error holds the signed request
 * in its `cause`.
 *
 * @param progress how many items were done
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
	// n8n replaces messages that contain a system error code by its own.
	error.message = message;
	error.description = description;
	// The editor shows this as the data from WeChat Pay.
	if (!isInput) error.context.data = details;
	return error;
}
