const DOCS =
	'https://github.com/n8n-nodes-wechatpay/n8n-nodes-wechatpay/blob/main/docs/notifications.md';

/** Above the fields. The editor shows it as HTML. */
export const NOTICE = `Enter the production URL of this node at WeChat Pay. Subscription messages (cancellation states): partner platform, Product Center, Payment Extension Tools, Partner Subscription (合作伙伴平台 → 产品中心 → 支付扩展工具 → 合作伙伴订阅). Withdrawals, payments, refunds: <code>notify_url</code> of the request. Complaints, violations: API Request. <a href="${DOCS}" target="_blank">All places, and what the network in front of n8n must let through</a>`;

const TEST =
	'The node listens at the test URL for two minutes. To receive an event, send the debug message of the partner platform to the test URL, or call /v3/security/echo with the test URL as notify_url. Afterwards, enter the production URL again.';

export const PANEL_INACTIVE = `${TEST} The production URL responds only while the workflow is active.`;

export const PANEL_ACTIVE = `${TEST} Notifications to the production URL start executions, which are in the list of executions.`;

export const ACTIVATION_HINT =
	'Once the workflow is active, enter the production URL at WeChat Pay: it is not registered automatically. WeChat Pay does not guarantee delivery, so keep a WeChat Pay Trigger that polls as well.';
