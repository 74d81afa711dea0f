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
	name: 'Account Cancellation (Old Flow)',
	notice:
		'WeChat Pay announced (12 February 2026, updated 11 June 2026) that this flow is no longer maintained and will be taken offline in stages, without a date. Use the resource "Account Cancellation" for new applications. <a href="https://pay.weixin.qq.com/doc/v3/partner/4018153750" target="_blank">Announcement</a>',
	description: "Close a sub-merchant's account with photos of two stamped forms",
	default: 'create',
	operations: [create, get, uploadMedia],
};
