import { get, verified } from './client';
import { openStage } from './stage';

const SUB = '1900000109';
const PATH = '/v3/bill/sub-merchant-fundflowbill';
const stage = openStage();

const day = (back: number) =>
	new Date(stage.sandbox.now() + 8 * 3600_000 - back * 24 * 3600_000).toISOString().slice(0, 10);
const ask = async (date: string, more = '') =>
	await get(
		stage.sandbox,
		`${PATH}?sub_mchid=${SUB}&bill_date=${date}&account_type=BASIC&algorithm=AEAD_AES_256_GCM${more}`,
	);

describe('the fund-flow bill of a sub-merchant', () => {
	it('is refused without movements, for a day that is not over, and after three months', async () => {
		expect((await ask(day(2))).body).toMatchObject({ code: 'NO_STATEMENT_EXIST' });
		expect((await ask(day(0))).body).toMatchObject({ code: 'STATEMENT_CREATING' });
		expect((await ask(day(100))).body).toMatchObject({ code: 'INVALID_REQUEST' });
		expect((await ask(day(2), '&tar_type=ZIP')).body).toMatchObject({ code: 'PARAM_ERROR' });
		expect((await ask(day(2), '&other=1')).body).toMatchObject({ code: 'PARAM_ERROR' });
	});

	it('is refused with a signature; a download is refused without a valid token', async () => {
		const reply = await ask(day(2));
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		const download = await get(stage.sandbox, '/v3/billdownload/file?token=none');
		expect([download.status, download.body]).toMatchObject([403, { code: 'NO_AUTH' }]);
	});
});
