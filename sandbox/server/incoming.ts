/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingMessage } from 'node:http';

/** Larger bodies are not read to the end: no endpoint accepts them. */
const MAX_BODY = 12 * 1024 * 1024;

/** The whole body of a request; undefined if it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_BODY) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** The out_apply_no or out_request_no that a request is about, from its path or its body. */
export function numberOf(path: string, body: Buffer): string | undefined {
	const inPath = /\/(?:out-apply-no|out-request-no)\/([^/]+)$/.exec(path)?.[1];
	if (inPath || body.length > 65536) return inPath;
	return /"out_(?:apply|request)_no"\s*:\s*"([^"]*)"/.exec(body.toString('utf8'))?.[1];
}

/** The digest in the meta part of an upload, which comes first in the body. */
export function digestOf(body: Buffer): string | undefined {
	const start = body.toString('latin1', 0, 2048);
	return /"(?:file_digest|sha256)"\s*:\s*"([0-9A-Fa-f]{64})"/.exec(start)?.[1].toLowerCase();
}
