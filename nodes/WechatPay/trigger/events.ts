import type { INodePropertyOptions } from 'n8n-workflow';
import { PATHS } from '../application/paths';

/** What can be watched. */
export interface WatchedEvent {
	/** The key of the user's number in the output. */
	numberKey: string;
	path: (number: string) => string;
}

export const EVENTS: Readonly<Record<string, WatchedEvent>> = {
	cancelApplicationChanged: { numberKey: 'out_apply_no', path: PATHS.byOutApplyNo },
	cancelWithdrawalChanged: { numberKey: 'out_request_no', path: PATHS.byOutRequestNo },
};

/** The states of both flows, for the filter. */
export const STATES: INodePropertyOptions[] = [
	{ name: 'Accepted', value: 'ACCEPTED' },
	{ name: 'Cancel Success', value: 'CANCEL_SUCCESS' },
	{ name: 'Canceled', value: 'CANCELED' },
	{ name: 'Finish', value: 'FINISH' },
	{ name: 'Fund Processing', value: 'FUND_PROCESSING' },
	{ name: 'Rejected', value: 'REJECTED' },
	{ name: 'Reviewing', value: 'REVIEWING' },
	{ name: 'Revoked', value: 'REVOKED' },
	{ name: 'System Processing', value: 'SYSTEM_PROCESSING' },
	{ name: 'Waiting for Merchant to Confirm', value: 'WAITING_MERCHANT_CONFIRM' },
];
