import { createHash } from 'node:crypto';
import { seededRandom } from '../../sandbox';

/** A grey JPEG of 8 by 8 points. */
const GREY = Buffer.from(
	'/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i' +
		'Z2hnPk1xeXBkeFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI' +
		'AQEAAD8AH//Z',
	'base64',
);
/** Where its first header ends: comments may stand here. */
const COMMENTS_AT = 20;
const LONGEST_COMMENT = 65_533;
const COMMENT_HEAD = 4;

/** Stands for the noise of a photo: nothing on the way could make it smaller. */
const noise = ((): Buffer => {
	const random = seededRandom(1);
	return Buffer.from(Array.from({ length: LONGEST_COMMENT }, () => Math.floor(random() * 256)));
})();

/**
 * A JPEG of exactly `size` bytes (1 KB at least) that every viewer opens, and that no other `text`
 * gives: the text and noise are in its comments, which the format has for that.
 */
export function makeImage(size: number, text: string): Buffer {
	const bytes = Buffer.alloc(size);
	let at = GREY.copy(bytes, 0, 0, COMMENTS_AT);
	const end = size - (GREY.length - COMMENTS_AT);
	while (at < end) {
		const left = end - at;
		// What is left over must have room for another head, or be nothing.
		const most = LONGEST_COMMENT + COMMENT_HEAD;
		const length = left <= most ? left : Math.min(most, left - COMMENT_HEAD);
		bytes.writeUInt16BE(0xfffe, at);
		bytes.writeUInt16BE(length - 2, at + 2);
		noise.copy(bytes, at + COMMENT_HEAD, 0, length - COMMENT_HEAD);
		at += length;
	}
	bytes.write(text, COMMENTS_AT + COMMENT_HEAD, 'utf8');
	GREY.copy(bytes, end, COMMENTS_AT);
	return bytes;
}

/** SHA-256 in lower-case hexadecimal digits, as WeChat Pay wants it. */
export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
