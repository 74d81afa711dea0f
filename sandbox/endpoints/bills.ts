/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import {
	constants,
	createCipheriv,
	createHash,
	publicEncrypt,
	randomBytes,
	randomUUID,
} from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { keyOf } from '../keys';
import { dayOf, readQuery } from '../query';
import { Refusal, invalidRequest, json } from '../replies';
import type { AccountType, State } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { checkBalanceRight } from './balance';

const TYPES: AccountType[] = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'];
const DOWNLOAD = '/v3/billdownload/file';
const DAY = 24 * 3600_000;
const BEIJING = 8 * 3600_000;
/** How long a download_url is valid. */
const LIFETIME = 5 * 60_000;

const COLUMNS =
	'记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const SUMMARY = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

/** A file that can be downloaded. */
interface Waiting {
	content: Buffer;
	until: number;
}

/** By token. Files are not stored: WeChat Pay does not keep them for long either. */
const waiting = new WeakMap<State, Map<string, Waiting>>();

const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** One row: each value begins with a backtick. */
const row = (values: string[]): string => values.map((value) => `\`${value}`).join(',');

interface Movement {
	time: number;
	id: string;
	name: string;
	amount: number;
	remark: string;
	voucher: string;
}

/** The payouts of a sub-merchant's account: withdrawals, and those of finished cancellations. */
function movementsOf(subMchid: string, type: AccountType, { state }: World): Movement[] {
	const withdrawals = [...state.closing.withdrawals.values()]
		.filter(({ sub_mchid, account_type }) => sub_mchid === subMchid && account_type === type)
		.map(({ created, withdrawId, amount, remark, number }) => ({
			time: created,
			id: withdrawId,
			name: '二级商户提现',
			amount,
			remark: remark ?? '',
			voucher: number,
		}));
	const payouts = [...state.withdrawals.values()]
		.filter(({ sub_mchid, state: at }) => sub_mchid === subMchid && at === 'FINISH')
		.flatMap(({ updated, applymentId, number, accounts }) =>
			accounts
				.filter(({ out_account_type }) => out_account_type.startsWith(type))
				.map(({ amount }) => ({
					time: updated,
					id: applymentId,
					name: '提现',
					amount,
					// Fixed text: https://pay.weixin.qq.com/doc/v3/partner/4018153750
					remark: '商户注销提现',
					voucher: number,
				})),
		);
	return [...withdrawals, ...payouts];
}

function writeBill(movements: Movement[]): Buffer {
	const rows = movements.map(({ time, id, name, amount, remark, voucher }) =>
		row([
			new Date(time + BEIJING).toISOString().slice(0, 19).replace('T', ' '),
			id,
			id,
			name,
			'提现',
			'支出',
			yuan(amount),
			'0.00',
			'system',
			remark,
			voucher,
		]),
	);
	const total = yuan(movements.reduce((sum, { amount }) => sum + amount, 0));
	const count = String(movements.length);
	const summary = row([count, '0', '0.00', count, total]);
	return Buffer.from([COLUMNS, ...rows, SUMMARY, summary, ''].join('\r\n'), 'utf8');
}

/** https://pay.weixin.qq.com/doc/v3/partner/4014314390: the key is a text of 32 characters. */
function encrypt(content: Buffer, { keys }: World) {
	const [key, nonce] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	const file = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
	const padding = constants.RSA_PKCS1_OAEP_PADDING;
	const encryptKey = publicEncrypt(
		{ key: keyOf(keys.merchantPublicKeyPem), padding, oaepHash: 'sha1' },
		Buffer.from(key),
	).toString('base64');
	return { file, nonce, encryptKey };
}

function keep(content: Buffer, { state, now }: World): string {
	const files = waiting.get(state) ?? new Map<string, Waiting>();
	waiting.set(state, files);
	const token = randomUUID();
	files.set(token, { content, until: now() + LIFETIME });
	return token;
}

function checkDate(date: string, now: number): void {
	const local = now + BEIJING;
	const age = Math.floor(local / DAY) - Number(dayOf(date));
	if (age > 92) throw invalidRequest('请检查bill_date，仅支持下载3个月以内的资金流水账单');
	const early = age === 1 && local % DAY < 10 * 3600_000;
	if (age <= 0 || early) throw new Refusal(400, 'STATEMENT_CREATING', '账单生成中');
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012760249 */
function apply(call: Call, world: World): Reply {
	const query = readQuery(call, {
		sub_mchid: { required: true, maxBytes: 12 },
		bill_date: { required: true, date: true },
		account_type: { required: true, oneOf: TYPES },
		// SM4_GCM is not implemented.
		algorithm: { required: true, oneOf: ['AEAD_AES_256_GCM'] },
		tar_type: { oneOf: ['GZIP'] },
	});
	const subMchid = String(query.sub_mchid);
	checkBalanceRight(subMchid, world);
	checkDate(String(query.bill_date), world.now());
	// The sandbox keeps no history: every day has all movements.
	const movements = movementsOf(subMchid, query.account_type as AccountType, world);
	if (movements.length === 0) throw new Refusal(400, 'NO_STATEMENT_EXIST', '请求的账单文件不存在');
	const bill = writeBill(movements);
	const { file, nonce, encryptKey } = encrypt(query.tar_type ? gzipSync(bill) : bill, world);
	const host = call.headers.host ?? 'api.mch.weixin.qq.com';
	return json(200, {
		download_bill_count: 1,
		download_bill_list: [
			{
				bill_sequence: 1,
				hash_type: 'SHA1',
				// Of the bill itself, before compression and encryption.
				hash_value: createHash('sha1').update(bill).digest('hex'),
				download_url: `http://${host}${DOWNLOAD}?token=${keep(file, world)}`,
				encrypt_key: encryptKey,
				nonce,
			},
		],
	});
}

/** https://pay.weixin.qq.com/doc/v3/partner/4014314390: signed request, unsigned response. */
function download(call: Call, world: World): Reply {
	const { token } = readQuery(call, { token: { required: true } });
	const file = waiting.get(world.state)?.get(String(token));
	if (!file || file.until < world.now()) {
		throw new Refusal(403, 'NO_AUTH', '账单下载地址无效或已过期');
	}
	const headers = { 'Content-Type': 'application/octet-stream' };
	return { status: 200, body: file.content, headers, signed: false };
}

/** The movements on the accounts of a sub-merchant, as an encrypted file. */
export const billEndpoints: Endpoint[] = [
	{ method: 'GET', path: '/v3/bill/sub-merchant-fundflowbill', query: true, handle: apply },
	{ method: 'GET', path: DOWNLOAD, query: true, handle: download },
];
