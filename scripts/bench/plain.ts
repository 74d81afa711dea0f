/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { readFile } from 'node:fs/promises';
import { globalAgent } from 'node:https';
import { Multipart, Wechatpay } from 'wechatpay-axios-plugin';
import { numberOf, imagesOf, subMchidOf, type Job, type Work, type Worker } from './job';
import { digestOf } from '../support/images';
import { SP_FORM, SUB_FORM } from '../support/workflow';

/** The part of the plugin that is used here; its own types are too loose to be checked against. */
interface Chain {
	post: (data: unknown, config?: unknown) => Promise<{ data: Record<string, string> }>;
}
interface Client {
	v3: { ecommerce: { account: { cancelApplications: Chain & { media: Chain } } } };
}

/**
 * wechatpay-axios-plugin as its documentation shows it: a loop that waits for each answer. Node keeps
 * its connection open.
 */
export function startPlain(job: Job): Worker {
	const upload = async (client: Client, path: string): Promise<string> => {
		const content = await readFile(path);
		const meta = { file_name: 'form.jpg', file_digest: digestOf(content) };
		const media = new Multipart()
			.append('meta', JSON.stringify(meta), 'meta.json')
			.append('file', content, 'form.jpg');
		const { data } = await client.v3.ecommerce.account.cancelApplications.media.post(
			media.getBuffer(),
			{ meta: media.toJSON(), headers: media.getHeaders() },
		);
		return data.media_id;
	};
	return {
		async work({ credential, merchants }: Work, begin) {
			const client = new Wechatpay({
				mchid: credential.mchid,
				serial: credential.serial,
				privateKey: credential.privateKey,
				certs: { [credential.wechatPayPublicKeyId]: credential.wechatPayPublicKey },
				baseURL: credential.customHost,
			} as ConstructorParameters<typeof Wechatpay>[0]) as unknown as Client;
			begin();
			for (let merchant = 0; merchant < merchants; merchant++) {
				const { sp, sub } = imagesOf(job, merchant);
				const spId = await upload(client, sp);
				const subId = await upload(client, sub);
				await client.v3.ecommerce.account.cancelApplications.post({
					sub_mchid: subMchidOf(merchant),
					out_apply_no: numberOf(merchant),
					application_info: [
						{ application_type: SP_FORM, application_media_id: spId },
						{ application_type: SUB_FORM, application_media_id: subId },
					],
				});
			}
			// The next server has nothing to do with this one's connection.
			globalAgent.destroy();
		},
		async end() {},
	};
}
