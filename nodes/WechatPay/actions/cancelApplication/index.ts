import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { uploadMedia } from './uploadMedia.operation';

/**
 * The old flow: upload, create, get.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476217
 */
export const cancelApplication: Resource = {
	value: 'cancelApplication',
	name: 'Cancel Application',
	notice:
		'WeChat Pay announced (12 February 2026, updated 11 June 2026) that this flow is no longer maintained and will go offline step by step; no date is known. Use the resource Cancel Withdrawal for new work. <a href="https://pay.weixin.qq.com/doc/v3/partner/4018153750" target="_blank">Announcement</a>',
	description: 'Close the account of a sub-merchant with photos of two stamped forms (old flow)',
	default: 'create',
	operations: [create, get, uploadMedia],
};
