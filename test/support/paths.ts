/** Where the interfaces are that the tests watch. */
export const CREATE = '/v3/ecommerce/account/cancel-applications';
export const CANCEL_MEDIA = `${CREATE}/media`;
export const MERCHANT_MEDIA = '/v3/merchant/media/upload';
export const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
export const CONFIRM = `${APPLY}/confirm`;

export const lookUpPath = (number: string) => `${CREATE}/out-apply-no/${number}`;

/** A create and nothing else: faults that match it leave uploads and look-ups alone. */
export const onlyCreate = /cancel-applications$/;
export const WITHDRAW = '/v3/ecommerce/fund/withdraw';
