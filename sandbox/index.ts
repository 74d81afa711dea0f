export { DOCUMENTED_LIMITS, documentedLimits } from './closing/behaviour';
export type { ClosingBehaviour, LimitName, Product } from './closing/behaviour';
export type { ComplaintAction, NewComplaint } from './closing/complaints';
export type { NewLimitations } from './closing/limitations';
export type { Complaint, FundWithdrawal, Limitations, SettlementAccount } from './closing/types';
export type { WithdrawalMove } from './closing/withdrawals';
export type { SandboxCredential } from './credential';
export { seededRandom } from './faults/faults';
export { FAULT_KINDS, parseFaults, standardMix } from './faults/kinds';
export type { Fault, FaultKind, FaultMix, FaultRule } from './faults/kinds';
export { generateKeys, generatePlatformCertificate } from './keys';
export type { PlatformCertificate, SandboxKeys } from './keys';
export type { Move } from './moves';
export type { Change } from './notifications/changes';
export { DELIVERY_FAULTS } from './notifications/delivery';
export type { Delivery, DeliveryFault } from './notifications/delivery';
export type { NotificationRecord, NotifySettings } from './notifications/settings';
export type { SandboxOptions } from './options';
export { Sandbox } from './sandbox';
export type {
	AccountType,
	Application,
	Balance,
	CancelApplication,
	CancelWithdrawal,
	Material,
	Media,
	SubMerchant,
	SubMerchantKind,
} from './state';
export type { RequestLogEntry } from './types';
