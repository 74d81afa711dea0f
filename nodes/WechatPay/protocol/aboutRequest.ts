import type { About } from './about';
import { queryOf } from './apiPath';

/** Fields that a response repeats with the same meaning. Other fields may have another meaning there. */
const REPEATED =
	/^(sub_mchid|account_type|out_[a-z]+_no|(transaction|refund|complaint|withdraw|applyment)_id)$/;

/** Segments of documented paths, and the field that the next segment is. */
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
 * Finds out what any request is about, from its path, its query and the top-level fields of its body.
 *
 * @param path as it is sent
 * @param body the parsed body before encryption
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
