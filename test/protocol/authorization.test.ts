import { createPublicKey, verify } from 'node:crypto';
import { authorize, formatAuthorization } from '../../nodes/WechatPay/protocol/authorization';
import { readPrivateKey } from '../../nodes/WechatPay/protocol/keys';
import { CANCEL_MEDIA, mediaMeta, packMedia } from '../../nodes/WechatPay/protocol/media';
import { buildRequestMessage } from '../../nodes/WechatPay/protocol/message';
import {
	DEMO,
	GOLDEN_PNG,
	GOLDEN_PNG_DIGEST,
	GOLDEN_REQUESTS,
	OFFICIAL_REQUESTS,
} from '../support/vectors';

const signer = {
	mchid: DEMO.mchid,
	serial: DEMO.serial,
	privateKey: readPrivateKey(DEMO.pkcs8),
};
const { timestamp, nonce } = DEMO;

describe('authorize', () => {
	it.each([...OFFICIAL_REQUESTS, ...GOLDEN_REQUESTS])(
		'signs $title as published',
		async ({ method, canonicalUrl, body, signature }) => {
			const request = { method, canonicalUrl, timestamp, nonce, body: Buffer.from(body) };
			expect(await authorize(request, signer)).toBe(
				'WECHATPAY2-SHA256-RSA2048 mchid="1900007291",' +
					`nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="${signature}",` +
					'timestamp="1554208460",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"',
			);
		},
	);

	it('is tested with two official vectors and seven of this project', () => {
		expect([OFFICIAL_REQUESTS.length, GOLDEN_REQUESTS.length]).toEqual([2, 7]);
		expect(GOLDEN_REQUESTS.some(({ body }) => body.includes('注销申请书.png'))).toBe(true);
	});

	it('is tested with the meta text of mediaMeta', () => {
		const packed = packMedia(GOLDEN_PNG, 'seal.png', CANCEL_MEDIA, 'B');
		expect(packed.digest).toBe(GOLDEN_PNG_DIGEST);
		expect(mediaMeta(packed, CANCEL_MEDIA)).toBe(GOLDEN_REQUESTS[0].body);
		const chinese = { ...packed, fileName: '注销申请书.png' };
		expect(mediaMeta(chinese, CANCEL_MEDIA)).toBe(GOLDEN_REQUESTS[1].body);
	});

	it('signs the method in upper case', async () => {
		const request = { canonicalUrl: '/v3/x', timestamp, nonce, body: Buffer.alloc(0) };
		const header = await authorize({ ...request, method: 'get' }, signer);
		const signature = Buffer.from(/signature="([^"]+)"/.exec(header)?.[1] ?? '', 'base64');
		const message = buildRequestMessage({ ...request, method: 'GET' });
		expect(verify('sha256', message, createPublicKey(signer.privateKey), signature)).toBe(true);
	});
});

describe('formatAuthorization', () => {
	it('returns one line with five quoted fields', () => {
		const fields = { mchid: '1', serial: 'AB', nonce: 'N', timestamp: 5, signature: 'a+/=' };
		expect(formatAuthorization(fields)).toBe(
			'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="N",signature="a+/=",timestamp="5",serial_no="AB"',
		);
	});
});
