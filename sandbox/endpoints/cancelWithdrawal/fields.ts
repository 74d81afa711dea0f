import type { Fields } from '../../body';
import { NUMBER } from '../cancelApplications';

const ID_DOC_TYPES = [
	'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
	'IDENTIFICATION_TYPE_HONGKONG_PASSPORT',
	'IDENTIFICATION_TYPE_MACAO_PASSPORT',
	'IDENTIFICATION_TYPE_TAIWAN_PASSPORT',
	'IDENTIFICATION_TYPE_FOREIGN_RESIDENT',
	'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
	'IDENTIFICATION_TYPE_TAIWAN_RESIDENT',
];

/**
 * Body of apply-cancel-withdraw. https://pay.weixin.qq.com/doc/v3/partner/4013892756
 * `bank_name` is a field of the old flow's withdrawal: it is unknown here.
 */
export const applyFields = (idCard: string): Fields => ({
	sub_mchid: { type: 'string', required: true, maxBytes: 32 },
	out_request_no: { type: 'string', required: true, maxBytes: 32, pattern: NUMBER },
	withdraw: {
		type: 'string',
		maxBytes: 32,
		oneOf: ['NOT_APPLY_WITHDRAW', 'APPLY_WITHDRAW'],
	},
	payee_info: {
		type: 'object',
		fields: {
			account_type: {
				type: 'string',
				required: true,
				maxBytes: 32,
				oneOf: ['ACCOUNT_TYPE_CORPORATE', 'ACCOUNT_TYPE_PERSONAL'],
			},
			bank_account_info: {
				type: 'object',
				required: true,
				fields: {
					account_name: { type: 'string', required: true, maxBytes: 2048 },
					account_bank: { type: 'string', required: true, maxBytes: 128 },
					bank_branch_id: { type: 'string', maxBytes: 128 },
					bank_branch_name: { type: 'string', maxBytes: 128 },
					account_number: { type: 'string', required: true, maxBytes: 2048 },
				},
			},
			identity_info: {
				type: 'object',
				fields: {
					id_doc_type: {
						type: 'string',
						required: true,
						maxBytes: 64,
						oneOf: [idCard, ...ID_DOC_TYPES],
					},
					identification_name: { type: 'string', required: true, maxBytes: 2048 },
					identification_no: { type: 'string', required: true, maxBytes: 2048 },
				},
			},
		},
	},
	proof_medias: {
		type: 'array',
		min: 1,
		items: {
			type: 'object',
			fields: {
				proof_media_type: {
					type: 'string',
					required: true,
					maxBytes: 64,
					oneOf: ['WITHDRAWAL_APPLICATION'],
				},
				proof_media: { type: 'string', required: true, maxBytes: 1024 },
			},
		},
	},
	additional_materials: {
		type: 'array',
		min: 1,
		max: 10,
		items: { type: 'string', maxBytes: 1024 },
	},
	remark: { type: 'string', maxBytes: 32, pattern: /^[0-9A-Za-z\p{Script=Han}]+$/u },
});

/** A body that has passed `applyFields`. */
export interface ApplyBody {
	sub_mchid: string;
	out_request_no: string;
	withdraw?: string;
	payee_info?: {
		account_type: string;
		bank_account_info: { account_name: string; account_number: string };
		identity_info?: { identification_name: string; identification_no: string };
	};
	proof_medias?: Array<{ proof_media_type: string; proof_media: string }>;
	additional_materials?: string[];
	remark?: string;
}

/** Body of confirm. https://pay.weixin.qq.com/doc/v3/partner/4013892772 */
export const confirmFields: Fields = {
	applyment_id: { type: 'string', maxBytes: 32 },
	out_request_no: { type: 'string', maxBytes: 32, pattern: NUMBER },
	sub_mchid: { type: 'string', required: true, maxBytes: 32 },
	operator_identification: {
		type: 'string',
		required: true,
		maxBytes: 100,
		pattern: /^[0-9A-Za-z\p{Script=Han}]+$/u,
	},
	confirm_time: {
		type: 'string',
		required: true,
		maxBytes: 32,
		pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
	},
	cancel_contract_version: { type: 'string', required: true, maxBytes: 32 },
};

/** A body that has passed `confirmFields`. */
export interface ConfirmBody {
	applyment_id?: string;
	out_request_no?: string;
	sub_mchid: string;
	operator_identification: string;
	confirm_time: string;
	cancel_contract_version: string;
}
