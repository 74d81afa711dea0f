/** What a value that the protocol cannot use is, in one word. The sentence is made in `failure/`. */
export type ProblemCode =
	| 'keyEmpty'
	| 'keyTooLong'
	| 'keyIsCertificate'
	| 'keyIsPublic'
	| 'keyIsPrivate'
	| 'keyIsEncrypted'
	| 'keyUnreadable'
	| 'keyNotRsa'
	| 'keyTooShort'
	| 'secretEmpty'
	| 'secretLength'
	| 'secretCharacters'
	| 'secretWrong'
	| 'certificateMismatch'
	| 'hostEmpty'
	| 'hostUnknown'
	| 'hostNotUrl'
	| 'hostHasUser'
	| 'hostHasPath'
	| 'hostShape'
	| 'hostScheme'
	| 'hostPlainHttp'
	| 'mediaEmpty'
	| 'mediaType'
	| 'mediaTooLarge'
	| 'character'
	| 'tooLongToEncrypt'
	| 'notificationNotJson'
	| 'notificationIncomplete'
	| 'notificationAlgorithm'
	| 'notificationWrongKey'
	| 'notificationUnreadable'
	| 'pathEmpty'
	| 'pathStart'
	| 'pathHost'
	| 'pathPlaceholder'
	| 'pathChanged'
	| 'pathEncoding'
	| 'pathPercent'
	| 'pathEmptyPart'
	| 'fieldPath'
	| 'billKey'
	| 'billDamaged'
	| 'gzipDamaged'
	| 'fileTooLarge'
	| 'hashShape';

/**
 * Something given to the protocol cannot be used. It carries a code and facts, no label and no words
 * for a user, and never the value itself.
 */
export class Problem extends Error {
	constructor(
		readonly code: ProblemCode,
		readonly facts: Readonly<Record<string, string | number>> = {},
	) {
		super(code);
		this.name = 'Problem';
	}
}
