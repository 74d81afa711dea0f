exports.ProbeApi = class ProbeApi {
	name = 'probeApi';
	displayName = 'Probe API';
	prefix = 'signed ';
	properties = [
		{ displayName: 'Mode', name: 'mode', type: 'string', default: 'a' },
		{ displayName: 'Token', name: 'token', type: 'string', default: '' },
		{
			displayName: 'Hidden',
			name: 'hidden',
			type: 'string',
			default: '',
			displayOptions: { show: { mode: ['b'] } },
		},
	];

	// Uses `this`, because n8n calls it as a method of the credential.
	async authenticate(credentials, request) {
		const headers = { ...request.headers, 'X-Token': this.prefix + credentials.token };
		return { ...request, headers };
	}
};
