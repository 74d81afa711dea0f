import type { IDataObject } from 'n8n-workflow';
import { check, pairUp, type Said, type Wanted } from '../../scripts/soak/check';
import type { Truth } from '../../scripts/support/sandbox-process';
import { SP_FORM, SUB_FORM } from '../../scripts/support/workflow';

// The soak is worth what its check finds: one case for every way in which the node could say what is not so.

const UPDATED = Date.parse('2026-03-01T08:00:00Z') / 1000;

const WANTED: Wanted[] = ['A', 'B'].map((letter) => ({
	number: `N${letter}`,
	subMchid: letter === 'A' ? '1900000101' : '1900000102',
	digests: [`sp ${letter}`, `sub ${letter}`],
}));
const [A] = WANTED;

const application = ({ number, subMchid, digests }: Wanted): Truth['applications'][number] => ({
	number,
	subMchid,
	state: 'REVIEWING',
	updated: UPDATED,
	materials: [SP_FORM, SUB_FORM].map((type, index) => ({
		type,
		mediaId: `id of ${digests[index]}`,
		digest: digests[index],
	})),
});

const truth = (): Truth => ({
	applications: WANTED.map(application),
	media: Object.fromEntries(
		WANTED.flatMap(({ digests }) => digests).map((digest) => [`id of ${digest}`, digest]),
	),
	doubtfulMedia: [],
});

const mediaIds = (...digests: string[]) =>
	digests.map((digest) => ({ application_media_id: `id of ${digest}` }));

const success = (wanted: Wanted, more: IDataObject = {}): IDataObject => ({
	out_apply_no: wanted.number,
	sub_mchid: wanted.subMchid,
	cancel_state: 'REVIEWING',
	update_time: '2026-03-01T16:00:00+08:00',
	media_ids: mediaIds(...wanted.digests),
	already_existed: false,
	...more,
});

const said = (json: IDataObject, more: Partial<Said> = {}): Said => ({
	wanted: A,
	isError: 'details' in json,
	json,
	wasThere: false,
	isThere: true,
	wasTouched: true,
	...more,
});

const error = (details: IDataObject): IDataObject => ({ error: 'x', message: 'x', details });

const untrue = (one: Said, held = truth()) => check(WANTED, [one], held).mistakes;

describe('the soak check', () => {
	it('finds no mistakes in correct outcomes', () => {
		const all = [
			...WANTED.map((wanted) => said(success(wanted), { wanted })),
			said(success(A, { already_existed: true }), { wasThere: true }),
			said(error({ outcome: 'unknown', media_ids: mediaIds('sp A') })),
			said(error({ code: 'INVALID_REQUEST' }), { isThere: false }),
			// Booked by an earlier round: this one says nothing of it.
			said(error({ code: 'SYSTEM_ERROR' }), { wasThere: true }),
			said(error({ code: 'ALREADY_EXISTS' })),
			said(error({ not_sent: true }), { isThere: false, wasTouched: false }),
		];
		expect(check(WANTED, all, truth())).toEqual({
			there: 2,
			missing: 0,
			tooMany: 0,
			wrong: 0,
			untrue: 0,
			mistakes: [],
		});
	});

	it.each<[what: string, one: Said, mistake: string]>([
		['another number', said(success(A, { out_apply_no: 'NB' })), 'says out_apply_no NB'],
		['another merchant', said(success(A, { sub_mchid: '1900000102' })), 'says sub_mchid'],
		['another state', said(success(A, { cancel_state: 'REJECTED' })), 'says cancel_state'],
		[
			'the time of an answer that was not to be believed',
			said(success(A, { update_time: '2026-03-02T16:00:00+08:00' })),
			'says update_time',
		],
		[
			'the form of another application',
			said(success(A, { media_ids: mediaIds('sp A', 'sub B') })),
			"has the media id of another's image",
		],
		[
			'a form that was never uploaded',
			said(success(A, { media_ids: mediaIds('nothing') })),
			'which the server never gave',
		],
		[
			'that it existed when it did not',
			said(success(A, { already_existed: true })),
			'says it existed',
		],
		[
			'not_sent of what was sent',
			said(error({ not_sent: true }), { isThere: false }),
			'says not_sent, and was sent',
		],
		[
			'a refusal of what was booked',
			said(error({ code: 'INVALID_REQUEST' })),
			'came out as not booked, and was booked',
		],
		[
			'not_sent of what was booked',
			said(error({ not_sent: true }), { wasTouched: false }),
			'came out as not booked, and was booked',
		],
		[
			'the form of another application in an error',
			said(error({ outcome: 'unknown', media_ids: mediaIds('sp B') })),
			"has the media id of another's image",
		],
	])('reports %s', (_what, one, mistake) => {
		const { mistakes, untrue } = check(WANTED, [one], truth());
		expect(mistakes).toEqual([expect.stringContaining(mistake)]);
		expect(untrue).toBe(1);
	});

	it('reports a success without an application on the server', () => {
		const held = truth();
		held.applications.shift();
		expect(untrue(said(success(A)), held)).toEqual([
			'NA is not at the server',
			'NA came out as done, and the server does not have it',
		]);
	});

	it('reports a success with the images or the merchant of another application', () => {
		const held = truth();
		held.applications[0].materials[1].digest = 'sub B';
		expect(untrue(said(success(A)), held)).toEqual([
			'NA has the wrong materials',
			'NA came out as done, and has the wrong materials',
		]);
		const other = truth();
		other.applications[0].subMchid = '1900000109';
		expect(untrue(said(success(A, { sub_mchid: '1900000109' })), other)).toContain(
			'NA came out as done, and is for merchant 1900000109, not 1900000101',
		);
	});

	it('reports a media ID from an unverified response', () => {
		const held = { ...truth(), doubtfulMedia: ['id of sub A'] };
		expect(untrue(said(success(A)), held)).toEqual([
			'NA has media id id of sub A from an unverified answer',
		]);
	});

	it('reports missing, duplicate and unexpected applications', () => {
		const held = truth();
		const second = { ...application(A), number: 'NC' };
		held.applications = [held.applications[0], second];
		expect(check(WANTED, [], held)).toMatchObject({ there: 1, missing: 1, tooMany: 2 });
	});

	it('reports missing, duplicate and unpaired items', () => {
		const item = (index: number) => ({ json: {}, pairedItem: { item: index } });
		const { said: paired, mistakes } = pairUp(WANTED, [[item(0), item(0), item(7)], []]);
		expect(paired).toHaveLength(2);
		expect(mistakes).toEqual([
			expect.stringContaining('belongs to none'),
			'NA came out 2 times',
			'NB came out 0 times',
		]);
	});
});
