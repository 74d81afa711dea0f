import type { AccountResult, CancelWithdrawal } from '../../state';

/** Both numbers of an application, as every response names them. */
export const ids = ({ applymentId, number }: CancelWithdrawal) => ({
	applyment_id: applymentId,
	out_request_no: number,
});

/** The field `account_info`, which is left out if there is no money. */
export const accountInfo = (accounts: AccountResult[]) =>
	accounts.length > 0
		? {
				account_info: accounts.map(({ out_account_type, amount }) => ({
					out_account_type,
					amount,
				})),
			}
		: {};
