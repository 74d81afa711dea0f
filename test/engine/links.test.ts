/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { gzipSync } from 'node:zlib';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { toText } from '../../engine';
import { detailsOf, openBench } from '../support/bench';
import { SP_FORM, SUB_FORM } from '../support/cancelApplications';
import { closeParameters } from '../support/cancelWithdrawals';
import { ImageServer } from '../support/imageServer';
import { jpeg, newNumber, newSubMchid, sha256 } from '../support/inputs';
import { APPLY, CANCEL_MEDIA, CREATE, MERCHANT_MEDIA } from '../support/paths';
import { until } from '../support/wait';

const bench = openBench();
let images: ImageServer;
beforeAll(async () => {
	images = await ImageServer.start();
});
afterEach(() => images.forget());
afterAll(async () => await images.stop());

const MEBIBYTE = 1024 * 1024;

const upload = (url: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'uploadMedia',
	source: 'url',
	url,
	...more,
});

/** Parameters of Create with a link in each row. */
const create = (sp: string, sub: string): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	subMchid: newSubMchid(),
	outApplyNo: newNumber(),
	materials: {
		material: [
			{ applicationType: SP_FORM, source: 'url', url: sp },
			{ applicationType: SUB_FORM, source: 'url', url: sub },
		],
	},
});

const digestsIn = ({ materials }: { materials: Array<{ digest: string }> }) =>
	materials.map(({ digest }) => digest);

describe('image from a link', () => {
	it.each([
		['uploadMedia', { resource: 'cancelApplication', operation: 'uploadMedia' }, CANCEL_MEDIA],
		['upload', { resource: 'merchantMedia', operation: 'upload' }, MERCHANT_MEDIA],
	])('is uploaded by %s', async (_what, operation, path) => {
		const image = jpeg(700);
		const link = images.put('/form.jpg', image);
		const item = await bench.one(upload(`${link}?signature=SECRET`, operation));
		expect(item).toMatchObject({ media_id: expect.any(String) });
		expect(Object.values(item)).toContain(sha256(image));
		expect(bench.sent(path)).toHaveLength(1);
		expect(images.requests.map(({ path: asked }) => asked)).toEqual(['/form.jpg?signature=SECRET']);
	});

	it('is accepted by Create for both forms', async () => {
		const [sp, sub] = [jpeg(701), jpeg(702)];
		const parameters = create(images.put('/sp', sp), images.put('/sub', sub));
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		expect(digestsIn(bench.application(parameters.outApplyNo))).toEqual([sha256(sp), sha256(sub)]);
	});

	it('is submitted before a second item with the same number that needs no download', async () => {
		const known = String((await bench.one(upload(images.put('/known', jpeg(706))))).media_id);
		const form = images.put('/form', jpeg(707));
		const [first, second] = [newSubMchid(), newSubMchid()];
		const rowOf = (applicationType: string) => ({
			applicationType,
			source: '={{ $json.source }}',
			url: form,
			mediaId: known,
		});
		const parameters = {
			...create(form, form),
			outApplyNo: newNumber(),
			subMchid: '={{ $json.subMchid }}',
			materials: { material: [rowOf(SP_FORM), rowOf(SUB_FORM)] },
		};
		const outcomes = await bench.outcomes(
			[
				{ json: { subMchid: first, source: 'url' } },
				{ json: { subMchid: second, source: 'mediaId' } },
			],
			parameters,
		);
		expect(outcomes[0]).toMatchObject({ already_existed: false });
		expect(outcomes[1]?.error).toBe(
			`"Out Apply No." ${parameters.outApplyNo} belongs to sub-merchant ${first}, not to ${second}`,
		);
	});

	it('does not block the next item with the same number if the download fails', async () => {
		const form = images.put('/form', jpeg(708));
		const parameters = {
			...create('={{ $json.url }}', form),
			subMchid: '={{ $json.subMchid }}',
		};
		const outcomes = await bench.outcomes(
			[images.link('/not-there'), form].map((url) => ({ json: { url, subMchid: newSubMchid() } })),
			parameters,
		);
		expect(outcomes[0]?.error).toMatch(/returned HTTP 404$/);
		expect(outcomes[1]).toMatchObject({ already_existed: false });
	});

	it('is accepted by Apply as proof, and as additional material next to media IDs', async () => {
		const [proof, more] = [jpeg(703), jpeg(704)];
		const { media_id: known } = await bench.one(
			upload(images.put('/known', jpeg(705)), { resource: 'merchantMedia', operation: 'upload' }),
		);
		const parameters = closeParameters({
			proofMedias: {
				media: [
					{ proofMediaType: 'WITHDRAWAL_APPLICATION', source: 'url', url: images.put('/p', proof) },
				],
			},
			additionalMaterials: `${String(known)}, ${images.put('/more', more)}`,
		});
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		const [body] = bench.bodies(APPLY, String(parameters.outRequestNo));
		const { proof_medias, additional_materials } = JSON.parse(body) as {
			proof_medias: IDataObject[];
			additional_materials: string[];
		};
		const digestOf = (id: unknown) => bench.sandbox.media.get(String(id))?.digest;
		expect(proof_medias.map(({ proof_media }) => digestOf(proof_media))).toEqual([sha256(proof)]);
		expect(additional_materials.map(digestOf)).toEqual([sha256(jpeg(705)), sha256(more)]);
	});

	it('is decompressed if the server compressed it', async () => {
		const image = jpeg(706);
		const link = images.put('/gzip', gzipSync(image), { 'content-encoding': 'gzip' });
		expect(Object.values(await bench.one(upload(link)))).toContain(sha256(image));
	});

	it('is downloaded after five redirects, including relative ones', async () => {
		const image = jpeg(707);
		images.put('/end', image);
		images.redirect('/4', '/end', 308);
		images.redirect('/3', images.link('/4'), 307);
		images.redirect('/2', '3', 303);
		images.redirect('/1', '/2', 301);
		const item = await bench.one(upload(images.redirect('/0', '/1')));
		expect(Object.values(item)).toContain(sha256(image));
		const asked = images.requests.map(({ path }) => path);
		expect(asked).toEqual(['/0', '/1', '/2', '/3', '/4', '/end']);
	});

	it('is requested without signature, cookie or data of the credential', async () => {
		images.put('/end', jpeg());
		await bench.one(upload(images.redirect('/moved', '/end')));
		const { merchantPrivateKeyPem, mchid } = bench.sandbox.keys;
		expect(images.requests).toHaveLength(2);
		for (const { method, headers } of images.requests) {
			expect(method).toBe('GET');
			expect(Object.keys(headers).sort()).toEqual(
				['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
			);
			const all = toText(headers);
			expect(all).not.toContain(mchid);
			expect(all).not.toContain(bench.credential().serial);
			expect(all).not.toContain(merchantPrivateKeyPem.slice(40, 60));
		}
	});

	it('is downloaded again after HTTP 500, HTTP 429 and a cut connection', async () => {
		const image = jpeg(708);
		let attempts = 0;
		const link = images.on('/shaky', (_request, response) => {
			attempts += 1;
			if (attempts === 1) response.writeHead(500).end('no');
			else if (attempts === 2) response.writeHead(429).end('no');
			else if (attempts === 3) response.destroy();
			else response.writeHead(200).end(image);
		});
		expect(Object.values(await bench.one(upload(link)))).toContain(sha256(image));
		expect(attempts).toBe(4);
	});
});

describe('link without a valid image', () => {
	const QUERY = '?token=SECRET';

	/** The error of an upload, before which nothing was sent to WeChat Pay. */
	const refused = async (url: string, options: INodeParameters = {}): Promise<IDataObject> => {
		const item = await bench.one(upload(url, { options }));
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
		const everything = toText(item);
		expect(everything).not.toContain('SECRET');
		expect(everything).not.toContain('private-path');
		return item;
	};

	it.each([
		[404, 'The file no longer exists'],
		[401, 'The link needs a login or has expired'],
		[403, 'The link needs a login or has expired'],
	])('is rejected after HTTP %d without another attempt', async (status, hint) => {
		const link = images.on('/private-path', (_request, response) => {
			response.writeHead(status, { 'content-type': 'text/html' }).end('<html>SECRET</html>');
		});
		const item = await refused(link + QUERY);
		expect(item.error).toBe(`"Link" returned no file: ${images.host} returned HTTP ${status}`);
		expect(item.message).toContain(hint);
		expect(images.times('/private-path')).toBe(1);
	});

	it('is rejected after HTTP 500 in all attempts', async () => {
		const link = images.on('/private-path', (_request, response) => {
			response.writeHead(500).end();
		});
		const item = await refused(link, { maxAttempts: 2 });
		expect(item.error).toBe(`"Link" returned no file: ${images.host} returned HTTP 500`);
		expect(images.times('/private-path')).toBe(2);
	});

	it('is rejected if it returns a login page', async () => {
		const page = Buffer.from('<!DOCTYPE html><html><body>Log in SECRET</body></html>');
		const link = images.put('/private-path', page, { 'content-type': 'text/html' });
		const item = await refused(images.redirect('/login', link + QUERY));
		expect(item.error).toBe(
			`The file in "Link" (${images.host}) is a web page, not an image; WeChat Pay accepts JPG, PNG and BMP`,
		);
		expect(item.message).toContain('The link may need a login or may have expired');
	});

	it('is rejected after more than five redirects', async () => {
		const item = await refused(images.redirect('/private-path', '/private-path'));
		expect(item.error).toBe(
			`"Link" returned no file: ${images.host} redirects more than five times`,
		);
		expect(images.times('/private-path')).toBe(6);
	});

	it.each([
		['to nowhere', ''],
		['to no URL', 'http://['],
	])('is rejected if it redirects %s', async (_what, location) => {
		const item = await refused(images.redirect('/private-path', location));
		expect(item.error).toBe(`"Link" returned no file: ${images.host} redirects to no valid link`);
	});

	it.each([
		['to a user name', 'http://someone:SECRET@127.0.0.1/x', 'holds a user name or password'],
		['to http on another machine', 'http://files.example.com/SECRET', 'begins with http://'],
		['to a file', 'file:///etc/passwd', 'does not begin with https://'],
	])(
		'is rejected if it redirects to a link that is not allowed: %s',
		async (_what, location, said) => {
			const item = await refused(images.redirect('/private-path', location));
			expect(item.error).toContain(said);
		},
	);

	it('is rejected if the file is too large, without reading all of it', async () => {
		let isCut = false;
		const link = images.on('/private-path', (_request, response) => {
			response.writeHead(200, { 'content-type': 'image/jpeg' });
			const chunk = Buffer.alloc(64 * 1024, 1);
			const more = () => {
				while (!response.destroyed && response.write(chunk));
			};
			response.on('drain', more);
			response.on('close', () => (isCut = true));
			more();
		});
		const item = await refused(link + QUERY);
		expect(item.error).toBe(
			`The file behind "Link" (${images.host}) has more than 2 MB; WeChat Pay accepts 2 MB at most`,
		);
		await until(() => isCut);
		expect(images.times('/private-path')).toBe(1);
	});

	it('is rejected if the file is too large after decompression', async () => {
		const bomb = gzipSync(Buffer.alloc(50 * MEBIBYTE));
		expect(bomb.length).toBeLessThan(MEBIBYTE / 10);
		const link = images.put('/private-path', bomb, { 'content-encoding': 'gzip' });
		const item = await refused(link);
		expect(item.error).toMatch(/^The file behind "Link" \(.*\) has more than 2 MB/);
	});

	it('is rejected at the timeout if the file never ends', async () => {
		const link = images.on('/private-path', (_request, response) => {
			response.writeHead(200);
			const drip = setInterval(() => response.write('.'), 50);
			response.on('close', () => clearInterval(drip));
		});
		const item = await refused(link + QUERY, { timeout: 600, maxAttempts: 1 });
		expect(item.error).toBe(`"Link" returned no complete file within 0.6 seconds (${images.host})`);
	});

	it('is rejected at the timeout if the server does not respond', async () => {
		const link = images.on('/private-path', () => {});
		const item = await refused(link + QUERY, { timeout: 400, maxAttempts: 1 });
		expect(item.error).toMatch(
			/^"Link" returned no (complete file within 0\.4 seconds|file: .* did not respond in time)/,
		);
	});

	it('is rejected if the server cannot be reached', async () => {
		const gone = await ImageServer.start();
		const link = gone.link(`/private-path${QUERY}`);
		await gone.stop();
		const item = await refused(link, { maxAttempts: 1 });
		expect(item.error).toBe(
			`"Link" returned no file: ${new URL(link).host} cannot be reached (ECONNREFUSED)`,
		);
	});

	it.each([
		['no URL', 'SECRET', '"Link" is not a URL'],
		['an empty link', '={{ "" }}', '"Link" is empty'],
		[
			'a user name',
			'https://someone:SECRET@files.example.com/a',
			'"Link" holds a user name or password',
		],
		['another scheme', 'ftp://files.example.com/SECRET', '"Link" does not begin with https://'],
		['plain http', 'http://files.example.com/private-path?SECRET', '"Link" begins with http://'],
	])('is rejected: %s', async (_what, url, said) => {
		expect((await refused(url)).error).toBe(said);
	});

	it('is rejected if it is plain http on this machine and the credential uses https', async () => {
		const link = images.put('/local', jpeg());
		const credential = { host: 'https://api.mch.weixin.qq.com' } as const;
		const item = await bench.one(upload(link), { json: {} }, { credential });
		expect(item.error).toBe('"Link" begins with http://');
		expect(images.requests).toEqual([]);
	});

	it('is rejected with its row and field, and no application is sent', async () => {
		const good = images.put('/good', jpeg());
		const create404 = await bench.one(create(good, images.link('/not-there')));
		expect(create404.error).toBe(
			`"Link" in "Materials" row 2 returned no file: ${images.host} returned HTTP 404`,
		);
		expect(detailsOf(create404)).toMatchObject({ not_sent: true });
		const empty = await bench.one(create(good, '={{ "" }}'));
		expect(empty.error).toBe('"Link" in "Materials" row 2 is empty');
		const additionalMaterials = `${good} ${images.link('/not-there')}`;
		const apply404 = await bench.one(closeParameters({ additionalMaterials }));
		expect(apply404.error).toBe(
			`"Link" in "Additional Materials" row 2 returned no file: ${images.host} returned HTTP 404`,
		);
		expect(bench.sent(CREATE)).toEqual([]);
		expect(bench.sent()).toEqual([]);
	});
});
