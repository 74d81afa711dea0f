import type { NewLimitations } from '../../sandbox/closing/limitations';

/** A control in force with every field, and a delayed one of a kind that this package does not know. */
export const LIMITATIONS: NewLimitations = {
	other_limited_functions: '其他',
	recovery_specifications: [
		{
			limitation_reason_type: 'RISK_ABNORMAL',
			limitation_reason: '交易异常',
			limitation_reason_describe: '存在异常交易',
			relate_limitations: ['NO_WITHDRAWAL'],
			other_relate_limitations: '其他',
			recover_way: 'SUBMIT_INFORMATION_FOR_APPEAL',
			recover_way_param: 'M1',
			recover_help_url: 'https://pay.weixin.qq.com/help',
		},
		{
			recover_way: 'SOMETHING_NEW',
			limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
			limitation_start_date: '2099-01-01T00:00:00+08:00',
		},
	],
};
