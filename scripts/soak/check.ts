import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Truth } from '../support/sandbox-process';
import { SP_FORM, SUB_FORM } from '../support/workflow';

/** One application that is wanted. */
export interface Wanted {
	number: string;
	subMchid: string;
	/** Digests of the two images: the platform's form, the sub-merchant's form. */
	digests: [string, string];
}

/** What the node said of an application in one round. */
export interface Said {
	wanted: Wanted;
	/** Out of the error branch. */
	isError: boolean;
	json: IDataObject;
	/** Whether the server had the application when that round started. */
	wasThere: boolean;
	/** Whether it had it when the round was over, and all that was booked late was booked. */
	isThere: boolean;
	/** Whether the server got anything of this application during that round. */
	wasTouched: boolean;
}

interface SaidMaterial {
	application_type?: unknown;
	application_media_id?: unknown;
}

/** Puts what came out of the node beside what went in; names what has no item, or two. */
export function pairUp(
	batch: readonly Wanted[],
	main: INodeExecutionData[][],
): { said: Array<Pick<Said, 'wanted' | 'isError' | 'json'>>; mistakes: string[] } {
	const times = new Array<number>(batch.length).fill(0);
	const mistakes: string[] = [];
	const said = main.flatMap((items, output) =>
		items.flatMap(({ json, pairedItem }) => {
			const index =
				typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : NaN;
			if (!batch[index]) {
				mistakes.push(`An item came out that belongs to none: ${JSON.stringify(pairedItem)}`);
				return [];
			}
			times[index] += 1;
			return [{ wanted: batch[index], isError: output === 1, json }];
		}),
	);
	batch.forEach(({ number }, index) => {
		if (times[index] !== 1) mistakes.push(`${number} came out ${times[index]} times`);
	});
	return { said, mistakes };
}

const mediaIdsIn = (value: unknown): string[] =>
	(Array.isArray(value) ? (value as SaidMaterial[]) : []).map((entry) =>
		String(entry.application_media_id),
	);

/** What is wrong with one thing that the node said, by what the server holds. */
function mistakesIn(said: Said, truth: Lookup): string[] {
	const { wanted, json } = said;
	const details = (json.details ?? {}) as IDataObject;
	const ids = mediaIdsIn(said.isError ? details.media_ids : json.media_ids);
	const wrong: string[] = [];
	for (const id of ids) {
		const digest = truth.media.get(id);
		if (truth.doubtful.has(id)) wrong.push(`has media id ${id} from an unverified answer`);
		else if (digest === undefined) wrong.push(`has media id ${id}, which the server never gave`);
		else if (!wanted.digests.includes(digest)) wrong.push(`has the media id of another's image`);
	}
	if (!said.isError) return [...wrong, ...falseSuccess(said, truth)];
	if (details.not_sent === true && said.wasTouched) wrong.push('says not_sent, and was sent');
	// An error says that nothing came of it, unless it says that this is not known, or that it exists.
	const isOpen = details.outcome === 'unknown' || details.code === 'ALREADY_EXISTS';
	if (!isOpen && !said.wasThere && said.isThere) {
		wrong.push('came out as not booked, and was booked');
	}
	return wrong;
}

/** What is wrong with a success: it has to be at the server, for this merchant and with its forms. */
function falseSuccess({ wanted, json, wasThere }: Said, truth: Lookup): string[] {
	const application = truth.applications.get(wanted.number);
	if (!application) return ['came out as done, and the server does not have it'];
	const wrong: string[] = [];
	const compare = (what: string, got: unknown, held: unknown) => {
		if (got !== held) wrong.push(`says ${what} ${String(got)}, the server ${String(held)}`);
	};
	compare('out_apply_no', json.out_apply_no, wanted.number);
	compare('sub_mchid', json.sub_mchid, wanted.subMchid);
	compare('cancel_state', json.cancel_state, application.state);
	compare('update_time', Date.parse(String(json.update_time)) / 1000, application.updated);
	for (const mistake of wrongAtServer(application, wanted)) {
		wrong.push(`came out as done, and ${mistake}`);
	}
	// The other way round is right: after an open outcome nobody can tell which attempt it was.
	if (json.already_existed === true && !wasThere) wrong.push('says it existed, and it did not');
	return wrong;
}

interface Lookup {
	applications: ReadonlyMap<string, Truth['applications'][number]>;
	media: ReadonlyMap<string, string>;
	doubtful: ReadonlySet<string>;
}

/** What is wrong with one application at the server. */
function wrongAtServer(application: Truth['applications'][number], wanted: Wanted): string[] {
	const wrong: string[] = [];
	if (application.subMchid !== wanted.subMchid) {
		wrong.push(`is for merchant ${application.subMchid}, not ${wanted.subMchid}`);
	}
	const held = application.materials.map(({ type, digest }) => [type, digest]);
	const right = [
		[SP_FORM, wanted.digests[0]],
		[SUB_FORM, wanted.digests[1]],
	];
	if (JSON.stringify(held) !== JSON.stringify(right)) wrong.push('has the wrong materials');
	return wrong;
}

export interface Findings {
	/** Wanted and at the server. */
	there: number;
	missing: number;
	/** Applications that nobody wanted, and second ones for the same merchant. */
	tooMany: number;
	/** With another merchant or other images. */
	wrong: number;
	/** Everything that came out of the node and is not so. */
	untrue: number;
	mistakes: string[];
}

/** Compares what was wanted, what the node said and what the server holds. */
export function check(wanted: readonly Wanted[], said: readonly Said[], truth: Truth): Findings {
	const lookup: Lookup = {
		applications: new Map(
			truth.applications.map((application) => [application.number, application]),
		),
		media: new Map(Object.entries(truth.media)),
		doubtful: new Set(truth.doubtfulMedia),
	};
	const byNumber = new Map(wanted.map((entry) => [entry.number, entry]));
	const findings: Findings = {
		there: 0,
		missing: 0,
		tooMany: 0,
		wrong: 0,
		untrue: 0,
		mistakes: [],
	};
	const merchants = new Set<string>();
	const note = (
		kind: 'missing' | 'tooMany' | 'wrong' | 'untrue',
		number: string,
		mistakes: string[],
	) => {
		if (mistakes.length > 0) findings[kind] += 1;
		findings.mistakes.push(...mistakes.map((mistake) => `${number} ${mistake}`));
	};
	for (const application of truth.applications) {
		const { number, subMchid } = application;
		const asked = byNumber.get(number);
		if (merchants.has(subMchid)) note('tooMany', number, [`is the second for ${subMchid}`]);
		merchants.add(subMchid);
		if (!asked) note('tooMany', number, ['was wanted by nobody']);
		else {
			findings.there += 1;
			note('wrong', number, wrongAtServer(application, asked));
		}
	}
	for (const { number } of wanted) {
		if (!lookup.applications.has(number)) note('missing', number, ['is not at the server']);
	}
	for (const entry of said) note('untrue', entry.wanted.number, mistakesIn(entry, lookup));
	return findings;
}
