export type {
	AccountResult,
	Application,
	CancelApplication,
	CancelWithdrawal,
	Material,
} from './applications';
export type { Media, MediaEndpoint, NotifyUrlKind, StateRecord } from './records';
export { accountsWithMoney, hasOpenApplication, isCancelled } from './standing';
export { State } from './state';
export { toSubMerchant } from './subMerchants';
export type { AccountType, Balance, SubMerchant, SubMerchantKind } from './subMerchants';
