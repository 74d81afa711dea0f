import type { IDataObject } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { callEach } from '../../item/each';
import type { Item } from '../../item/item';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const getBalance = async (
	item: Item,
	subMchid: string,
	accountType: string,
): Promise<IDataObject> =>
	await item.get(PATHS.balance(subMchid, accountType), {
		sub_mchid: subMchid,
		account_type: accountType,
	});

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
