/** A bank in the lists. */
export interface Bank {
	bank_alias: string;
	bank_alias_code: string;
	/** The value for an application: the name of a directly connected bank, or 其他银行. */
	account_bank: string;
	account_bank_code: number;
	need_bank_branch: boolean;
}

/** Directly connected banks: https://pay.weixin.qq.com/doc/v3/partner/4012082813. The codes are the sandbox's. */
const DIRECT: Array<[name: string, code: number]> = [
	['工商银行', 1002],
	['交通银行', 1020],
	['招商银行', 1001],
	['民生银行', 1006],
	['中信银行', 1021],
	['浦发银行', 1004],
	['兴业银行', 1009],
	['光大银行', 1022],
	['广发银行', 1027],
	['平安银行', 1010],
	['北京银行', 4836],
	['华夏银行', 1025],
	['农业银行', 1005],
	['建设银行', 1003],
	['邮政储蓄银行', 1066],
	['中国银行', 1026],
	['宁波银行', 1056],
];
const OTHER: [name: string, code: number] = ['其他银行', 1099];

/** Provinces in their usual order; 广东省 has the number 22, as in WeChat Pay's sample. */
const AREAS = `北京市:北京
天津市:天津
河北省:石家庄 唐山 保定 邯郸 沧州
山西省:太原 大同 长治 临汾
内蒙古自治区:呼和浩特 包头 赤峰 鄂尔多斯
辽宁省:沈阳 大连 鞍山 营口 锦州
吉林省:长春 吉林 四平 延边
黑龙江省:哈尔滨 大庆 齐齐哈尔 牡丹江
上海市:上海
江苏省:南京 苏州 无锡 常州 南通 徐州
浙江省:杭州 宁波 温州 绍兴 金华 台州
安徽省:合肥 芜湖 蚌埠 安庆
福建省:福州 厦门 泉州 漳州
江西省:南昌 九江 赣州 上饶
山东省:济南 青岛 烟台 潍坊 临沂 威海
河南省:郑州 洛阳 南阳 新乡
湖北省:武汉 宜昌 襄阳 荆州
湖南省:长沙 株洲 衡阳 岳阳
广东省:广州 深圳 佛山 东莞 珠海 中山 惠州 汕头
广西壮族自治区:南宁 柳州 桂林 北海
海南省:海口 三亚
重庆市:重庆
四川省:成都 绵阳 德阳 南充 宜宾
贵州省:贵阳 遵义 黔东南
云南省:昆明 曲靖 大理
西藏自治区:拉萨 日喀则
陕西省:西安 宝鸡 咸阳
甘肃省:兰州 天水
青海省:西宁 海东
宁夏回族自治区:银川 吴忠
新疆维吾尔自治区:乌鲁木齐 喀什 伊犁`
	.split('\n')
	.map((line) => line.split(':'));

const provinceCode = (index: number) => index + 4;
const cityName = (short: string) =>
	/^(延边|黔东南|大理|伊犁)$/.test(short) ? `${short}州` : `${short}市`;

export const PROVINCES = AREAS.map(([province_name], index) => ({
	province_name,
	province_code: provinceCode(index),
}));

/** Cities by the code of their province. */
export const CITIES = new Map(
	AREAS.map(([, cities], index) => [
		provinceCode(index),
		cities.split(' ').map((short, at) => ({
			city_name: cityName(short),
			city_code: provinceCode(index) * 100 + at + 1,
		})),
	]),
);

const cities = AREAS.flatMap(([, names]) => names.split(' '));

/** Banks that are not directly connected, with branches everywhere. */
const NATIONWIDE =
	'恒丰银行 浙商银行 渤海银行 上海银行 江苏银行 南京银行 杭州银行 徽商银行 盛京银行 大连银行 天津银行 哈尔滨银行 长沙银行 成都银行 重庆银行 郑州银行 青岛银行 西安银行 贵阳银行 微众银行 网商银行'.split(
		' ',
	);
/** One of each kind in every city, with branches only there. */
const LOCAL = ['农村商业银行', '村镇银行', '农村信用合作联社'];

const bank = (alias: string, [account_bank, code]: [string, number], index: number): Bank => ({
	bank_alias: alias,
	bank_alias_code: String(1000009000 + index),
	account_bank,
	account_bank_code: code,
	need_bank_branch: account_bank === OTHER[0],
});

const others = [...NATIONWIDE, ...cities.flatMap((city) => LOCAL.map((kind) => city + kind))];
const ALL = [
	...DIRECT.map((one, index) => bank(one[0], one, index)),
	...others.map((alias, index) => bank(alias, OTHER, DIRECT.length + index)),
];

/** Banks for personal accounts: some hundred; WeChat Pay has some thousand. */
export const PERSONAL = ALL;
/** Banks for company accounts: without 村镇银行, so that the two lists differ. */
export const CORPORATE = ALL.filter(({ bank_alias }) => !bank_alias.endsWith('村镇银行'));

/** The branches of a bank in a city; none for banks that need no branch. */
export function branchesOf(code: string, cityCode: number) {
	const found = ALL.find((one) => one.bank_alias_code === code);
	const city = [...CITIES.values()].flat().find(({ city_code }) => city_code === cityCode);
	if (!found?.need_bank_branch || !city) return { branches: [] };
	const short = city.city_name.slice(0, -1);
	const local = LOCAL.some((kind) => found.bank_alias.endsWith(kind));
	if (local && !found.bank_alias.startsWith(short)) return { branches: [] };
	const branches = Array.from({ length: 12 }, (_, index) => ({
		bank_branch_name: `${found.bank_alias}${city.city_name}第${index + 1}支行`,
		// Twelve digits: bank, city and branch.
		bank_branch_id: `${String(Number(code) % 1000).padStart(3, '3')}${cityCode}${String(index + 1).padStart(9 - String(cityCode).length, '0')}`,
	}));
	return { bank: found, branches };
}

/** The first digits of the card numbers that the sandbox recognizes. */
const CARDS: Array<[start: string, aliases: string[]]> = [
	['622202', ['工商银行']],
	['621483', ['招商银行']],
	['622848', ['农业银行']],
	['621700', ['建设银行']],
	['622260', ['交通银行']],
	// Shared by two banks: the user has to choose.
	['623058', ['平安银行', '上海银行']],
];
const CREDIT_CARDS = ['622575', '625'];

/** The banks that may have issued a card: none if it is not recognized, undefined for a credit card. */
export function banksOfCard(number: string): Bank[] | undefined {
	if (CREDIT_CARDS.some((start) => number.startsWith(start))) return undefined;
	const aliases = CARDS.find(([start]) => number.startsWith(start))?.[1] ?? [];
	return ALL.filter(({ bank_alias }) => aliases.includes(bank_alias));
}
