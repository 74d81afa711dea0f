const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	// Many tests wait for answers and pauses: two at a time also where there are two cores.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	testTimeout: 30_000,
};
