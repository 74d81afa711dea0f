import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import type { Cause } from '../../nodes/WechatPay/failure/cause';
import {
	CallError,
	InputError,
	StoppedError,
	WechatPayError,
} from '../../nodes/WechatPay/failure/errors';
import {
	NOTHING_SENT,
	report,
	toErrorJson,
	toNodeError,
} from '../../nodes/WechatPay/failure/report';
import { describeError } from '../../nodes/WechatPay/failure/describe';
import { Problem } from '../../nodes/WechatPay/protocol/problem';

const NODE = { id: '1', name: 'WeChat Pay', type: 'wechatPay', typeVersion: 1 } as INode;
const refusal: Cause = {
	kind: 'refused',
	status: 400,
	code: 'PARAM_ERROR',
	message: '张三丰 <b>有误</b>',
	issue: '',
	requestId: 'R1',
	isVerified: true,
};

describe('describeError', () => {
	it.each<[string, unknown, object]>([
		[
			'an error of a field',
			new InputError('what', 'do'),
			{ message: 'what', hint: 'do', details: {}, isInput: true },
		],
		[
			'an error about a response',
			new WechatPayError('what', 'do', { code: 'A' }),
			{ message: 'what', hint: 'do', details: { code: 'A' }, isInput: false },
		],
		[
			'a problem without a label',
			new Problem('mediaEmpty'),
			{ message: 'The file in A field is empty', details: {}, isInput: true },
		],
		[
			'a call',
			new CallError(refusal),
			{
				message: 'WeChat Pay refused: PARAM_ERROR: 张三丰 <b>有误</b>',
				details: { code: 'PARAM_ERROR', httpStatus: 400, requestId: 'R1' },
				isInput: false,
			},
		],
		[
			'what stopped the run, which was a response to another item',
			new StoppedError(refusal),
			{
				message: 'WeChat Pay refused: PARAM_ERROR: 张三丰 <b>有误</b>',
				details: { code: 'PARAM_ERROR' },
				isInput: false,
			},
		],
		[
			"n8n's own error",
			Object.assign(new Error('what'), { description: 'do' }),
			{ message: 'what', hint: 'do', details: {}, isInput: true },
		],
		['nothing', undefined, { message: 'The item could not be processed', hint: '' }],
	])('describes %s', (_what, error, expected) => {
		expect(describeError(error)).toMatchObject(expected);
	});
});

describe('report', () => {
	it('adds the notes of the item and masks its sensitive texts', () => {
		const item = {
			notes: { out_apply_no: 'A1', media_ids: ['M1', '张三丰'] },
			wasSent: true,
			secrets: ['张三丰'],
		};
		expect(report(new CallError(refusal), item)).toEqual({
			message: 'WeChat Pay refused: PARAM_ERROR: *** <b>有误</b>',
			hint: expect.stringContaining('Correct the field that the message names') as string,
			details: {
				code: 'PARAM_ERROR',
				httpStatus: 400,
				requestId: 'R1',
				hint: expect.stringContaining('Correct the field') as string,
				out_apply_no: 'A1',
				media_ids: ['M1', '***'],
			},
			isInput: false,
		});
	});

	it('adds not_sent when nothing was sent', () => {
		expect(report(new InputError('x'), NOTHING_SENT).details).toEqual({ not_sent: true });
	});
});

describe('toErrorJson', () => {
	it.each([
		['what', 'do', 'what. do'],
		['what.', 'do', 'what. do'],
		['有误。', 'do', '有误. do'],
		['what', '', 'what'],
	])('joins the message %j and the hint %j', (message, hint, whole) => {
		const details = { code: 'A' };
		expect(toErrorJson({ message, hint, details, isInput: false })).toEqual({
			error: message,
			message: whole,
			details,
		});
	});
});

describe('toNodeError', () => {
	const said = report(new CallError(refusal), { ...NOTHING_SENT, wasSent: true });

	it('returns an API error with the HTTP status, Request-ID and details for a response', () => {
		const error = toNodeError(NODE, said, 3, '2 of 5 items were done before the run stopped.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: said.message,
			httpCode: '400',
			context: { itemIndex: 3, data: said.details },
		});
		expect(error.description).toBe(
			`${said.hint}<br>HTTP 400, Request-ID R1<br>2 of 5 items were done before the run stopped.`,
		);
	});

	it('returns an operation error for a field', () => {
		const error = toNodeError(NODE, report(new InputError('what', 'do'), NOTHING_SENT), 0);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'what', description: 'do', context: { itemIndex: 0 } });
		expect(error.context).not.toHaveProperty('data');
	});

	it('escapes HTML in the hint', () => {
		const evil = { ...said, hint: '<img src=x onerror="a()"> & more' };
		expect(toNodeError(NODE, evil).description).toMatch(
			/^&lt;img src=x onerror="a\(\)"&gt; &amp; more<br>HTTP 400/,
		);
	});

	it('keeps the original message instead of a stock message of n8n', () => {
		const lost: Cause = {
			kind: 'noResponse',
			reason: 'unreachable',
			host: 'api.mch.weixin.qq.com',
			code: 'ECONNREFUSED',
			timeoutMs: 1000,
			mayHaveArrived: false,
		};
		const error = toNodeError(NODE, report(new CallError(lost), NOTHING_SENT));
		expect(error.message).toBe('api.mch.weixin.qq.com cannot be reached (ECONNREFUSED)');
	});
});
