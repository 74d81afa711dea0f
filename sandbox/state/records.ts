import type { ClosingRecord } from '../closing/closingState';
import type { Application } from './applications';
import type { SubMerchant } from './subMerchants';

/** Media IDs are valid only for the endpoint that issued them. */
export type MediaEndpoint = 'cancel' | 'merchant' | 'complaint';

/** An uploaded image; its bytes are not kept. */
export interface Media {
	id: string;
	endpoint: MediaEndpoint;
	name: string;
	/** SHA-256 of the image, lowercase hexadecimal. */
	digest: string;
	size: number;
	time: number;
}

/** Notifications for which the merchant sets an address; all others go to the address in the request. */
export type NotifyUrlKind = 'subscription' | 'complaint' | 'violation';

/** One line of the stored state. */
export type StateRecord =
	| { kind: 'media'; value: Media }
	/** `null`: the address was removed. */
	| { kind: 'notifyUrl'; of: NotifyUrlKind; value: string | null }
	| { kind: 'closing'; value: ClosingRecord }
	| { kind: 'application'; value: Application }
	| { kind: 'subMerchant'; number: string; value: SubMerchant };
