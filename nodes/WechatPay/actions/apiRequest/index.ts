import type { Resource } from '../operation';
import { request } from './request.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012081726 */
export const apiRequest: Resource = {
	value: 'apiRequest',
	name: 'API Request',
	description: 'Call any other WeChat Pay APIv3 endpoint, signed and verified',
	default: 'request',
	operations: [request],
};
