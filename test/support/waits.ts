/* eslint-disable @typescript-eslint/no-require-imports -- what n8n loads, not the source */

const CLIENT = '../../dist/nodes/WechatPay/client';
const { RunState } = require(
	`${CLIENT}/runState`,
) as typeof import('../../nodes/WechatPay/client/runState');
const { LIMITS } = require(
	`${CLIENT}/policy`,
) as typeof import('../../nodes/WechatPay/client/policy');

/**
 * Has the built node go on at once where it waits before it repeats something or looks again, and lifts
 * the limits that WeChat Pay publishes, until mocks are restored. How long it waits is the matter of
 * test/client and test/application.
 *
 * @returns the milliseconds of each wait
 */
export function skipWaits(): number[] {
	const waits: number[] = [];
	jest.spyOn(RunState.prototype, 'wait').mockImplementation(async function (
		this: InstanceType<typeof RunState>,
		ms,
	) {
		waits.push(ms);
		await Promise.resolve();
		this.assertRunning();
	});
	for (const limit of LIMITS) jest.replaceProperty(limit, 'perMinute', Infinity);
	return waits;
}
