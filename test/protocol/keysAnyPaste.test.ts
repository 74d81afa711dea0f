import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describeProblem } from '../../nodes/WechatPay/failure/problems';
import { readPrivateKey, readPublicKey } from '../../nodes/WechatPay/protocol/keys';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import {
	bodyOf,
	CERTIFICATE,
	ENCRYPTED_PKCS1,
	ENCRYPTED_PKCS8,
	pair,
	PKCS1,
	PKCS8,
	PUBLIC_PKCS1,
	SHAPES,
	SPKI,
} from '../support/pastedKeys';
import { refusal } from '../support/refusal';
import { LABELS, repeatsNothingOf, tellsNothingOf } from '../support/refusedKeys';
import { anyCharacter } from '../support/texts';

// Whatever is pasted: a key, or a problem that repeats nothing of it.

describe('the key readers', () => {
	const readers: Array<[string, (pasted: string) => KeyObject, KeyObject]> = [
		['readPrivateKey', readPrivateKey, pair.privateKey],
		['readPublicKey', readPublicKey, pair.publicKey],
	];

	const trial = (read: (pasted: string) => KeyObject, right: KeyObject) => (pasted: string) => {
		let key: KeyObject;
		try {
			key = read(pasted);
		} catch (error) {
			expect(error).toBeInstanceOf(Problem);
			const { message, facts } = error as Problem;
			repeatsNothingOf(pasted, message + JSON.stringify(facts));
			// What is said of it repeats nothing either, whatever the field is called.
			for (const label of Object.values(LABELS)) {
				tellsNothingOf(pasted, describeProblem(error as Problem, label));
			}
			return;
		}
		// Whatever was done to it: an RSA key, and of the kind asked for.
		expect(key.type).toBe(right.type);
		expect(key.asymmetricKeyType).toBe('rsa');
		expect(key.asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(2048);
	};

	it.each(readers)('%s returns a key or throws a Problem for any text', (_name, read, right) => {
		const text = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 2000 }),
			fc.base64String({ maxLength: 3000 }),
			fc
				.array(
					fc.constantFrom(
						...[
							'-----BEGIN ',
							'-----END ',
							'PRIVATE KEY',
							'RSA ',
							'CERTIFICATE',
							'PUBLIC KEY',
							'-----',
							'-',
							'\n',
						],
						...[
							'\\n',
							'"',
							'MIIE',
							'\u2014',
							'Proc-Type: 4,ENCRYPTED',
							' ',
							'=',
							bodyOf(SPKI).slice(0, 40),
						],
					),
					{ maxLength: 30 },
				)
				.map((pieces) => pieces.join('')),
		);
		fc.assert(fc.property(text, trial(read, right)), { numRuns: 500 });
	});

	it.each(readers)(
		'%s returns a key or throws a Problem for a damaged PEM',
		(_name, read, right) => {
			const source = fc.constantFrom(
				PKCS8,
				PKCS1,
				SPKI,
				PUBLIC_PKCS1,
				CERTIFICATE,
				ENCRYPTED_PKCS8,
				ENCRYPTED_PKCS1,
			);
			const wound = fc.record({
				at: fc.nat(2000),
				remove: fc.nat(30),
				insert: fc.oneof(
					fc.constant(''),
					fc.string({ unit: anyCharacter, maxLength: 5 }),
					fc.base64String({ maxLength: 8 }),
				),
			});
			const damaged = fc
				.tuple(source, fc.array(wound, { minLength: 1, maxLength: 4 }), fc.constantFrom(...SHAPES))
				.map(([pem, wounds, [, , deform]]) =>
					wounds.reduce((text, { at, remove, insert }) => {
						const place = at % text.length;
						return text.slice(0, place) + insert + text.slice(place + remove);
					}, deform(pem)),
				);
			fc.assert(fc.property(damaged, trial(read, right)), { numRuns: 500 });
		},
	);

	it.each(readers)(
		'%s returns an RSA key or throws a Problem for a changed character',
		(_name, read, right) => {
			const pem = right.type === 'private' ? PKCS8 : SPKI;
			const body = bodyOf(pem);
			fc.assert(
				fc.property(fc.nat(body.length - 1), fc.constantFrom(...'AZaz09+/'), (at, letter) => {
					const changed = body.slice(0, at) + letter + body.slice(at + 1);
					try {
						const key = read(changed);
						expect(key.asymmetricKeyType).toBe('rsa');
					} catch (error) {
						expect(error).toBeInstanceOf(Problem);
					}
				}),
			);
		},
	);

	const long = (piece: string) => piece.repeat(Math.floor(20_000 / piece.length));
	it.each([
		['dashes', long('-')],
		['em dashes', long('\u2014')],
		['beginnings', long('-----BEGIN ')],
		['beginnings of keys', long('-----BEGIN PRIVATE KEY-----')],
		['beginnings without their dashes', long('-----BEGIN A')],
		['endings', long('-----END ')],
		['blocks', long('-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----')],
		['almost endings', `-----BEGIN PRIVATE KEY-----${long('-----EN').slice(0, 19_900)}`],
		['spaces', `x${long(' ').slice(2)}x`],
		['line breaks', `-----BEGIN PRIVATE KEY-----${long('\n').slice(100)}`],
		['backslashes', `${long('\\').slice(1)}x`],
		['quotes', `x${long('"').slice(2)}x`],
		['letters', long('A')],
		['labels', `-----BEGIN ${long('A ').slice(100)}`],
	])('reject 20,000 characters of %s', (_what, pasted) => {
		expect(pasted.length).toBeGreaterThan(19_000);
		for (const read of [readPrivateKey, readPublicKey]) {
			expect(refusal(() => read(pasted)).message).toMatch(/ (cannot be read|holds a private key)$/);
		}
	});
});
