/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Part } from './multipart';
import { Refusal, invalidRequest, json, paramError } from './replies';
import type { MediaEndpoint } from './state';
import type { Call, Reply, World } from './types';

/** The rules of one of the upload endpoints. */
export interface UploadRules {
	endpoint: MediaEndpoint;
	nameKey: string;
	digestKey: string;
	maxBytes: number;
	/** The maximum size of a PDF; if left out, PDFs are refused. */
	maxPdfBytes?: number;
	/** File extensions that an image may have. */
	extensions: RegExp;
	/** Whether the digest may be uppercase. */
	upperCaseDigest?: boolean;
	/** Whether application/octet-stream is accepted as the file's Content-Type. */
	octetStream: boolean;
	tooLarge: () => Refusal;
	wrongType: () => Refusal;
	wrongKeys: () => Refusal;
}

interface Kind {
	mime: string;
	extension: RegExp;
	/** The first bytes in hexadecimal. */
	start: string;
}

const IMAGES: Kind[] = [
	{ mime: 'image/png', extension: /\.png$/i, start: '89504e470d0a1a0a' },
	{ mime: 'image/jpeg', extension: /\.jpe?g$/i, start: 'ffd8ff' },
	{ mime: 'image/bmp', extension: /\.bmp$/i, start: '424d' },
];
const PDF: Kind = { mime: 'application/pdf', extension: /\.pdf$/i, start: '255044462d' };

/**
 * The messages on the page of the general upload. The pages of the other uploads do not list these cases;
 * that they use the same messages and code is a guess.
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760432
 */
const WRONG_NAME = '图片文件名称不正确，请检查后重新提交';
const NO_IMAGE = '文件二进制内容不是图片，请检查后重新提交';
const WRONG_DIGEST = '图片sha256值有误，请检查后重新提交';
const NO_CONTENT = '文件为空，请检查后重新提交';

/** Checks all parts and bytes of an upload, and stores what identifies the image. */
export function receiveUpload(call: Call, world: World, rules: UploadRules): Reply {
	if (!call.form) throw invalidRequest('Http头Content-Type必须为multipart/form-data');
	// Chunked uploads are not documented: refused, the stricter reading.
	if (call.headers['content-length'] === undefined) throw paramError('Http头缺少Content-Length');

	const { parts, problem } = call.form;
	if (problem) throw paramError(WRONG_DIGEST, { issue: problem, location: 'body' });
	const [meta, file] = parts;
	// All official SDKs send meta first; another order is not documented, so it is refused.
	if (parts.length !== 2 || meta.name !== 'meta' || file.name !== 'file') {
		const issue = 'exactly two parts: meta, then file';
		throw paramError('请求必须依次包含meta和file两部分', { issue, location: 'body' });
	}
	const { name, digest: given } = readMeta(meta, rules);
	checkFile(file, name, rules);
	const digest = createHash('sha256').update(file.content).digest('hex');
	if (digest !== (rules.upperCaseDigest ? given.toLowerCase() : given)) {
		// The bytes were changed in transit: WeChat Pay hashes what is between the delimiters.
		throw paramError(WRONG_DIGEST, {
			field: `/${rules.digestKey}`,
			value: given,
			location: 'body',
		});
	}
	const { id } = world.state.addMedia(rules.endpoint, name, digest, file.content.length);
	return json(200, { media_id: id });
}

function readMeta(part: Part, rules: UploadRules): { name: string; digest: string } {
	if (part.contentType !== undefined && part.contentType !== 'application/json') {
		throw paramError('meta的Content-Type必须为application/json', { field: '/meta' });
	}
	let meta: unknown;
	try {
		if (!isUtf8(part.content)) throw new SyntaxError('not UTF-8');
		meta = JSON.parse(part.content.toString('utf8'));
	} catch {
		throw paramError('meta不是合法的JSON', { field: '/meta', location: 'body' });
	}
	const keys = typeof meta === 'object' && meta ? Object.keys(meta).sort() : [];
	if (keys.join() !== [rules.nameKey, rules.digestKey].sort().join()) throw rules.wrongKeys();
	const { [rules.nameKey]: name, [rules.digestKey]: digest } = meta as Record<string, unknown>;
	if (typeof name !== 'string' || typeof digest !== 'string') throw rules.wrongKeys();
	if (!/^[0-9a-f]{64}$/i.test(digest)) {
		throw paramError(WRONG_DIGEST, {
			field: `/${rules.digestKey}`,
			value: digest,
			location: 'body',
		});
	}
	return { name, digest };
}

function checkFile(file: Part, name: string, rules: UploadRules): void {
	const { filename, content, contentType } = file;
	const detail = { field: `/${rules.nameKey}`, value: name, location: 'body' };
	// Whether WeChat Pay compares the two names, or accepts non-ASCII names in the part's header, is not
	// documented. Here they must be equal and printable ASCII, the stricter reading.
	if (filename !== name || !/^[\x20-\x7e]{1,128}$/.test(name)) {
		throw paramError(WRONG_NAME, detail);
	}
	const kinds = rules.maxPdfBytes === undefined ? IMAGES : [...IMAGES, PDF];
	const isNamed = rules.extensions.test(name) || (kinds.includes(PDF) && PDF.extension.test(name));
	if (!isNamed) throw paramError(WRONG_NAME, detail);
	if (content.length === 0) throw paramError(NO_CONTENT, detail);
	const kind = kinds.find(({ start }) => content.toString('hex', 0, start.length / 2) === start);
	const maxBytes = kind === PDF ? (rules.maxPdfBytes ?? 0) : rules.maxBytes;
	if (content.length > maxBytes) throw rules.tooLarge();

	const tolerated = rules.octetStream && contentType === 'application/octet-stream';
	if (!tolerated && !kinds.some(({ mime }) => mime === contentType)) throw rules.wrongType();
	if (!kind) throw paramError(NO_IMAGE, detail);
	if (!tolerated && kind.mime !== contentType) throw rules.wrongType();
	if (!kind.extension.test(name)) throw paramError(WRONG_NAME, detail);
}
