import fc from 'fast-check';
import {
	describeSubscription,
	isTestMessage,
	readSubscription,
} from '../../nodes/WechatPay/protocol/subscription';

/** The official sample, which is what the portal sends to debug an address. */
const OFFICIAL = {
	message_content: {
		merchant_code: '00000000000',
		merchant_company_name: '测试商户号',
		business_time: '2024-06-19T15:22:17+08:00',
		business_code: '空',
		business_state: 'TEST',
	},
	topic_name: { topic_english_name: 'test', topic_chinese_name: '测试消息' },
};

/** A message of a topic whose name says nothing about cancellations. */
const message = (business_state: string, remark?: string, topic: object = OTHER_TOPIC) => ({
	message_content: {
		...OFFICIAL.message_content,
		merchant_code: '1900000201',
		business_state,
		...(remark === undefined ? {} : { remark }),
	},
	topic_name: topic,
});
const OTHER_TOPIC = {
	topic_english_name: 'sub_merchant_onboarding',
	topic_chinese_name: '进件状态变更',
};
const CANCEL_TOPIC = { topic_english_name: '', topic_chinese_name: '二级商户注销状态通知' };

describe('readSubscription', () => {
	it('reads the official sample', () => {
		expect(readSubscription(OFFICIAL)).toEqual({
			topicEnglishName: 'test',
			topicChineseName: '测试消息',
			merchantCode: '00000000000',
			businessCode: '空',
			businessState: 'TEST',
			remark: '',
		});
	});

	it('reads flat and nested messages alike', () => {
		const nested = message('FINISH', '提现成功');
		const flat = { ...nested.message_content, topic_name: nested.topic_name };
		const flatter = { ...nested.message_content, ...nested.topic_name };
		expect(readSubscription(flat)).toEqual(readSubscription(nested));
		expect(readSubscription(flatter)).toEqual(readSubscription(nested));
	});

	it('prefers nested fields and reads numbers as text', () => {
		const both = { merchant_code: '1', message_content: { merchant_code: 1900000201 } };
		expect(readSubscription(both).merchantCode).toBe('1900000201');
	});

	it('returns strings for any input', () => {
		const any = fc.oneof(
			fc.anything(),
			fc.record({ message_content: fc.anything(), topic_name: fc.anything() }),
			fc.record({ message_content: fc.record({ merchant_code: fc.anything() }) }),
		);
		fc.assert(
			fc.property(any, (resource) => {
				const values = Object.values(readSubscription(resource));
				expect(values.map((value) => typeof value)).toEqual(Array(6).fill('string'));
				describeSubscription(resource, ['x']);
			}),
		);
	});
});

describe('isTestMessage', () => {
	const real = readSubscription(message('FINISH'));

	it('recognizes the official test message', () => {
		expect(isTestMessage(readSubscription(OFFICIAL))).toBe(true);
	});

	it.each([
		['topic and state', { topicEnglishName: 'test', businessState: 'TEST' }],
		['topic and number', { topicEnglishName: 'test', merchantCode: '0000' }],
		['state and number', { businessState: 'TEST', merchantCode: '00000000000' }],
	])('returns true for two marks: %s', (_what, marks) => {
		expect(isTestMessage({ ...real, ...marks })).toBe(true);
	});

	it.each([
		['the topic', { topicEnglishName: 'test' }],
		['the state', { businessState: 'TEST' }],
		['a number of zeros', { merchantCode: '00000000000' }],
		['none', {}],
	])('returns false for fewer than two marks: %s', (_what, marks) => {
		expect(isTestMessage({ ...real, ...marks })).toBe(false);
	});
});

describe('describeSubscription', () => {
	it('describes the test message', () => {
		expect(describeSubscription(OFFICIAL)).toEqual({
			topic: 'test',
			business_state: 'TEST',
			is_test: true,
			isCancellation: false,
		});
	});

	it('describes other topics without a payout state', () => {
		for (const state of ['FINISH', 'REJECTED', 'CANCELED', 'ACCEPTED', 'REVIEWING', 'REVOKED']) {
			for (const remark of [undefined, '', '-', '资料不全']) {
				expect(describeSubscription(message(state, remark))).toEqual({
					sub_mchid: '1900000201',
					topic: 'sub_merchant_onboarding',
					business_state: state,
					is_test: false,
					isCancellation: false,
				});
			}
		}
	});

	// The table of https://pay.weixin.qq.com/doc/v3/partner/4018153750, with both spellings of the remark.
	it.each([
		['ACCEPTED', '', undefined],
		['REVIEWING', undefined, undefined],
		['REJECTED', '', undefined],
		['WAITING_MERCHANT_CONFIRM', '', undefined],
		['SYSTEM_PROCESSING', '', undefined],
		['REVOKED', '', undefined],
		['FINISH', '', undefined],
		['FINISH', '-', undefined],
		['CANCELED', '-', undefined],
		['CANCELED', '提现处理中（WITHDRAW_PROCESSING）', 'WITHDRAW_PROCESSING'],
		['CANCELED', '提现处理中', 'WITHDRAW_PROCESSING'],
		['CANCELED', 'WITHDRAW_PROCESSING', 'WITHDRAW_PROCESSING'],
		['FINISH', '提现成功（WITHDRAW_SUCCEED）', 'WITHDRAW_SUCCEED'],
		['FINISH', '提现成功', 'WITHDRAW_SUCCEED'],
		['FINISH', 'WITHDRAW_SUCCEED', 'WITHDRAW_SUCCEED'],
		['FINISH', '提现异常（WITHDRAW_EXCEPTION）', 'WITHDRAW_EXCEPTION'],
		['FINISH', '提现异常', 'WITHDRAW_EXCEPTION'],
		['FINISH', 'WITHDRAW_EXCEPTION', 'WITHDRAW_EXCEPTION'],
		['FINISH', '提现成功后退票，提现异常', 'WITHDRAW_EXCEPTION'],
		['FINISH', 'WITHDRAW_SOMETHING_NEW', undefined],
	])('reads state %s with remark %j of the cancellation topic', (state, remark, withdrawState) => {
		expect(describeSubscription(message(state, remark, CANCEL_TOPIC))).toEqual({
			sub_mchid: '1900000201',
			topic: '二级商户注销状态通知',
			business_state: state,
			withdraw_state: withdrawState,
			is_test: false,
			isCancellation: true,
		});
	});

	const cancellation = (...args: Parameters<typeof describeSubscription>) =>
		describeSubscription(...args).isCancellation;

	it.each([
		['contains 注销', { topic_chinese_name: '商户注销提现' }],
		['contains cancel', { topic_english_name: 'ecommerce_CancelWithdraw_state' }],
	])('recognizes a cancellation topic whose name %s', (_how, topic) => {
		expect(cancellation(message('FINISH', '', topic))).toBe(true);
	});

	it('recognizes whole topic names given by the user in any case', () => {
		const finish = message('FINISH', '-');
		expect(cancellation(finish, [' Sub_Merchant_Onboarding '])).toBe(true);
		expect(cancellation(finish, ['进件状态变更'])).toBe(true);
		expect(cancellation(finish, ['onboarding', 'x', '', ' '])).toBe(false);
		const nameless = message('FINISH', '-', { topic_english_name: '', topic_chinese_name: '' });
		expect(cancellation(nameless, ['', ' '])).toBe(false);
	});

	it.each(['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING', 'FUND_PROCESSING'])(
		'recognizes a cancellation by the state %s',
		(state) => {
			expect(cancellation(message(state))).toBe(true);
			expect(cancellation(message(state.toLowerCase()))).toBe(false);
		},
	);

	it('recognizes a cancellation by its remark', () => {
		expect(cancellation(message('WHATEVER', 'WITHDRAW_EXCEPTION'))).toBe(true);
		expect(cancellation(message('FINISH', '提现异常'))).toBe(true);
		expect(cancellation(message('CANCELED', '提现处理中'))).toBe(true);
	});

	// Withdrawals that close nothing are described with the same Chinese words.
	it.each(['SUCCESS', 'FAIL', 'FINISHED', 'ABNORMAL', ''])(
		'does not treat a withdrawal in state %j as a cancellation because of its remark',
		(state) => {
			const facts = describeSubscription(message(state, '提现成功'));
			expect(facts).toMatchObject({ isCancellation: false });
			expect(facts.withdraw_state).toBeUndefined();
		},
	);

	it('omits missing fields', () => {
		expect(describeSubscription({})).toEqual({ is_test: false, isCancellation: false });
		expect(describeSubscription(null)).toEqual({ is_test: false, isCancellation: false });
	});
});
