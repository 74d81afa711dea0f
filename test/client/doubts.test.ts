import type { Cause } from '../../nodes/WechatPay/failure/cause';
import { Doubts } from '../../nodes/WechatPay/client/doubts';
import { POLICY } from '../../nodes/WechatPay/client/policy';

// When answers that do not verify prove that the credential is wrong, and when they may be an accident.

type Unverified = Extract<Cause, { kind: 'unverified' }>;
type Doubt = Unverified['doubt'];

/** Judges an answer with that body. */
const judge = (doubts: Doubts, doubt: Doubt, body = '{}') =>
	doubts.cause(
		doubt,
		{
			status: 200,
			headers: { 'wechatpay-serial': 'PUB_KEY_ID_1', 'request-id': 'R1' },
			body: Buffer.from(body),
		},
		{ knownSerials: ['PUB_KEY_ID_2'] },
	);
/** Whether each of these answers, one after the other, proves that the credential is wrong. */
const verdicts = (doubts: Doubts, ...row: Doubt[]) =>
	row.map((doubt) => {
		const cause = judge(doubts, doubt);
		return cause.kind === 'unverified' ? cause.isConclusive : cause.kind;
	});

it('says what is known of the answer', () => {
	expect(judge(new Doubts(), 'missing')).toEqual({
		kind: 'unverified',
		doubt: 'missing',
		serial: 'PUB_KEY_ID_1',
		knownSerials: ['PUB_KEY_ID_2'],
		isConclusive: false,
		status: 200,
		requestId: 'R1',
	});
});

it.each<[Doubt, boolean]>([
	['missing', false],
	['stale', false],
	['probe', false],
	['repeated', false],
	['misdirected', false],
	['unknownSerial', true],
	['wrongSignature', true],
])('the first response of a run that is in doubt (%s) is conclusive: %s', (doubt, expected) => {
	expect(verdicts(new Doubts(), doubt)).toEqual([expected]);
});

it.each(['', '{"a":1', '<html>'])('a wrong signature of a cut answer %j is not', (body) => {
	expect(judge(new Doubts(), 'wrongSignature', body)).toMatchObject({ isConclusive: false });
});

it('a wrong signature is none once an answer was verified: the key fits', () => {
	const doubts = new Doubts();
	doubts.settle();
	expect(verdicts(doubts, 'wrongSignature')).toEqual([false]);
});

it.each<Doubt>(['repeated', 'misdirected'])('%s shows that the key fits, too', (doubt) => {
	const doubts = new Doubts();
	expect(verdicts(doubts, doubt, 'wrongSignature')).toEqual([false, false]);
});

it('many in a row are no accident', () => {
	expect(POLICY.doubtsThatStop).toBe(3);
	expect(verdicts(new Doubts(), 'missing', 'missing', 'missing')).toEqual([false, false, true]);
	expect(verdicts(new Doubts(), 'missing', 'probe', 'missing')).toEqual([false, false, true]);
	const doubts = new Doubts();
	doubts.settle();
	expect(verdicts(doubts, ...Array<Doubt>(3).fill('wrongSignature'))).toEqual([false, false, true]);
});

it('a verified answer between them ends the row, and so do those that show that the key fits', () => {
	const doubts = new Doubts();
	expect(verdicts(doubts, 'missing', 'missing')).toEqual([false, false]);
	doubts.settle();
	expect(verdicts(doubts, 'missing', 'missing')).toEqual([false, false]);
	expect(verdicts(doubts, 'misdirected', 'missing', 'missing')).toEqual([false, false, false]);
	expect(verdicts(doubts, 'repeated', 'missing', 'missing', 'missing')).toEqual([
		...[false, false, false, true],
	]);
});

it('stale ones in a row mean that the clock is wrong', () => {
	const doubts = new Doubts();
	doubts.settle();
	expect(verdicts(doubts, 'stale', 'stale', 'stale')).toEqual([false, false, 'clock']);
	expect(judge(doubts, 'stale')).toEqual({
		kind: 'clock',
		status: 200,
		code: '',
		requestId: 'R1',
	});
});
