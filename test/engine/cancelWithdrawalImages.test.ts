import type { IDataObject } from 'n8n-workflow';
import { detailsOf, hintsOf, jsonOf, openBench } from '../support/bench';
import { applyParameters, closeParameters } from '../support/cancelWithdrawals';
import { jpeg, newNumber, newSubMchid, sha256, withFile } from '../support/inputs';
import { APPLY, MERCHANT_MEDIA } from '../support/paths';

const bench = openBench();

describe('Apply with images', () => {
	const proof = { proofMediaType: 'WITHDRAWAL_APPLICATION' };

	/** Uploads through the node; the media IDs. */
	const upload = async (count: number): Promise<string[]> => {
		const items = await bench.outcomes(
			Array.from({ length: count }, (_, i) => withFile({}, jpeg(80 + i))),
			{ resource: 'merchantMedia', operation: 'upload' },
		);
		return items.map(({ media_id }) => String(media_id));
	};

	it('uploads proofs with Upload Image first and sends their IDs in order', async () => {
		const [known] = await upload(1);
		const [first, last] = [jpeg(1000), jpeg(2000)];
		const parameters = applyParameters({
			proofMedias: {
				media: [
					{ ...proof, source: 'binary', binaryPropertyName: 'data' },
					{ ...proof, source: 'mediaId', mediaId: known },
					{ ...proof, source: 'binary', binaryPropertyName: 'last' },
				],
			},
		});
		const { binary } = withFile({}, first);
		bench.reset();
		const answer = await bench.one(parameters, {
			json: {},
			binary: { ...binary, last: { data: last, fileName: '最后.png' } },
		});
		expect(answer).toMatchObject({ already_existed: false });
		expect(bench.sent().map(({ path }) => path)).toEqual([MERCHANT_MEDIA, MERCHANT_MEDIA, APPLY]);
		const { materials } = bench.withdrawal(parameters.outRequestNo);
		expect(materials.map(({ digest }) => digest)).toEqual([
			sha256(first),
			bench.sandbox.media.get(known)?.digest,
			sha256(last),
		]);
		expect(JSON.parse(bench.bodies(APPLY, String(parameters.outRequestNo))[0])).toMatchObject({
			proof_medias: materials.map(({ application_type, application_media_id }) => ({
				proof_media_type: application_type,
				proof_media: application_media_id,
			})),
		});
	});

	it('sends a proof of more than 2 MB and adds a hint', async () => {
		const media = [{ ...proof, source: 'binary', binaryPropertyName: 'data' }];
		const result = await bench.run(
			[withFile({}, jpeg(2 * 1024 * 1024 + 1))],
			applyParameters({ proofMedias: { media } }),
		);
		expect(jsonOf(result.main[0])).toMatchObject([{ already_existed: false }]);
		expect(hintsOf(result)).toEqual([expect.stringContaining('more than 2 MB')]);
	});

	it('returns the IDs of uploaded images after a refusal, and the next run can use them', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'noRelation');
		const outRequestNo = newNumber();
		const media = [{ ...proof, source: 'binary', binaryPropertyName: 'data' }];
		const failed = await bench.one(
			applyParameters({ subMchid, outRequestNo, proofMedias: { media } }),
			withFile({}, jpeg(333)),
		);
		const { media_ids, ...details } = detailsOf(failed);
		expect(details).toMatchObject({ code: 'INVALID_REQUEST', out_request_no: outRequestNo });
		expect(details).not.toHaveProperty('outcome');
		expect(details).not.toHaveProperty('not_sent');
		const [uploaded, ...more] = [...bench.sandbox.media.values()].filter(
			({ size, endpoint }) => size === 333 && endpoint === 'merchant',
		);
		expect(more).toEqual([]);
		expect(media_ids).toEqual([
			{ ...{ proof_media_type: proof.proofMediaType }, proof_media: uploaded.id },
		]);

		bench.sandbox.setSubMerchant(subMchid, 'normal');
		bench.reset();
		const again = await bench.one(
			applyParameters({
				subMchid,
				outRequestNo,
				proofMedias: {
					media: [
						{
							...proof,
							source: '={{ $json.details.media_ids ? "mediaId" : "binary" }}',
							mediaId: '={{ $json.details.media_ids[0].proof_media }}',
							binaryPropertyName: 'data',
						},
					],
				},
			}),
			{ json: failed },
		);
		expect(again).toMatchObject({ already_existed: false });
		expect(bench.sent().map(({ path }) => path)).toEqual([APPLY]);
		expect(bench.withdrawal(outRequestNo).materials).toMatchObject([{ digest: sha256(jpeg(333)) }]);
	});

	it('accepts up to ten additional materials as text or array', async () => {
		const ids = await upload(10);
		const three = ids.slice(0, 3);
		const forms: Array<[unknown, string[]]> = [
			[three.join(','), three],
			[` ${three.join(', ')} `, three],
			[three.join(' '), three],
			[three.join('\n'), three],
			[three.join('\r\n\r\n'), three],
			[three.join('，'), three],
			[three, three],
			[ids, ids],
			[ids.join(','), ids],
			['', []],
			[[], []],
		];
		const items = forms.map(([list]) => ({
			json: { n: newNumber(), s: newSubMchid(), list } as IDataObject,
		}));
		const answers = await bench.outcomes(
			items,
			closeParameters({
				outRequestNo: '={{ $json.n }}',
				subMchid: '={{ $json.s }}',
				additionalMaterials: '={{ $json.list }}',
			}),
		);
		expect(answers).toMatchObject(forms.map(() => ({ already_existed: false })));
		const sent = items.map(
			({ json }) =>
				(JSON.parse(bench.bodies(APPLY, String(json.n))[0]) as { additional_materials?: string[] })
					.additional_materials ?? [],
		);
		expect(sent).toEqual(forms.map(([, list]) => list));
	});
});
