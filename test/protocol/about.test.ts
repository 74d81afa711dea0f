import fc from 'fast-check';
import { compareSubject } from '../../nodes/WechatPay/protocol/about';

const about = { out_apply_no: 'A1', sub_mchid: '1900000109' };

describe('compareSubject', () => {
	it.each([
		['both names', { out_apply_no: 'A1', sub_mchid: '1900000109', cancel_state: 'REVIEWING' }],
		['the number alone', { out_apply_no: 'A1' }],
		['the merchant alone', { sub_mchid: '1900000109' }],
		['the merchant as a number', { sub_mchid: 1900000109 }],
		['the number, and the merchant left empty', { out_apply_no: 'A1', sub_mchid: '' }],
		['the number, and no merchant', { out_apply_no: 'A1', sub_mchid: null }],
	])('returns same for %s', (_what, answer) => {
		expect(compareSubject(answer, about)).toEqual({ is: 'same' });
	});

	it.each([
		['another number', { out_apply_no: 'B2', sub_mchid: '1900000109' }, 'out_apply_no', 'A1'],
		['another merchant', { out_apply_no: 'A1', sub_mchid: '1' }, 'sub_mchid', '1900000109'],
		['a number in other letters', { out_apply_no: 'a1' }, 'out_apply_no', 'A1'],
		['a number with a space', { out_apply_no: 'A1 ' }, 'out_apply_no', 'A1'],
		['a list', { out_apply_no: ['A1'] }, 'out_apply_no', 'A1'],
		['an object', { out_apply_no: {} }, 'out_apply_no', 'A1'],
		['a boolean', { out_apply_no: false }, 'out_apply_no', 'A1'],
		['zero', { sub_mchid: 0 }, 'sub_mchid', '1900000109'],
	])('returns other for %s', (_what, answer, name, asked) => {
		expect(compareSubject(answer, about)).toEqual({ is: 'other', name, asked });
	});

	it.each([
		['no field', {}],
		['other fields', { applyment_id: 'A1', cancel_state: 'REVIEWING' }],
		['empty fields', { out_apply_no: '', sub_mchid: null }],
		['a field inside another', { data: { out_apply_no: 'B2' } }],
		['a list of them', [{ out_apply_no: 'B2' }]],
		['nothing', undefined],
		['null', null],
		['a text', 'A1'],
	])('returns unnamed for %s', (_what, answer) => {
		expect(compareSubject(answer, about)).toEqual({ is: 'unnamed' });
	});

	it('ignores inherited property names', () => {
		expect(compareSubject({}, { constructor: 'x', toString: 'y' })).toEqual({ is: 'unnamed' });
	});

	it('detects any value that differs', () => {
		const name = fc.constantFrom('out_apply_no', 'applyment_id', 'sub_mchid', 'account_type');
		const value = fc.stringMatching(/^[0-9A-Za-z]{1,32}$/);
		fc.assert(
			fc.property(
				fc.dictionary(name, value, { minKeys: 1 }),
				fc.dictionary(name, value),
				(asked, answer) => {
					const shared = Object.keys(asked).filter((key) => key in answer);
					const differs = shared.some((key) => answer[key] !== asked[key]);
					const expected = differs ? 'other' : shared.length > 0 ? 'same' : 'unnamed';
					expect(compareSubject(answer, asked).is).toBe(expected);
				},
			),
		);
	});
});
