/** A module is handed over as Node itself loads it, once for all test files of a worker. */
module.exports = {
	process: (_source, path) => ({
		code: `module.exports = nativeRequire(${JSON.stringify(path)});`,
	}),
};
