const { availableParallelism } = require('node:os');

const swc = ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }];
// Loaded as Node itself loads it, once for all test files of a worker.
const native = '<rootDir>/test/environment/native.js';
const shared = {
	testEnvironment: '<rootDir>/test/environment/environment.ts',
	testMatch: ['**/*.test.ts'],
};
const ENGINE = ['<rootDir>/test/engine', '<rootDir>/test/package'];

/** @type {import('jest').Config} */
module.exports = {
	// Many tests wait for answers and pauses: two at a time also where there are two cores.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	testTimeout: 30_000,
	projects: [
		{
			...shared,
			displayName: 'units',
			roots: ['<rootDir>/test'],
			testPathIgnorePatterns: ENGINE,
			transform: {
				'\\.ts$': swc,
				// The dependencies of n8n-workflow: loading them for each file takes half a second. Not n8n-workflow
				// itself: its errors and timers must be those of the test file, which may replace them.
				'/node_modules/(@n8n/expression-runtime|ast-types|fast-check|form-data|lodash|luxon|recast|transliteration|uuid|xml2js|zod)/':
					native,
			},
			transformIgnorePatterns: ['\\.json$'],
		},
		{
			...shared,
			displayName: 'engine',
			roots: ENGINE,
			transform: {
				'\\.ts$': swc,
				// n8n's engine and the package in it: loading them for each file takes two seconds.
				'/node_modules/(@n8n|fast-check|n8n-core|n8n-workflow|reflect-metadata)/|/dist/(nodes|credentials)/':
					native,
			},
			transformIgnorePatterns: ['\\.json$'],
		},
	],
};
