import { newNumber } from '../support/inputs';
import { pemPair } from '../support/keys';
import { failureOf, openStage, refusalOf, NEW_FLOW } from '../support/poll';

// What the trigger does when it is activated: it records the current states, and reports invalid fields.

const stage = openStage();
const move = (...args: Parameters<typeof stage.sandbox.move>) => stage.sandbox.move(...args);

describe('activation', () => {
	it('saves the current states and emits nothing', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b, 'REJECTED');
		const watcher = stage.watch([a, b]);
		expect(await watcher.activate()).toEqual([]);
		expect(JSON.stringify(watcher.saved)).toContain(a);
		expect(JSON.stringify(watcher.saved)).toContain(b);
		expect(await watcher.poll()).toEqual([]);
	});

	it('emits the state of all numbers once with Emit Current State', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b, 'CANCEL_SUCCESS');
		const watcher = stage.watch([a, b], { options: { emitPresentState: true } });
		expect(await watcher.activate()).toEqual([
			expect.objectContaining({ out_apply_no: a, previous_state: null, is_final: false }),
			expect.objectContaining({ out_apply_no: b, previous_state: null, is_final: true }),
		]);
		expect(watcher.executions).toHaveLength(1);
		expect(await watcher.poll()).toEqual([]);
		watcher.crash();
		expect(await watcher.activate()).toEqual([]);
	});

	it('emits changes that happened while the workflow was inactive', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		move(number, { state: 'CANCEL_SUCCESS' });
		expect(await watcher.activate()).toMatchObject([
			{ cancel_state: 'CANCEL_SUCCESS', previous_state: 'REVIEWING' },
		]);
	});

	it('saves the current states again after the event was changed', async () => {
		const number = newNumber();
		stage.addApplication(number);
		stage.addWithdrawal(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		watcher.parameters = { ...watcher.parameters, ...NEW_FLOW };
		move(number, { state: 'SYSTEM_PROCESSING', flow: 'cancelWithdrawal' });
		expect(await watcher.activate()).toEqual([]);
		move(number, { state: 'CANCELED', flow: 'cancelWithdrawal' });
		expect(await watcher.poll()).toMatchObject([
			{ out_request_no: number, previous_state: 'SYSTEM_PROCESSING' },
		]);
	});

	it('fails after one request if the serial number does not belong to the merchant', async () => {
		const numbers = Array.from({ length: 20 }, newNumber);
		numbers.forEach((number) => stage.addApplication(number));
		const other = '0'.repeat(40);
		const watcher = stage.watch(numbers, {}, { credential: { serial: other } });
		const requests = await stage.requestsOf(async () => {
			const error = await failureOf(watcher.activate());
			expect(error.message).toMatch(/^WeChat Pay refused: SIGN_ERROR/);
			expect(error.description).toContain('Merchant Certificate Serial Number');
			expect(error.httpCode).toBe('401');
		});
		expect(requests).toHaveLength(1);
		expect(watcher.saved).toEqual({});
	});

	it('fails after one request if the public key is not the one of WeChat Pay', async () => {
		const numbers = Array.from({ length: 20 }, newNumber);
		numbers.forEach((number) => stage.addApplication(number));
		const { publicKey: wechatPayPublicKey } = pemPair('foreign');
		const watcher = stage.watch(numbers, {}, { credential: { wechatPayPublicKey } });
		const requests = await stage.requestsOf(async () => {
			const error = await failureOf(watcher.activate());
			expect(error.message).toContain('The signature of the response does not fit the key');
		});
		expect(requests).toHaveLength(1);
		expect(watcher.saved).toEqual({});
	});

	it('names the private key if it cannot be read, and sends no request', async () => {
		const watcher = stage.watch([newNumber()], {}, { credential: { privateKey: 'nonsense' } });
		const requests = await stage.requestsOf(async () => {
			expect((await refusalOf(watcher.activate())).message).toContain('Private Key');
		});
		expect(requests).toEqual([]);
	});
});

describe('list of numbers', () => {
	const asked = async (numbers: unknown) => {
		const watcher = stage.watch(numbers as string);
		watcher.parameters = { numbers: numbers as string };
		const requests = await stage.requestsOf(async () => await watcher.activate());
		return requests.map(({ number }) => number).sort();
	};

	it.each([
		['commas', 'L1,L2, L3'],
		['spaces', '  L1  L2\tL3 '],
		['lines', 'L1\nL2\r\n\nL3\n'],
		['Chinese commas', 'L1，L2、L3'],
		['semicolons', 'L1;L2；L3'],
		['an array from an expression', '={{ ["L1", "L2", "L3"] }}'],
		['an array with gaps', '={{ ["L1", "", null, "L2", "L3"] }}'],
		['a text from an expression', '={{ "L1" + "\\n" + "L2,L3" }}'],
		['an array', ['L1', 'L2', 'L3']],
		['the same number twice', 'L1 L2 L3 L2 L1'],
	])('accepts %s', async (_how, numbers) => {
		['L1', 'L2', 'L3'].forEach((number) => stage.addApplication(number));
		expect(await asked(numbers)).toEqual(['L1', 'L2', 'L3']);
	});

	it('accepts numeric values', async () => {
		['20261101', '7'].forEach((number) => stage.addApplication(number));
		expect(await asked('={{ [20261101, 7] }}')).toEqual(['20261101', '7']);
		expect(await asked('={{ 20261101 }}')).toEqual(['20261101']);
	});

	it.each([
		['', '"Numbers" is empty'],
		[' , \n', '"Numbers" is empty'],
		['={{ [] }}', '"Numbers" is empty'],
		['={{ undefined }}', '"Numbers" is empty'],
		['OK1, CANCEL-2026', '"Numbers" "CANCEL-2026" is not 1 to 32 letters and digits'],
		['OK1 注销1', '"Numbers" "注销1" is not 1 to 32 letters and digits'],
		[`OK1 ${'A'.repeat(33)}`, `"Numbers" "${'A'.repeat(33)}" is not 1 to 32 letters and digits`],
		['={{ 20261101000000000001 }}', '"Numbers" is the number 20261101000000000000'],
		['={{ [20261101000000000001] }}', '"Numbers" is the number 20261101000000000000'],
		['={{ [{ out_apply_no: "OK1" }] }}', '"Numbers" is not text'],
		['={{ ({ out_apply_no: "OK1" }) }}', '"Numbers" is not text'],
	])('is rejected at activation: %j', async (numbers, message) => {
		const requests = await stage.requestsOf(async () => {
			const error = await refusalOf(stage.watch(numbers).activate());
			expect(error.message).toContain(message);
			expect(error.description).toBeTruthy();
		});
		expect(requests).toEqual([]);
	});

	it('is rejected if it has more than 5,000 numbers', async () => {
		const numbers = Array.from({ length: 5001 }, (_, i) => `N${i}`);
		const error = await refusalOf(stage.watch(numbers).activate());
		expect(error.message).toBe('"Numbers" has 5001 numbers; one trigger watches 5000 at most');
		expect(error.description).toContain('several workflows');
	});
});

describe('test run in the editor', () => {
	it('returns the current state of the first number and saves nothing', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a, 'REJECTED');
		stage.addApplication(b);
		const watcher = stage.watch([a, b], { options: { states: ['REVIEWING'] } });
		const requests = await stage.requestsOf(async () => {
			expect(await watcher.runByHand()).toEqual([
				expect.objectContaining({
					out_apply_no: a,
					cancel_state: 'REJECTED',
					previous_state: null,
					is_final: true,
					needs_attention: true,
				}),
			]);
		});
		expect(requests).toHaveLength(1);
		expect(watcher.writes).toEqual([]);
	});

	it('does not change the saved states of the active workflow', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		move(number, { state: 'REJECTED' });
		expect(await watcher.runByHand()).toHaveLength(1);
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('explains that the number is unknown or the list is empty', async () => {
		const number = newNumber();
		const watcher = stage.watch([number]);
		const error = await refusalOf(watcher.runByHand());
		expect(error.message).toBe(`WeChat Pay knows no application with the number ${number}`);
		expect(error.description).toContain('choose the other option under "Trigger On"');
		expect((await refusalOf(stage.watch('').runByHand())).message).toBe('"Numbers" is empty');
		expect(watcher.writes).toEqual([]);
	});

	it('reports the refusal of WeChat Pay', async () => {
		const number = newNumber();
		stage.sandbox.fault({ kind: 'answer', status: 403, code: 'NO_AUTH', message: '无权限' });
		const error = await failureOf(stage.watch([number]).runByHand());
		expect(error.message).toBe('WeChat Pay refused: NO_AUTH: 无权限');
	});
});
