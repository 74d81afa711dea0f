import type { Resource } from '../operation';
import { upload } from './upload.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012760432 */
export const merchantMedia: Resource = {
	value: 'merchantMedia',
	name: 'Merchant Media',
	description: 'Upload images for every use except the old cancellation flow',
	default: 'upload',
	operations: [upload],
};
