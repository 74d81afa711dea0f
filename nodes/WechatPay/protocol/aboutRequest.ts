import type { About } from './about';
import { queryOf } from './apiPath';

/** Names under which a response repeats what a request is about. Other names may mean another thing there. */
const REPEATED =
	/^(sub_mchid|account_type|out_[a-z]+_no|(transaction|refund|complaint|withdraw|applyment)_id)$/;

/** Parts of documented paths, and the name of what comes after them. */
const BEFORE: Readonly<Record<string, string>> = {
	balance: 'sub_mchid',
	enddaybalance: 'sub_mchid',
	'sub-mchid': 'sub_mchid',
	'applyment-id': 'applyment_id',
	'complaints-v2': 'complaint_id',
};

function inPath(path: string): Array<[string, unknown]> {
	const parts = path.split('?', 1)[0].split('/').map(decodeURIComponent);
	return parts.slice(1).flatMap((part, i): Array<[string, unknown]> => {
		const before = parts[i];
		const name = /^out-[a-z]+-no$/.test(before) ? before.replaceAll('-', '_') : BEFORE[before];
		return name === undefined || part === '' ? [] : [[name, part]];
	});
}

/**
 * What the response to any request must be about, as far as the request says it: in its path, its query
 * and the uppermost fields of its body.
 *
 * @param path as it is sent
 * @param body as it was read, before anything is encrypted
 */
export function aboutRequest(path: string, body: object = {}): About {
	const named = [
		...Object.entries(body),
		...queryOf(path).map(({ name, value }): [string, unknown] => [name, value]),
		...inPath(path),
	];
	return Object.fromEntries(
		named.filter(
			(entry): entry is [string, string] =>
				REPEATED.test(entry[0]) && typeof entry[1] === 'string' && entry[1] !== '',
		),
	);
}
