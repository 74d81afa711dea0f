import type { Cause } from '../../nodes/WechatPay/failure/cause';
import { VerificationHistory } from '../../nodes/WechatPay/client/verificationHistory';
import { POLICY } from '../../nodes/WechatPay/client/policy';

// When answers that do not verify prove that the credential is wrong, and when they may be an accident.

type Unverified = Extract<Cause, { kind: 'unverified' }>;
type Reason = Unverified['reason'];

/** Judges an answer with that body. */
const judge = (history: VerificationHistory, reason: Reason, body = '{}') =>
	history.cause(
		reason,
		{
			status: 200,
			headers: { 'wechatpay-serial': 'PUB_KEY_ID_1', 'request-id': 'R1' },
			body: Buffer.from(body),
		},
		{ knownSerials: ['PUB_KEY_ID_2'] },
	);
/** Whether each of these answers, one after the other, proves that the credential is wrong. */
const verdicts = (history: VerificationHistory, ...row: Reason[]) =>
	row.map((reason) => {
		const cause = judge(history, reason);
		return cause.kind === 'unverified' ? cause.isConclusive : cause.kind;
	});

it('VerificationHistory returns the details of an unverified response', () => {
	expect(judge(new VerificationHistory(), 'missing')).toEqual({
		kind: 'unverified',
		reason: 'missing',
		serial: 'PUB_KEY_ID_1',
		knownSerials: ['PUB_KEY_ID_2'],
		isConclusive: false,
		status: 200,
		requestId: 'R1',
	});
});

it.each<[Reason, boolean]>([
	['missing', false],
	['stale', false],
	['probe', false],
	['repeated', false],
	['misdirected', false],
	['unknownSerial', true],
	['wrongSignature', true],
])('the first unverified response of a run (%s) is conclusive: %s', (reason, expected) => {
	expect(verdicts(new VerificationHistory(), reason)).toEqual([expected]);
});

it.each(['', '{"a":1', '<html>'])(
	'a wrong signature of the incomplete body %j is not conclusive',
	(body) => {
		expect(judge(new VerificationHistory(), 'wrongSignature', body)).toMatchObject({
			isConclusive: false,
		});
	},
);

it('a wrong signature is not conclusive after a verified response', () => {
	const history = new VerificationHistory();
	history.recordVerified();
	expect(verdicts(history, 'wrongSignature')).toEqual([false]);
});

it.each<Reason>(['repeated', 'misdirected'])(
	'a wrong signature is not conclusive after a response that is %s',
	(reason) => {
		const history = new VerificationHistory();
		expect(verdicts(history, reason, 'wrongSignature')).toEqual([false, false]);
	},
);

it('three consecutive unverified responses are conclusive', () => {
	expect(POLICY.unverifiedThatStop).toBe(3);
	expect(verdicts(new VerificationHistory(), 'missing', 'missing', 'missing')).toEqual([
		false,
		false,
		true,
	]);
	expect(verdicts(new VerificationHistory(), 'missing', 'probe', 'missing')).toEqual([
		false,
		false,
		true,
	]);
	const history = new VerificationHistory();
	history.recordVerified();
	expect(verdicts(history, ...Array<Reason>(3).fill('wrongSignature'))).toEqual([
		false,
		false,
		true,
	]);
});

it('verified, misdirected and repeated responses restart the count', () => {
	const history = new VerificationHistory();
	expect(verdicts(history, 'missing', 'missing')).toEqual([false, false]);
	history.recordVerified();
	expect(verdicts(history, 'missing', 'missing')).toEqual([false, false]);
	expect(verdicts(history, 'misdirected', 'missing', 'missing')).toEqual([false, false, false]);
	expect(verdicts(history, 'repeated', 'missing', 'missing', 'missing')).toEqual([
		...[false, false, false, true],
	]);
});

it('consecutive stale responses are reported as a clock error', () => {
	const history = new VerificationHistory();
	history.recordVerified();
	expect(verdicts(history, 'stale', 'stale', 'stale')).toEqual([false, false, 'clock']);
	expect(judge(history, 'stale')).toEqual({
		kind: 'clock',
		status: 200,
		code: '',
		requestId: 'R1',
	});
});
