import type { INodeParameters } from 'n8n-workflow';
import type { SandboxCredential } from '../../sandbox';
import type { EngineFile, EngineItem } from '../../engine';
import { errorOf, jsonOf, openBench } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	scan,
	SP_FORM,
	SUB_FORM,
	uploadOne,
	withForms,
} from '../support/cancelApplications';

// What can be seen without WeChat Pay is refused before anything is sent: the message names the field
// and the rule, the hint says what to do.

const MEBIBYTE = 1024 * 1024;

const bench = openBench();

/** Runs one item, and gives its error once it is certain that nothing was sent. */
async function refusal(
	item: EngineItem,
	parameters: INodeParameters,
	credential: Partial<SandboxCredential> = {},
) {
	const mark = bench.mark;
	const result = await bench.run([item], parameters, { credential });
	expect(bench.since(mark)).toEqual([]);
	expect(jsonOf(result.main[0])).toEqual([]);
	const error = errorOf(result, 0)!;
	expect(error.details.not_sent).toBe(true);
	expect(error.details.hint).not.toBe('');
	return error;
}

const ids = { sp: 'V1_a', subForm: 'V1_b' };
const valid = { number: 'N1', sub: '1900000109', ...ids };
const materials = (...material: INodeParameters[]): INodeParameters => ({
	...createFromIds(),
	materials: { material },
});
const row = (applicationType: string): INodeParameters => ({
	applicationType,
	source: 'mediaId',
	mediaId: 'V1_a',
});

describe('number validation', () => {
	it.each([
		['a hyphen', '2019-06', /^"Out Apply No\." "2019-06" is not 1 to 32 letters and digits/],
		['33 characters', 'x'.repeat(33), /^"Out Apply No\." "x{33}" is not 1 to 32 letters/],
		['a space at the end', 'A1 ', /is not 1 to 32 letters and digits/],
		['Chinese', '申请1', /is not 1 to 32 letters and digits/],
		['a line break', 'A1\nB', /is not 1 to 32 letters and digits/],
		['nothing', '', /^"Out Apply No\." is empty/],
		['null', null, /^"Out Apply No\." is empty/],
		['an object', { a: 1 }, /^"Out Apply No\." is not text/],
	])('rejects %s in the application number', async (_what, number, message) => {
		const item = { json: { ...valid, number } };
		expect((await refusal(item, createFromIds())).message).toMatch(message);
		expect((await refusal(item, getByNumber())).message).toMatch(message);
	});

	it.each([
		['nothing', '', /^"Sub-Merchant ID" is empty/],
		['letters', '19000x', /^"Sub-Merchant ID" "19000x" is not 1 to 32 digits/],
		['spaces', ' 1900000109', /^"Sub-Merchant ID" " 1900000109" is not 1 to 32 digits/],
		['too many digits', '1'.repeat(33), /^"Sub-Merchant ID" "1{33}" is not 1 to 32 digits/],
		['the platform itself', '1900007291', /is the "Merchant ID" of the credential/],
	])('rejects %s as the sub-merchant ID', async (_what, sub, message) => {
		const { message: said, details } = await refusal({ json: { ...valid, sub } }, createFromIds());
		expect(said).toMatch(message);
		expect(details.out_apply_no).toBe('N1');
	});
});

describe('material validation', () => {
	it.each([
		['no form', [], /^"Materials" has 0 of the 2 required forms/],
		['one form', [row(SP_FORM)], /^"Materials" has 1 of the 2 required forms/],
		['no form of the sub-merchant', [row(SP_FORM), row(SP_FORM)], /lacks the sub-merchant's form/],
		['no form of the platform', [row(SUB_FORM), row(SUB_FORM)], /lacks the platform's form/],
		['an empty id', [row(SP_FORM), { ...row(SUB_FORM), mediaId: '' }], /row 2 is empty/],
		[
			'a link as id',
			[{ ...row(SP_FORM), mediaId: 'https://a.cn/x.jpg' }, row(SUB_FORM)],
			/^"Media ID" in "Materials" row 1 contains a link/,
		],
		['a space in an id', [{ ...row(SP_FORM), mediaId: 'V1 a' }, row(SUB_FORM)], /row 1 has spaces/],
		[
			'an id that is too long',
			[{ ...row(SP_FORM), mediaId: 'x'.repeat(513) }, row(SUB_FORM)],
			/more than 512 characters/,
		],
		[
			'an emoji in an id',
			[
				{ applicationType: SP_FORM, source: 'binary', binaryPropertyName: 'sp_form' },
				{ ...row(SUB_FORM), mediaId: 'V1_😀' },
			],
			/^"Media ID" in "Materials" row 2 has spaces, an emoji, or/,
		],
		[
			'an unknown source',
			[{ ...row(SP_FORM), source: '={{ "file" }}' }, row(SUB_FORM)],
			/"Source" in/,
		],
	])('rejects %s', async (_what, rows, message) => {
		const { message: said } = await refusal(withForms(valid), materials(...rows));
		expect(said).toMatch(message);
	});

	it('checks all images before uploading the first', async () => {
		const item = withForms(valid);
		item.binary!.sub_form = scan('m05-sub.jpg'); // a PDF
		const { message, details } = await refusal(item, createFromFiles());
		expect(message).toContain('binary field "sub_form" is a PDF file');
		expect(details).toMatchObject({ out_apply_no: 'N1', sub_mchid: '1900000109', not_sent: true });
		expect(details).not.toHaveProperty('media_ids');
	});
});

describe('image validation', () => {
	const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
	const file = (data: Buffer, fileName = 'form.jpg'): EngineFile => ({ data, fileName });

	it.each([
		[
			'a PDF',
			Buffer.from('%PDF-1.7\n'),
			/is a PDF file; WeChat Pay accepts JPG, PNG and BMP.*Edit Image/,
		],
		['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), /is a HEIC photo.*2000.*JPEG/],
		['WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), /is a WebP image/],
		[
			'a link',
			Buffer.from('https://example.com/form.jpg'),
			/is a link, not the image.*HTTP Request/,
		],
		['text', Buffer.from('BM is how this text begins, no bitmap'), /not a supported image/],
		[
			'more than 2 MB',
			Buffer.concat([JPEG, Buffer.alloc(2 * MEBIBYTE)]),
			/has 2\.01 MB.*2 MB at most.*Edit Image/,
		],
		['an empty file', Buffer.alloc(0), /is empty/],
		['far too much', Buffer.concat([JPEG, Buffer.alloc(21 * MEBIBYTE)]), /has 21 MB/],
	])('rejects %s', async (_what, data, message) => {
		const item = { json: {}, binary: { sp_form: file(data) } };
		expect((await refusal(item, uploadOne())).message).toMatch(message);
	});

	it.each([
		['a field that is not there', 'photo', /no binary field "photo".*It has: sp_form, sub_form/],
		['a link for the field', 'https://example.com/a.jpg', /contains a link/],
		['no field', '={{ "" }}', /"Input Binary Field" is empty/],
	])('rejects an invalid binary field: %s', async (_what, binaryPropertyName, message) => {
		const parameters = { ...uploadOne(), binaryPropertyName };
		expect((await refusal(withForms({}), parameters)).message).toMatch(message);
	});

	it('explains that an item has no file', async () => {
		const { message } = await refusal({ json: {} }, uploadOne());
		expect(message).toMatch(/no binary field "sp_form".*The item has no file.*Read\/Write Files/);
	});

	it('accepts exactly 2 MB and detects the type by content, not by file name', async () => {
		const data = Buffer.concat([JPEG, Buffer.alloc(2 * MEBIBYTE - JPEG.length)]);
		const items = [{ json: {}, binary: { sp_form: file(data, '扫描.png') } }];
		const { main } = await bench.run(items, uploadOne());
		expect(jsonOf(main[0])[0]?.file_name).toMatch(/^[0-9a-f]{16}\.jpg$/);
	});
});

describe('credential validation', () => {
	it.each([
		['mchid', '', /^"Merchant ID" is empty/],
		['mchid', '19000072x1', /^"Merchant ID" "19000072x1" is not 8 to 12 digits/],
		['serial', '', /^"Merchant Certificate Serial Number" is empty/],
		[
			'serial',
			'PUB_KEY_ID_01',
			/^"Merchant Certificate Serial Number" holds a WeChat Pay public key ID/,
		],
		['serial', 'no hex', /is not 8 to 40 hexadecimal digits/],
		['privateKey', '', /^"Merchant Private Key" is empty/],
		['privateKey', 'abc', /^"Merchant Private Key"/],
		['wechatPayPublicKeyId', '0011', /does not begin with PUB_KEY_ID_/],
		['wechatPayPublicKey', 'abc', /^"WeChat Pay Public Key"/],
		['apiV3SecretKey', 'too short', /^"APIv3 Secret Key"/],
		['customHost', 'http://api.mch.weixin.qq.com', /^"Custom API Host" must begin with https/],
		['customHost', 'https://user@api.mch.weixin.qq.com', /must not hold a user name/],
		['customHost', 'http://127.0.0.1:1/path', /must not hold a path/],
	] as const)('rejects an invalid value before sending: %s %j', async (field, value, message) => {
		const said = await refusal({ json: valid }, createFromIds(), { [field]: value });
		expect(said.message).toMatch(message);
		expect(said.error).not.toContain('BEGIN');
	});

	it('explains a certificate in the key field and an own key as WeChat Pay public key', async () => {
		const { merchantCertificatePem, merchantPublicKeyPem } = bench.sandbox.keys;
		const certificate = await refusal({ json: valid }, createFromIds(), {
			privateKey: merchantCertificatePem,
		});
		expect(certificate.message).toMatch(/certificate.*apiclient_key\.pem/);
		const ownKey = await refusal({ json: valid }, createFromIds(), {
			wechatPayPublicKey: merchantPublicKeyPem,
		});
		expect(ownKey.message).toMatch(/^"WeChat Pay Public Key" is your own public key/);
	});
});
