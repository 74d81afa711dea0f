import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { toWindows } from '../application/complaints';
import type { Window } from '../application/complaints';
import { objectsOf } from '../protocol/values';
import { PATHS } from '../application/paths';
import { isPageTooLarge } from '../failure/cause';
import { CallError, InputError, toError } from '../failure/errors';
import { decryptSensitive } from '../protocol/cipher';
import type { Item } from './item';
import { labelOf } from './values';

const PAGE = 50;
const HISTORY_PAGE = 300;

export const complaintIdField: INodeProperties = {
	displayName: 'Complaint ID',
	name: 'complaintId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 200201820200101080076610000',
	description: "WeChat Pay's number of the complaint (complaint_id), returned by Get Many",
};

/** Reads the ID of a complaint. */
export function readComplaintId(item: Item): string {
	const label = labelOf(complaintIdField);
	const id = item.text(complaintIdField).trim();
	if (!/^[0-9A-Za-z_-]{1,64}$/.test(id)) {
		throw new InputError(
			id === '' ? `${label} is empty` : `${label} is not 1 to 64 letters and digits`,
			'Enter a complaint_id returned by "Get Many".',
		);
	}
	item.note({ complaint_id: id });
	return id;
}

/** Which complaints to list. */
export interface Wanted extends Window {
	/** Only those about this sub-merchant; undefined for all. */
	subMchid?: string;
	/** Maximum number. */
	max: number;
}

type PageRequest = (page: { limit: number; offset: number }) => Promise<IDataObject>;

/** Requests one page. If WeChat Pay refuses it as too large, its size is halved. */
async function requestPage(ask: PageRequest, limit: number, offset: number) {
	for (let size = limit; ; size = Math.ceil(size / 2)) {
		try {
			return { size, response: await ask({ limit: size, offset }) };
		} catch (error) {
			const isTooLarge = error instanceof CallError && isPageTooLarge(error.cause);
			if (!isTooLarge || size === 1) throw toError(error);
		}
	}
}

/** @throws {CallError} if the list is about another sub-merchant: it is a response to another request */
function assertAbout(complaints: readonly IDataObject[], subMchid: string | undefined): void {
	const isOther = ({ complainted_mchid: accused }: IDataObject): boolean =>
		typeof accused === 'string' && accused !== '' && accused !== subMchid;
	if (subMchid === undefined || !complaints.some(isOther)) return;
	throw new CallError({
		kind: 'unverified',
		reason: 'misdirected',
		differs: { name: 'complainted_mchid', asked: subMchid },
		serial: '',
		knownSerials: [],
		isConclusive: false,
		status: 200,
	});
}

/**
 * Lists complaints, window by window, newest first. A complaint that arrives meanwhile shifts the pages, so
 * duplicates are dropped.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691285
 */
export async function listComplaints(item: Item, wanted: Wanted): Promise<IDataObject[]> {
	const { subMchid, max } = wanted;
	const found = new Map<unknown, IDataObject>();
	for (const { begin, end } of toWindows(wanted)) {
		const ask: PageRequest = async ({ limit, offset }) => {
			const query = new URLSearchParams({
				limit: String(limit),
				offset: String(offset),
				begin_date: begin,
				end_date: end,
				...(subMchid !== undefined && { complainted_mchid: subMchid }),
			});
			return await item.get(`${PATHS.complaints}?${query}`, { offset: String(offset) });
		};
		let limit = PAGE;
		for (let offset = 0, isLast = false; !isLast && found.size < max; ) {
			const wish = Math.min(limit, max - found.size);
			const { size, response } = await requestPage(ask, wish, offset);
			// A size that was too large is not requested again.
			if (size < wish) limit = size;
			const page = objectsOf(response.data);
			assertAbout(page, subMchid);
			for (const complaint of page) found.set(complaint.complaint_id, complaint);
			offset += page.length;
			isLast = page.length < size;
		}
	}
	return [...found.values()].slice(0, max);
}

/**
 * Reads the whole negotiation history of a complaint.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691802
 */
export async function readHistory(item: Item, complaintId: string): Promise<IDataObject[]> {
	const history: IDataObject[] = [];
	for (let isLast = false; !isLast; ) {
		const { length: offset } = history;
		const path = `${PATHS.complaintHistory(complaintId)}?limit=${HISTORY_PAGE}&offset=${offset}`;
		const page = objectsOf((await item.get(path, { offset: String(offset) })).data);
		history.push(...page);
		isLast = page.length < HISTORY_PAGE;
	}
	return history;
}

export const decryptPhoneOption: INodeProperties = {
	displayName: 'Decrypt Phone',
	name: 'decryptPhone',
	type: 'boolean',
	default: false,
	description:
		'Whether to decrypt the consumer\'s phone number (payer_phone) with the "Merchant Private Key". The number is personal data and will appear in the output and in n8n\'s execution log.',
};

/** A text that is encrypted with a key of at least 2048 bits; a plain number is shorter. */
const CIPHERTEXT = /^[A-Za-z0-9+/]{300,}={0,2}$/;

/** Decrypts the consumer's phone number in a complaint, if the option is on. */
export function revealPhone(item: Item, complaint: IDataObject): IDataObject {
	const { payer_phone: phone } = complaint;
	const isWanted = item.value(`options.${decryptPhoneOption.name}`, false) === true;
	if (!isWanted || typeof phone !== 'string' || !CIPHERTEXT.test(phone)) return complaint;
	const plain = decryptSensitive(phone, item.run.client.account.signer.privateKey);
	if (plain !== undefined) return { ...complaint, payer_phone: plain };
	item.hint(
		'A phone number could not be decrypted and is returned as received. It may have been encrypted for an earlier merchant certificate.',
	);
	return complaint;
}
