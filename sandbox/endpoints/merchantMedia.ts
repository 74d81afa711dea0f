import { Refusal, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';
import { receiveUpload, type UploadRules } from '../upload';

const MB = 1024 * 1024;
const DAY = 24 * 3600_000;
/** WeChat Pay's days are those of Beijing. */
const BEIJING = 8 * 3600_000;

/** https://pay.weixin.qq.com/doc/v3/partner/4012760432 */
const rules: UploadRules = {
	endpoint: 'merchant',
	nameKey: 'filename',
	digestKey: 'sha256',
	// The page's table of fields says 5 MB, its table of errors 2 MB. The larger limit is used here: a
	// client that respects the smaller one is right in both cases.
	maxBytes: 5 * MB,
	maxPdfBytes: 7.5 * MB,
	extensions: /\.(jpe?g|bmp|png)$/i,
	octetStream: true,
	// The page has no other message for a file that is too large.
	tooLarge: () => paramError('文件大小不能超过2M，请检查后重新提交'),
	// The page has no row for a wrong Content-Type.
	wrongType: () => paramError('图片Content-Type非法'),
	wrongKeys: () => paramError('meta必须且仅包含filename和sha256', { field: '/meta' }),
};

/** Refuses uploads above the daily limit, which WeChat Pay does not publish. */
function checkDailyCap({ state, behaviour, now }: World): void {
	if (behaviour.dailyUploads === Infinity) return;
	const dayOf = (time: number) => Math.floor((time + BEIJING) / DAY);
	const today = [...state.media.values()].filter(
		({ endpoint, time }) => endpoint === 'merchant' && dayOf(time) === dayOf(now()),
	);
	if (today.length >= behaviour.dailyUploads) {
		throw new Refusal(429, 'FREQUENCY_LIMIT_EXCEED', '当天上传文件数已达上限');
	}
}

function upload(call: Call, world: World): Reply {
	checkDailyCap(world);
	return receiveUpload(call, world, rules);
}

/** The general upload, whose media IDs the old flow does not accept. */
export const merchantMediaEndpoints: Endpoint[] = [
	{ method: 'POST', path: '/v3/merchant/media/upload', upload: true, handle: upload },
];
