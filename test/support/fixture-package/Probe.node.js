// A node that does what the harness must be able to carry, and nothing else. It is plain JavaScript,
// so that the engine's own test needs no build.
const { sleep } = require('n8n-workflow');

const text = (name, value = '') => ({ displayName: name, name, type: 'string', default: value });

exports.Probe = class Probe {
	description = {
		displayName: 'Probe',
		name: 'probe',
		group: ['transform'],
		version: 1,
		description: 'Shows what the engine gives to a node',
		defaults: { name: 'Probe' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'probeApi' }],
		properties: [
			text('action', 'echo'),
			text('value'),
			text('url'),
			text('binaryPropertyName', 'data'),
			text('untouched', 'default'),
		],
	};

	async execute() {
		const items = [];
		for (const [i] of this.getInputData().entries()) {
			try {
				items.push({ json: await act.call(this, i), pairedItem: { item: i } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				items.push({
					json: { error: error.message, message: error.message, details: { code: 'PROBE' } },
					pairedItem: { item: i },
				});
			}
		}
		return [items];
	}
};

let calls = 0;

async function act(i) {
	const value = this.getNodeParameter('value', i);
	switch (this.getNodeParameter('action', i)) {
		case 'binary': {
			const name = this.getNodeParameter('binaryPropertyName', i);
			const { data, ...meta } = this.helpers.assertBinaryData(i, name);
			const content = await this.helpers.getBinaryDataBuffer(i, name);
			return { content: content.toString('latin1'), inMemory: data.length > 20, ...meta };
		}
		case 'request':
			return await this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', {
				method: 'POST',
				url: this.getNodeParameter('url', i),
				body: Buffer.from(value),
				headers: { 'Content-Type': 'application/octet-stream' },
			});
		case 'credential':
			return await this.getCredentials('probeApi', i);
		case 'failTwice':
			if (++calls % 3 !== 0) throw new Error(`call ${calls} failed`);
			return { calls };
		case 'fail':
			this.logger.warn('about to fail', { cause: new Error('inner') });
			throw new Error(`${value} failed`);
		case 'wait': {
			const signal = this.getExecutionCancelSignal();
			for (let slice = 0; slice < 1000 && !signal.aborted; slice++) await sleep(10);
			return { aborted: signal.aborted };
		}
		default:
			return { value, untouched: this.getNodeParameter('untouched', i) };
	}
}
