const DOCS =
	'https://github.com/n8n-nodes-wechatpay/n8n-nodes-wechatpay/blob/main/docs/notifications.md';

/** Above the fields. The editor shows it as HTML. */
export const NOTICE = `Enter the production URL of this node at WeChat Pay. Subscription messages (states of Cancel Withdrawal): partner platform, Product Center, Payment Extension Tools, Partner Subscription (合作伙伴平台 → 产品中心 → 支付扩展工具 → 合作伙伴订阅). Withdrawals, payments, refunds: <code>notify_url</code> of the request. Complaints, violations: API Request. <a href="${DOCS}" target="_blank">All places, and what the network in front of n8n must let through</a>`;

const TEST =
	'Listening lasts two minutes, at the test URL. To see an event arrive, send the debug message of the partner platform to the test URL, or call /v3/security/echo with it as notify_url. Afterwards enter the production URL again.';

export const PANEL_INACTIVE = `${TEST} The production URL answers only while the workflow is active.`;

export const PANEL_ACTIVE = `${TEST} Events at the production URL start executions, which are in the list of executions.`;

export const ACTIVATION_HINT =
	'Once the workflow is active, enter the production URL at WeChat Pay: nothing is registered there by itself. Keep WeChat Pay Trigger as a safety net: WeChat Pay promises no delivery.';
