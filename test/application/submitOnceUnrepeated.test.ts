import type { IDataObject } from 'n8n-workflow';
import { submitOnce } from '../../nodes/WechatPay/application/submitOnce';
import { CallError } from '../../nodes/WechatPay/failure/errors';

// What is not safe to send twice: after an open outcome it is looked up, and that is all.

const cut = new CallError({
	kind: 'noResponse',
	reason: 'cut',
	host: 'api.mch.weixin.qq.com',
	code: 'ECONNRESET',
	timeoutMs: 30000,
	mayHaveArrived: true,
});

async function play(looks: Array<IDataObject | Error>, resends?: boolean) {
	let sends = 0;
	const submitted = submitOnce({
		label: 'Reply to Complaint 7',
		looksUpFirst: true,
		...(resends !== undefined && { resends }),
		send: async () => {
			sends += 1;
			throw cut;
		},
		lookUp: async () => {
			const found = looks.shift();
			if (!found) throw new Error('One look-up more than expected');
			if (found instanceof Error) throw found;
			return found;
		},
		judge: ({ is }) => is as 'done' | 'notDone' | 'unclear',
		wait: async () => undefined,
	});
	const settled = await submitted.catch((error: unknown) => error);
	expect(looks).toEqual([]);
	return { sends, settled };
}

const notDone = { is: 'notDone' };
const done = { is: 'done' };
const UNKNOWN = {
	message: expect.stringMatching(
		/^It is not known whether WeChat Pay accepted Reply to Complaint 7/,
	),
	hint: expect.stringMatching(/not sent again.*run again/),
	details: expect.objectContaining({ outcome: 'unknown' }),
};

it('a submission that is not found after three look-ups is not repeated and stays unknown', async () => {
	const { sends, settled } = await play([notDone, notDone, notDone, notDone], false);
	expect(sends).toBe(1);
	expect(settled).toMatchObject(UNKNOWN);
});

it.each([[{ is: 'unclear' }], [new Error('cannot be read')]])(
	'a submission that is not repeated stays unknown after %p',
	async (after) => {
		const rest = after instanceof Error ? [after] : [after, after, after];
		const { sends, settled } = await play([notDone, ...rest], false);
		expect(sends).toBe(1);
		expect(settled).toMatchObject(UNKNOWN);
	},
);

it('a submission found by a later look-up is done with alreadyExisted false', async () => {
	const { sends, settled } = await play([notDone, notDone, done], false);
	expect(sends).toBe(1);
	expect(settled).toEqual({ response: done, alreadyExisted: false });
});

it('a submission found by the first look-up is not sent', async () => {
	const { sends, settled } = await play([done], false);
	expect(sends).toBe(0);
	expect(settled).toEqual({ response: done, alreadyExisted: true });
});

it('a submission is repeated once by default', async () => {
	const { sends } = await play(Array.from({ length: 7 }, () => notDone));
	expect(sends).toBe(2);
});
