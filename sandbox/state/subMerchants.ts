/** What is special about a sub-merchant; `normal` means that it can be closed. */
export type SubMerchantKind =
	| 'normal'
	| 'notAllowed'
	| 'hasBalance'
	| 'alreadyCancelled'
	| 'notEcommerce'
	| 'noRelation'
	| 'unknown'
	| 'providerNotEcommerce';

export type AccountType = 'BASIC' | 'OPERATION' | 'FEES' | 'DEPOSIT';

/** Amounts in fen. */
export interface Balance {
	available: number;
	pending: number;
}

export interface SubMerchant {
	kind: SubMerchantKind;
	balances: Partial<Record<AccountType, Balance>>;
	/** Accounts that were never opened: a request for their balance is refused. */
	neverOpened: AccountType[];
	/** Why closing is not allowed, as validate-cancel reports it. Left out: derived from the other states. */
	blockReasons?: Array<{ type: string; description: string }>;
}

/** Fills in what a short description of a sub-merchant leaves out. */
export function toSubMerchant(given: SubMerchantKind | Partial<SubMerchant>): SubMerchant {
	const partial = typeof given === 'string' ? { kind: given } : given;
	const kind = partial.kind ?? 'normal';
	return {
		kind,
		balances: kind === 'hasBalance' ? { BASIC: { available: 100, pending: 0 } } : {},
		neverOpened: [],
		...(kind === 'notAllowed'
			? {
					blockReasons: [
						{ type: 'CONSUMER_COMPLAINT_UNPROCESSED', description: '存在未处理的消费者投诉' },
					],
				}
			: {}),
		...partial,
	};
}
