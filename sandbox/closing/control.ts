import { json } from '../replies';
import type { Reply } from '../types';
import { checkNewComplaint, type ComplaintAction } from './complaints';
import type { ClosingControls } from './controls';
import type { NewLimitations } from './limitations';
import type { Complaint, SettlementAccount } from './types';
import type { WithdrawalMove } from './withdrawals';

export const CLOSING_HELP = {
	'GET /sandbox/behaviour': 'options that can be changed while it runs',
	'PUT /sandbox/behaviour':
		'{"refused": ["limitations", "banks"], "limits": {"complaintList": 200}, "escalatedTo": "PROCESSING"}',
	'GET /sandbox/complaints': 'all complaints, with their history',
	'POST /sandbox/complaints':
		'complain: {"complainted_mchid": "1900000201", "complaint_detail": "…", "images": 1}',
	'POST /sandbox/complaints/{complaint_id}':
		'go on: {"action": "reply", "text": "…"}; also escalate, refund, platformService, platformServiceEnds',
	'POST /sandbox/fund-withdrawals/{number or withdraw_id}':
		'move one on: {"status": "SUCCESS"}; also reason, sub_mchid, force',
	'GET /sandbox/limitations': 'the limited sub-merchants',
	'PUT /sandbox/limitations/{sub_mchid}':
		'{"recovery_specifications": [{"relate_limitations": ["NO_WITHDRAWAL"], "recover_way": "…"}], "blocks_closing": true}',
	'DELETE /sandbox/limitations/{sub_mchid}': 'no more limitations',
	'GET /sandbox/settlement-accounts': 'those that were described',
	'PUT /sandbox/settlement-accounts/{sub_mchid}': '{"verify_result": "VERIFY_FAIL"}',
	'DELETE /sandbox/settlement-accounts/{sub_mchid}': 'no card is bound',
};

/** A complaint as the controls show it: without the consumer's contact data. */
const shown = (complaint: Complaint) => ({
	...complaint,
	payer_phone: undefined,
	payer_openid: undefined,
	time: undefined,
	complaint_time: new Date(complaint.time).toISOString(),
	history: complaint.history.map((entry) => ({
		...entry,
		time: undefined,
		operate_time: new Date(entry.time).toISOString(),
	})),
});

/** Handles the controls around a closing; undefined for other requests. */
export function closingControl(
	controls: ClosingControls,
	/** Method and resource, and `/…` if the path continues. */
	action: string,
	name: string,
	body: Record<string, unknown>,
): Reply | undefined {
	const answer = (value: unknown) => json(200, value, false);
	switch (action) {
		case 'GET behaviour':
			return answer(controls.behaviour);
		case 'PUT behaviour':
			return answer(controls.configure(body));
		case 'GET complaints':
			return answer({ complaints: [...controls.complaints.values()].map(shown) });
		case 'POST complaints':
			return answer(shown(controls.createComplaint(checkNewComplaint(body))));
		case 'POST complaints/…':
			return answer(shown(controls.actOnComplaint(name, body as unknown as ComplaintAction)));
		case 'GET fund-withdrawals':
			return answer({ withdrawals: [...controls.withdrawals.values()] });
		case 'POST fund-withdrawals/…':
			return answer(controls.moveWithdrawal(name, body as unknown as WithdrawalMove));
		case 'GET limitations':
			return answer(Object.fromEntries(controls.limitations));
		case 'PUT limitations/…':
			return answer(controls.setLimitations(name, body as NewLimitations));
		case 'DELETE limitations/…':
			return answer(controls.setLimitations(name, null));
		case 'GET settlement-accounts':
			return answer(Object.fromEntries(controls.settlementAccounts));
		case 'PUT settlement-accounts/…':
			return answer(controls.setSettlementAccount(name, body as Partial<SettlementAccount>));
		case 'DELETE settlement-accounts/…':
			return answer(controls.setSettlementAccount(name, null));
		default:
			return undefined;
	}
}
