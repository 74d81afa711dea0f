import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { randomText } from '../keys';
import { rfc3339 } from '../replies';
import type { Message } from './messages';

/** What is wrong with a notification itself, in all its deliveries. */
export interface EnvelopeChange {
	/** Names another algorithm than the one that was used. */
	algorithm?: string;
	/** Encrypts with an unknown key, as if the merchant had changed its APIv3 key. */
	wrongKey?: boolean;
	/** Sent instead of the notification, with a right signature. */
	body?: string;
}

export interface Envelope {
	id: string;
	body: Buffer;
}

/** AEAD_AES_256_GCM: the key unchanged, the tag after the text. https://pay.weixin.qq.com/doc/v3/partner/4012082320 */
function encrypt(plaintext: string, key: string, nonce: string, associatedData: string): string {
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associatedData));
	const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
	return Buffer.concat([text, cipher.getAuthTag()]).toString('base64');
}

const newId = (form: Message['idForm'], now: number): string =>
	form === 'uuid'
		? randomUUID()
		: `EV-${rfc3339(now).replace(/\D/g, '').slice(0, 14)}${randomText(5, '0123456789')}`;

/** Encrypts a message for a merchant. All deliveries have the same bytes. */
export function seal(
	message: Message,
	apiV3Key: string,
	now: number,
	change: EnvelopeChange = {},
): Envelope {
	const id = newId(message.idForm, now);
	if (change.body !== undefined) return { id, body: Buffer.from(change.body, 'utf8') };
	const nonce = randomText(12);
	const key = change.wrongKey
		? createHash('sha256').update(apiV3Key).digest('hex').slice(32)
		: apiV3Key;
	const plaintext = JSON.stringify(message.resource);
	const envelope = {
		id,
		create_time: rfc3339(now),
		resource_type: 'encrypt-resource',
		event_type: message.eventType,
		summary: message.summary,
		resource: {
			original_type: message.originalType,
			algorithm: change.algorithm ?? 'AEAD_AES_256_GCM',
			ciphertext: encrypt(plaintext, key, nonce, message.associatedData),
			associated_data: message.associatedData,
			nonce,
		},
	};
	return { id, body: Buffer.from(JSON.stringify(envelope), 'utf8') };
}
