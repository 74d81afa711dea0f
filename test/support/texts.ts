import fc from 'fast-check';

/**
 * Any character of Unicode but half ones. fast-check's own `binary` lists all million of them, in every
 * process, before it makes a first text.
 */
export const anyCharacter = fc
	.integer({ min: 0, max: 0x10_ffff - 0x800 })
	.map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));
