import type { IDataObject } from 'n8n-workflow';
import { pendingOf } from './accounts';
import { isOpenComplaint } from './complaints';
import { amountsOf, functionsOf, unique } from './findings';
import type { Advice, Findings, Obstacle } from './findings';
import { isDelayed, whatToDoAbout } from './limitations';
import { objectsOf, text } from '../protocol/values';
import { adviceOnPayout } from './payoutAdvice';

const COMPLAINT = 'CONSUMER_COMPLAINT_UNPROCESSED';
const CONTROL = 'HAS_BLOCKING_CONTROL';
const PENDING = 'FUNDS_PENDING_PROCESSING';

const openComplaints = ({ complaints = [] }: Findings): IDataObject[] =>
	complaints.filter(isOpenComplaint);

const controlsOf = ({ limitations }: Findings): IDataObject[] =>
	objectsOf(limitations?.recovery_specifications);

const begunControls = (findings: Findings): IDataObject[] =>
	controlsOf(findings).filter((control) => !isDelayed(control));

const caseIds = (controls: readonly IDataObject[]): string[] =>
	unique(controls.map(({ limitation_case_id: id }) => id));

function adviceOnComplaints(findings: Findings, days: number): Advice {
	if (!findings.complaints) {
		const what_to_do = 'Look for them with "Get Many" of "Complaint", then reply and complete.';
		return { what_to_do, ids: [] };
	}
	const open = openComplaints(findings);
	const count = (state: string): number =>
		open.filter(({ complaint_state }) => complaint_state === state).length;
	const [pending, processing] = [count('PENDING'), count('PROCESSING')];
	const refunds = open.filter(({ problem_type: type }) => type === 'REFUND').length;
	const sentences = [
		open.length === 0 &&
			`No complaint of the last ${days} days is open. Raise "Complaint Look-Back Days", or use "Get Many" of "Complaint".`,
		pending > 0 && `PENDING: ${pending}. Use "Reply" of "Complaint", then "Complete".`,
		processing > 0 && `PROCESSING: ${processing}. Use "Complete" of "Complaint".`,
		open.length > pending + processing &&
			`In another state: ${open.length - pending - processing}. See "Get" of "Complaint".`,
		refunds > 0 &&
			`Refund requested: ${refunds}. These can also be closed by a decision on the refund (POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress).`,
	];
	const what_to_do = sentences.filter((sentence) => sentence !== false).join(' ');
	return { what_to_do, ids: unique(open.map(({ complaint_id: id }) => id)) };
}

function adviceOnControls(findings: Findings): Advice {
	if (!findings.limitations) {
		const what_to_do =
			'The controls were not read. The sub-merchant finds them in the mini program 微信支付商家助手 → 业务受限处理.';
		return { what_to_do, ids: [] };
	}
	const controls = begunControls(findings);
	const ways = unique(controls.map(whatToDoAbout));
	const none = 'WeChat Pay lists no control in force. Call its customer service at 95017.';
	const unknown = 'WeChat Pay does not say which control blocks the cancellation.';
	return {
		what_to_do: ways.length > 0 ? [...ways, unknown].join(' ') : none,
		ids: caseIds(controls),
	};
}

const adviceOnPending = ({ accounts }: Findings): Advice => {
	const pending = pendingOf(accounts);
	const amounts = pending.length > 0 ? `Pending: ${amountsOf(pending, 'pending_amount')}. ` : '';
	return {
		what_to_do: `${amounts}Finish profit sharing and refunds of the orders that are open, wait until withdrawals have arrived, then check again. WeChat Pay does not say which orders hold the money.`,
		ids: [],
	};
};

function adviceOnOther(findings: Findings): Advice {
	const hints = [
		openComplaints(findings).length > 0 && 'open complaints',
		begunControls(findings).length > 0 && 'controls',
	].filter((hint) => hint !== false);
	const see = hints.length > 0 ? ` It may be the ${hints.join(' or the ')}: see warnings.` : '';
	return {
		what_to_do: `WeChat Pay gives no further details.${see} If the reason is unclear, call its customer service at 95017.`,
		ids: [],
	};
}

/** The reasons that Validate gives, each with advice. */
export function blockersOf(findings: Findings, days: number): Obstacle[] {
	const { validate = {} } = findings;
	const advise = (type: string): Advice => {
		if (type === COMPLAINT) return adviceOnComplaints(findings, days);
		if (type === CONTROL) return adviceOnControls(findings);
		return type === PENDING ? adviceOnPending(findings) : adviceOnOther(findings);
	};
	const reasons = objectsOf(validate.block_reasons).map((reason) => {
		const type = text(reason.type) || 'OTHER_REASON';
		return { type, description: text(reason.description), ...advise(type) };
	});
	if (validate.merchant_state === 'HAS_BEEN_CANCELLED') {
		const description = 'The merchant number is already canceled';
		return [
			{ type: 'ALREADY_CANCELLED', description, what_to_do: 'Nothing.', ids: [] },
			...reasons,
		];
	}
	const isBlocked = validate.validate_result === 'NOT_ALLOW_CANCEL_WITHDRAW';
	if (!isBlocked || reasons.length > 0) return reasons;
	const description = 'WeChat Pay does not allow it and gives no reason';
	return [{ type: 'OTHER_REASON', description, ...adviceOnOther(findings) }];
}

/** What other parts show in addition to the reasons of Validate. It does not affect the result. */
export function warningsOf(findings: Findings, days: number): Obstacle[] {
	const said = objectsOf(findings.validate?.block_reasons).map(({ type }) => type);
	const warnings: Obstacle[] = [];
	const warn = (type: string, description: string, advice: Advice): void => {
		warnings.push({ type, description, ...advice });
	};
	const open = openComplaints(findings);
	if (open.length > 0 && !said.includes(COMPLAINT)) {
		warn(COMPLAINT, `Open complaints: ${open.length}`, adviceOnComplaints(findings, days));
	}
	const off = functionsOf(findings);
	if ((off.length > 0 || begunControls(findings).length > 0) && !said.includes(CONTROL)) {
		const description =
			off.length > 0 ? `Switched off: ${off.join(', ')}` : 'A control is in force';
		warn('CONTROL', description, adviceOnControls(findings));
	}
	for (const control of controlsOf(findings).filter(isDelayed)) {
		const advice = { what_to_do: whatToDoAbout(control), ids: caseIds([control]) };
		const start = text(control.limitation_start_date) || 'an unknown date';
		warn('DELAYED_CONTROL', `A control is planned from ${start}`, advice);
	}
	if (pendingOf(findings.accounts).length > 0 && !said.includes(PENDING)) {
		warn('FUNDS_PENDING', 'Money is frozen or in transit', adviceOnPending(findings));
	}
	return [...warnings, ...adviceOnPayout(findings)];
}
