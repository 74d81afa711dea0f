import { Nonces } from '../../nodes/WechatPay/client/nonces';

const MINUTE = 60_000;
const START = 1_700_000_000_000;

describe('Nonces', () => {
	it('accepts each nonce once', () => {
		const nonces = new Nonces();
		expect(nonces.add('a', START)).toBe(true);
		expect(nonces.add('b', START)).toBe(true);
		expect(nonces.add('a', START)).toBe(false);
		expect(nonces.add('A', START)).toBe(true);
	});

	it('rejects a nonce for ten minutes after it was first seen', () => {
		const nonces = new Nonces();
		nonces.add('a', START);
		expect(nonces.add('a', START + 6 * MINUTE)).toBe(false);
		expect(nonces.add('a', START + 10 * MINUTE - 1)).toBe(false);
		expect(nonces.add('a', START + 10 * MINUTE)).toBe(true);
	});

	it('drops the oldest nonces when it is full', () => {
		const nonces = new Nonces(3);
		for (const nonce of ['a', 'b', 'c', 'd']) expect(nonces.add(nonce, START)).toBe(true);
		expect(nonces.add('d', START)).toBe(false);
		expect(nonces.add('a', START)).toBe(true);
	});

	it('holds the nonces of ten minutes at 400 per second', () => {
		const nonces = new Nonces();
		const perSecond = 400;
		for (let i = 0; i < 590 * perSecond; i++) nonces.add(String(i), START + (i / perSecond) * 1000);
		expect(nonces.add('0', START + 590_000)).toBe(false);
	});
});
