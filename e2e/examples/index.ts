/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { copyExampleFiles, readExamples } from '../../host/examples';
import { serveFolder } from '../../host/fileServer';
import { ensureHost } from '../../host/hosts';
import { N8n, type Workflow } from '../../host/n8n';
import { installInto } from '../../host/package-tarball';
import { setScene } from '../../host/scene';
import { DataTable } from '../../host/tables';
import type { Context } from '../context';
import { succeeded } from '../executions';
import { apiRequest } from './apiRequest';
import { cancellationReported } from './cancellationReported';
import { closeMerchant } from './closeMerchant';
import { complaintArrives } from './complaintArrives';
import { errorList } from './errorList';
import { everyNight } from './everyNight';
import { firstWorkflow } from './firstWorkflow';
import { httpRequest } from './httpRequest';
import { linksToApplications } from './linksToApplications';
import { listToApplications } from './listToApplications';
import { onChange } from './onChange';
import type { Stage } from './stage';
import { validateThenApply } from './validateThenApply';
import { whyNot } from './whyNot';

/** Every example by its name, in an order in which each finds what those before it have left. */
const EXAMPLES: Record<string, (stage: Stage) => Promise<void>> = {
	'first workflow': firstWorkflow,
	'list to applications': listToApplications,
	'every night': everyNight,
	'list what failed': errorList,
	'why can it not be closed': whyNot,
	'validate, then apply': validateThenApply,
	'cancellation reported': cancellationReported,
	'complaint arrives': complaintArrives,
	'HTTP Request node': httpRequest,
	'on change': onChange,
	'API Request': apiRequest,
	'links to applications': linksToApplications,
	'close a merchant': closeMerchant,
};

/** The example workflows as they are shipped, imported and run; what they did is asked of the sandbox. */
export async function examples({ folder, tarball, check }: Context): Promise<void> {
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const host = await ensureHost('current');
	const sandbox = await Sandbox.start({ notify: { speed: 60 } });
	setScene(sandbox);
	const images = await serveFolder(files);
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: files };
	const n8n = await N8n.start({ host, userFolder: folder, env });
	try {
		await n8n.login();
		const { apiV3SecretKey } = sandbox.keys;
		const credential = sandbox.credential({ apiV3SecretKey });
		await n8n.createCredential('WeChat Pay account', 'wechatPayApi', credential);
		const tables = await DataTable.createExamples(n8n, images.url);
		const imported: Record<string, Workflow> = {};
		for (const example of readExamples({ folder: files, host: sandbox.url })) {
			imported[example.name.replace('WeChat Pay: ', '')] = await n8n.importWorkflow(example);
		}
		await check('the tests cover every example', () => {
			deepEqual(Object.keys(imported).sort(), Object.keys(EXAMPLES).sort());
		});
		const run = async (name: string, trigger = 'Start') =>
			succeeded(await n8n.execute(imported[name], trigger));
		const stage = { check, n8n, sandbox, files, images, tables, imported, run };
		for (const example of Object.values(EXAMPLES)) await example(stage);
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop(), images.stop()]);
	}
}
