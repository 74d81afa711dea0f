import type { IDataObject } from 'n8n-workflow';
import { callEach } from '../../item/each';
import type { Item } from '../../item/item';

/** The four accounts that a sub-merchant may have. */
export const ACCOUNT_TYPES = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'] as const;

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const getBalance = async (
	item: Item,
	subMchid: string,
	accountType: string,
): Promise<IDataObject> =>
	await item.get(
		`/v3/ecommerce/fund/balance/${subMchid}?account_type=${encodeURIComponent(accountType)}`,
		{ sub_mchid: subMchid, account_type: accountType },
	);

/**
 * Looks up several accounts, one after the other. An account that was never opened is refused: its entry has
 * the error, and the others are returned.
 *
 * @throws the first error, if all were refused
 */
export async function getBalances(
	item: Item,
	subMchid: string,
	accountTypes: readonly string[],
): Promise<IDataObject[]> {
	const parts = await callEach(
		item,
		accountTypes.map((type) => async () => await getBalance(item, subMchid, type)),
	);
	return parts.map((part, index) =>
		'found' in part ? part.found : { account_type: accountTypes[index], error: part.error },
	);
}
