import { verify } from 'node:crypto';
import { keyOf } from '../keys';
import { Refusal } from '../replies';
import type { Call, World } from '../types';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const PAIR = /^(mchid|nonce_str|signature|timestamp|serial_no)="([^"]*)"$/;
const MALFORMED = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》';
export const WINDOW_SECONDS = 300;

const signError = (message: string, detail?: Refusal['options']['detail']) =>
	new Refusal(401, 'SIGN_ERROR', message, { detail });

/** Nonces of the last minutes. They are not part of the state: after a restart there are none. */
export class Nonces {
	private readonly seen = new Map<string, number>();

	/** Records a nonce; false if it was already used within the window. */
	use(nonce: string, seconds: number): boolean {
		// Insertion order is close to time order: old nonces come first.
		for (const [old, time] of this.seen) {
			if (time > seconds - 2 * WINDOW_SECONDS) break;
			this.seen.delete(old);
		}
		if (this.seen.has(nonce)) return false;
		this.seen.set(nonce, seconds);
		return true;
	}
}

/**
 * Refuses a request without the two headers that WeChat Pay checks before everything else. The response
 * is not signed.
 */
export function checkHeaders(call: Pick<Call, 'headers'>): void {
	const accept = call.headers.accept ?? '';
	// Observed: `application/json` and `*/*` pass. Anything else counts as missing here, the stricter reading.
	const accepted = accept
		.split(',')
		.map((entry) => entry.split(';')[0].trim())
		.some((type) => type === 'application/json' || type === '*/*');
	if (!accepted || !call.headers['user-agent']?.trim()) {
		throw new Refusal(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent', { signed: false });
	}
}

/** The five pairs of the header in any order: each once, in double quotes, separated by commas only. */
function parse(header: string | undefined): Record<string, string> {
	if (!header) throw signError(MALFORMED);
	const [scheme] = header.split(' ');
	if (scheme !== SCHEME) throw signError('HTTP头Authorization认证类型不正确');
	const pairs: Record<string, string> = {};
	// Spaces after the commas are not documented: the stricter reading refuses them.
	for (const text of header.slice(scheme.length + 1).split(',')) {
		const pair = PAIR.exec(text);
		if (!pair || pair[1] in pairs) throw signError(MALFORMED);
		pairs[pair[1]] = pair[2];
	}
	const wellFormed =
		Object.keys(pairs).length === 5 &&
		/^\d{1,15}$/.test(pairs.timestamp) &&
		/^[0-9A-Za-z]{1,32}$/.test(pairs.nonce_str) &&
		// Standard base64 of 256 bytes on one line.
		/^[0-9A-Za-z+/]{342}==$/.test(pairs.signature);
	if (!wellFormed) throw signError(MALFORMED);
	return pairs;
}

/**
 * Checks who sent a request, and that its bytes are those that were signed.
 * `signed` is the fifth line of the message: the raw body, or the text of an upload's meta part.
 * https://pay.weixin.qq.com/doc/v3/partner/4012365864
 */
export function authorize(call: Call, signed: Buffer, nonces: Nonces, world: World): void {
	const pairs = parse(call.headers.authorization);
	const seconds = Math.floor(world.now() / 1000);
	// The clock is checked before the signature. Exactly five minutes are too much, the stricter reading.
	if (Math.abs(seconds - Number(pairs.timestamp)) >= WINDOW_SECONDS) {
		throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
	}
	// The same message for a wrong serial number and for one of another merchant ID.
	if (pairs.serial_no !== world.keys.serial || pairs.mchid !== world.keys.mchid) {
		throw signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号');
	}
	const message = Buffer.concat([
		Buffer.from(`${call.method}\n${call.target}\n${pairs.timestamp}\n${pairs.nonce_str}\n`),
		signed,
		Buffer.from('\n'),
	]);
	const signature = Buffer.from(pairs.signature, 'base64');
	if (!verify('sha256', message, keyOf(world.keys.merchantPublicKeyPem), signature)) {
		const upload = call.path.endsWith('/cancel-applications/media');
		throw signError(upload ? 'sign not match' : '签名信息错误，验签失败', {
			field: 'signature',
			issue: 'sign not match',
			location: 'authorization',
			sign_information: {
				method: call.method,
				url: call.target,
				truncated_sign_message: message.subarray(0, 120).toString('utf8'),
				sign_message_length: message.length,
			},
		});
	}
	// Whether WeChat Pay remembers nonces is not documented; a reused nonce is refused here.
	if (!nonces.use(pairs.nonce_str, seconds)) {
		throw signError('签名错误', {
			field: 'nonce_str',
			issue: 'nonce_str was used before',
			location: 'authorization',
		});
	}
}

/**
 * Refuses a Wechatpay-Serial that belongs to no key of this merchant. Documented for requests with
 * encrypted fields; here it applies to every request, the stricter reading.
 * https://pay.weixin.qq.com/doc/v3/partner/4012365874
 */
export function checkWechatPaySerial(call: Call, world: World): void {
	const serial = call.headers['wechatpay-serial'];
	if (serial === undefined) return;
	const known = [
		world.keys.wechatPayPublicKeyId,
		...world.keys.platformCertificates.map((certificate) => certificate.serial),
	];
	if (!known.includes(String(serial))) {
		throw new Refusal(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', {
			detail: { field: 'Wechatpay-Serial', value: String(serial), location: 'header' },
		});
	}
}
