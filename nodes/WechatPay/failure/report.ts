import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { createMask, maskStrings } from './mask';
import { describeError } from './describe';

/** An error in the form in which it leaves the node. */
export interface Report {
	message: string;
	hint: string;
	details: IDataObject;
	/** Whether it is about what the user gave, and not about a response. */
	isInput: boolean;
}

/** What an item adds to the error that it failed with. */
export interface ItemFacts {
	/** What is known of it: its number, media IDs that were obtained. */
	notes: IDataObject;
	/** Whether anything of it may have reached WeChat Pay. */
	wasSent: boolean;
	/** Texts that must not leave: names, account and identity numbers. */
	secrets: readonly string[];
}

export const NOTHING_SENT: ItemFacts = {
	notes: {},
	wasSent: false,
	secrets: [],
};

/** Puts together what is said of an item that failed, without its secrets: WeChat Pay echoes values. */
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
 *
 * @param progress how far the run had come
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
