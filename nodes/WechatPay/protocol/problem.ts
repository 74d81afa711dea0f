/** Why the protocol cannot use a value. The messages are in `failure/`. */
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
 * A value that the protocol cannot use. It has a code and facts, but no label, no message for the user, and
 * never the value itself.
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
