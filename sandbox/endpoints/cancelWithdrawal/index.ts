import type { Endpoint } from '../../types';
import { apply } from './apply';
import { confirm } from './confirm';
import { getByApplymentId, getByNumber } from './get';
import { validate } from './validate';

const PATH = '/v3/ecommerce/account/apply-cancel-withdraw';

/** The new flow: cancel and withdraw in one application. */
export const cancelWithdrawalEndpoints: Endpoint[] = [
	{ method: 'GET', path: `${PATH}/validate-cancel/:subMchid`, handle: validate },
	{ method: 'POST', path: PATH, handle: apply },
	{ method: 'GET', path: `${PATH}/out-request-no/:number`, handle: getByNumber },
	{ method: 'GET', path: `${PATH}/applyment-id/:applymentId`, handle: getByApplymentId },
	{ method: 'POST', path: `${PATH}/confirm`, handle: confirm },
];
