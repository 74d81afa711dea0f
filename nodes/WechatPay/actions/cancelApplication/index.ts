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
	description: 'Close the account of a sub-merchant with photos of two stamped forms',
	default: 'create',
	operations: [create, get, uploadMedia],
};
