import { createHash } from 'node:crypto';
import type { CancelApplication } from '../../sandbox';
import type { Merchant, Image } from './list';

/** How a row of the list ended, as the workflow's output says. */
export interface Outcome {
	merchant: Merchant;
	state?: string;
	/** What was wrong, for a refused row. */
	problem?: string;
	mediaIds: string[];
	/** Whether the row came out more than once, or from the wrong branch. */
	items: number;
}

/** What a helpful message has: the field, as the list or the node calls it, and what to do about it. */
const FIELD =
	/sub_mchid|sub-?merchant id|out_apply_no|out apply no|sp_form|sub_form|material|media id/i;
const REMEDY =
	/\b(use|using|choose|convert|save|export|scan|resize|shorten|remove|replace|enter|give|set|check|take|ask)\b/i;

/**
 * What differs from what the list expects: in the output, and at the sandbox, which has its own record
 * of what arrived. Nothing, if the run did exactly what it should.
 */
export function findMistakes(
	outcomes: Outcome[],
	applications: ReadonlyMap<string, CancelApplication>,
): string[] {
	const mistakes = outcomes.flatMap((outcome) => {
		const { merchant, items } = outcome;
		const found =
			items !== 1
				? [`came out of the node ${items} times, not once`]
				: merchant.expected === 'accepted'
					? notAccepted(outcome, applications.get(merchant.number))
					: notRefused(outcome, applications.get(merchant.number));
		return found.map((mistake) => `Line ${merchant.line}, ${merchant.name}: ${mistake}.`);
	});
	const numbers = new Set(outcomes.map(({ merchant }) => merchant.number));
	for (const number of applications.keys()) {
		if (!numbers.has(number))
			mistakes.push(`WeChat Pay got the number ${number}, which no line has.`);
	}
	return mistakes;
}

function notAccepted(
	{ merchant, state, problem, mediaIds }: Outcome,
	application: CancelApplication | undefined,
): string[] {
	if (problem !== undefined) return ['was refused, and should have been accepted'];
	if (!application) return ['counts as accepted, but WeChat Pay has no such application'];
	const wrong: string[] = [];
	if (application.sub_mchid !== merchant.subMchid) {
		wrong.push(`WeChat Pay has it for the sub-merchant ${application.sub_mchid}`);
	}
	if (state !== application.state) wrong.push(`the output says ${state}, not ${application.state}`);
	const wanted = [
		['SP_CANCEL_ACCOUNT_APPLICATION', digestOf(merchant.spForm)],
		['SUB_CANCEL_ACCOUNT_APPLICATION', digestOf(merchant.subForm)],
	];
	const sent = application.materials.map((material) => [
		material.application_type,
		material.digest,
	]);
	if (JSON.stringify(sent) !== JSON.stringify(wanted)) {
		wrong.push('WeChat Pay has other images than its two forms');
	}
	const ids = application.materials.map(({ application_media_id: id }) => id);
	if (JSON.stringify(ids) !== JSON.stringify(mediaIds)) {
		wrong.push('the output names other media IDs than WeChat Pay has');
	}
	return wrong;
}

function notRefused({ problem }: Outcome, application: CancelApplication | undefined): string[] {
	if (application) return ['should have been refused, but WeChat Pay has the application'];
	if (problem === undefined) return ['should have been refused, and was not'];
	const wrong: string[] = [];
	if (!FIELD.test(problem)) wrong.push('the message names no field');
	if (!REMEDY.test(problem)) wrong.push('the message does not say what to do');
	return wrong;
}

function digestOf({ data }: Image): string {
	return createHash('sha256').update(data).digest('hex');
}
