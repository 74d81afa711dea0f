import { Cache } from '../../nodes/WechatPay/client/cache';

const full = () => {
	const cache = new Cache<number>();
	for (let i = 0; i < 50; i++) cache.set(`credential ${i}`, i);
	return cache;
};

it('Cache holds 50 entries and is cleared when another one is added', () => {
	const cache = full();
	expect(cache.size).toBe(50);
	cache.set('one more', 50);
	expect([...cache]).toEqual([['one more', 50]]);
});

it('Cache is not cleared when an existing entry is updated', () => {
	const cache = full();
	cache.set('credential 7', 77);
	expect(cache.size).toBe(50);
	expect(cache.get('credential 7')).toBe(77);
});
