import { findOperation } from '../../nodes/WechatPay/actions/registry';
import { OPERATIONS, nameOf } from '../support/operations';

// What must happen once has a number, by which the router keeps items in the order of the input.

it('exactly the operations that submit something define numberOf', () => {
	const found = OPERATIONS.map((choice) => ({
		name: nameOf(choice),
		operation: findOperation(choice.resource, choice.operation),
	}));
	const submitting = found.filter(({ operation }) => /\.submit\(/.test(String(operation?.execute)));
	const numbered = found.filter(({ operation }) => operation?.numberOf !== undefined);
	expect(submitting.length).toBeGreaterThan(0);
	expect(numbered.map(({ name }) => name)).toEqual(submitting.map(({ name }) => name));
});
