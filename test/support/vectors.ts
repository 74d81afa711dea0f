/**
 * Published and self-computed vectors. The only key is the official demo key, which
 * protects nothing; it has no PEM markers, so that secret scanners stay quiet.
 */

export interface RequestVector {
	title: string;
	method: string;
	canonicalUrl: string;
	body: string;
	signature: string;
}

/** The official request vectors: who signs, when, and with which nonce. */
export const DEMO = {
	mchid: '1900007291',
	serial: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
	timestamp: 1554208460,
	nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
	/** PKCS#8, base64 without markers. */
	pkcs8:
		'MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCm2mb6q8gMKH/3CNTbpJAIrbqiBiQGEOtjGcBrDYltsGynWgNscqT7WvfzU14FQbYcQUC5T4Wvva7mi3fIp3OgX8VqMDNA0qebnr38Pe6kqiLyZgFpJPXlSKDyPyqhRbVTbXssvSMQeVKcdXeVxoNNeoOlNFHgF/P0io6AmAVnz+hN8SiZKuOsth5/zUTLGvtkgxBcQooQrtXhRcpLT798OyIb9xeJ2HO3xRtMv2+perEzb4gMibI74UBz+2QEbnkubPE+2jU2rRZudnNEz/BPOt3Qj/w2V6/G0VumGDh6+UeMU0jv4aupHztWITC4Akn0l7lBCNy3lgl8VFaJnkIxAgMBAAECggEAYGL8aESB7NwciDWW2UdoWUsa7GxFtSdjAz2mFXGdeTsYmVh7b9OOkRGM+Qio4LqEHDBp1mMk5E/cUJwy1zw8pGGO5nfvs7u9TT3XnHaefIs4YvUgTYAneIuLRkXNN5rQU+CD7mVYczTSz0Vgjqo9wa1LjUz7G0xbBmJgTdMEFGJseJjy6AbJo0CGIwp6HJbTm4CmOUgXnnDAIbEGTIRImkZFH/rzneIeR7oZ77FVwxr1CZB2gfRCov/yRPbw8vnryYkmvQ7D/ze3j5097vRg/MoDGBSdoOwcmo75vyofr0ASzytMjmHYyifqkf5slPropSiJeGf4p/7gtKyF6dE/XQKBgQDVAlJ+4U5ZVGOuDc3+sAhz8CTzgFNlq9vKuSoFK6hOz2L+cwj+E7NXGkOe2DsHHZNy2Xqxk7caKhPEp1z9hhpMpyLVMoFt6CKemyoRBWDCQwLLwem9SZF/IAyovBkLiH36P42Jm26gUkNMKC/5Zhtqxf6RZgRQzbVudJi47vIRCwKBgQDIh0+v27Oo+DM3fhObH4I1NrXpWOEGH7OQG1dEsMuFYF4hjGhg0kBEP3w9vVdl2+mRllZKTsx9oqjb8OibPLLIH8xsdbAB0WLfJvjLu4wl/ILUzN1RI03dWnnv2EnEeQn6c3hizvrJ9wR5U4ue9RPVnQooJ0hZF1PUuCL5fWK3MwKBgElReU/PAYbh80WP3t3Rfbdaa32dKBeQ5iCLR5lsA4zM+YgX1HqQEWTj126vgvHaDkyz6vWAoL/Sx+cirHFfXWIRDX5Q2hgYlQH+6qXdMgbrxeSYpHnQ/tHBGFpkFELSAnrGsVMyOwvYBO4LzyeLK9i+ufcWJFoj1FVmsMLHDG8tAoGARdbiiQQCoYG4DMarO2aQ6cmhN6EN1h0qY7EyBqlwaIZ0okiNfdMcMOjPc41DKCWcRmlOqlihXcxN9TQFPzO3rH1urAOdBjUPs1qWYhZyrDQyuLyVBBJApyxAtajloDjrob+fmQIvVDHk7ACN6xG+E7K6+9salnTKbJapD618uQMCgYBNy6XUvzLkP/A1U/UZdtcxl8GwU/dturLxz4CyGbqDw4ubaYY2e13lnqHUqQgPtiSyH51nq3tdo8G0YAJdfkSvKvnfslW91fyEBUKnkdW1o3/1UFU/wprZ7ixVL/F42A4xDu7OFE8EnweJOZ0jWceEOdhCkaIGBCfRnlECRK8UyQ==',
};

export const OFFICIAL_REQUESTS: RequestVector[] = [
	{
		title: 'official (a): POST with Chinese text',
		method: 'POST',
		canonicalUrl: '/v3/pay/transactions/jsapi',
		body: '{"appid":"wxd678efh567hg6787","mchid":"1900007291","description":"Image形象店-深圳腾大-QQ公仔","out_trade_no":"1217752501201407033233368018","notify_url":"https://www.weixin.qq.com/wxpay/pay.php","amount":{"total":100,"currency":"CNY"},"payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}',
		signature:
			'jnks4dlrPw3ZX+ozVvSK39oa0t7OMBsg83BHAwd8BRdUFiVaQNTLTvci+wURgP1OQBbKYhFGvt7iqYpDSTQkp7Uq1sltaQKyncCyrA1g88m5bsKERQfPyT0ahSwKTYJ1CAn9QiJuSJRq1QsQs07eehbU/k9BCS51jTyc1Jpsi2H77HF9f/BnjXAOP3/sPObg6V5Ee4EzwLox684hhuMuIwHo7D8KFk3LIHOKDcNI4It1aCXydFWNpNK+SG86VUDe5kwoDpw4Ulqfu9z8OFDGbDs9TCxEv8iqQzbpxOlEVoOe2kalSYM5kApQb3nZcxdUtoE0liJGW3RGUNE0t4v01A==',
	},
	{
		title: 'official (b): GET',
		method: 'GET',
		canonicalUrl: '/v3/refund/domestic/refunds/123123123123',
		body: '',
		signature:
			'Lc9VXxmeonkdV8Xk9tmigQFLhl0vRWTerdmoRu01aAnYwIrD/5nsSwE1WlmZGLRlAFTNQ3QsMa0+VRDlJp1Wp5p0nO8EK68b5sJBbjouxaFciIfq1zfDWWz+jqhcMoKXI1A6dPm1AW7D4d30WsMTNzp6g23OXakIsh9LO3lUmwvTuE0BY8ncf6tNGk4wKmvXwERd/ZpoQY3MAVKz+Nakwc+2XBmzT66KcUehU5kr4IvGa/lEU5RZb/q00zP9VLdBhC/jQSX3X1UcJLCtEc4gTmib4tnmAT+bHF/e17ZAuxDNcx6rqT8gNEXqaJGG+1OflMSTU2tpyG65G4dMKdFcoA==',
	},
];

/** Same key, time and nonce as the official vectors; computed once for this project. */
export const GOLDEN_REQUESTS: RequestVector[] = [
	{
		title: 'own 1: POST /v3/ecommerce/account/cancel-applications/media',
		method: 'POST',
		canonicalUrl: '/v3/ecommerce/account/cancel-applications/media',
		body: '{"file_name":"seal.png","file_digest":"6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0"}',
		signature:
			'Fejsw09vhWxroGr4m3vfN/+M35/s1mUeRtux4hALkHODR1XWCY1bRqkZQOdd0fDDlC1BZD6CRuws7zMx/y3VlYKTHqW8z1L/uWLuy3tynyOKOvpelGnkqg4JbJQt2dsMUksSRiN4IsHRYhD7qE9UwZqt9YTup825aj3es9eyIk/7/ukE76GYtIij6bEd030G9ItWMkDf49w8geqfYJ3bc9juFGxLVW3crGE1y/rfyikaZXtEYA6Eyk1nLUA86DsK6xCDMsmdESckvKrdBvLQUQTTGvf3yPh11zkP2qqOt5KVryTjIeJxK/ZEFduIXrv9Fr5XJ7GlJutIFB6G39ocKw==',
	},
	{
		title: 'own 2: POST /v3/ecommerce/account/cancel-applications/media with a Chinese file name',
		method: 'POST',
		canonicalUrl: '/v3/ecommerce/account/cancel-applications/media',
		body: '{"file_name":"注销申请书.png","file_digest":"6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0"}',
		signature:
			'kpr7EBzTVgunUxtay2yBuNGTYsrUHXtXUXDYkBx72IxDyf7rimy0FeDNMqj4htDX3Q3JVUH0lpOh+zWGSgFuSrfhCPoWovQeoNoUQNR4f5Bov0p824+lTbb1FERBew9sa+VenEz9dCcrmIDFrMMrXbdCgle4se/mcZL8loFV+EhcLjIHjkXZ4T94cWeuDJFckIEX5Kdo0cRmGqTqym+bULOgIMqPrn3Plv8zIfeeuK0FAxN+cyZBpnarOaVeKIPKh/kVPhHt9YBEDlXlk/eYvLHK9K0MhKFuljJb+/qaOE5iAHbl2cUS2IGG0kbW4bVoazezstsovpwauPOSeSbhPA==',
	},
	{
		title: 'own 3: POST /v3/merchant/media/upload',
		method: 'POST',
		canonicalUrl: '/v3/merchant/media/upload',
		body: '{"filename":"seal.png","sha256":"6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0"}',
		signature:
			'L4t8Kib/r7fwmQrO70Rwfm0Zs96CF8y6Mlnxk5jPUAimGF3+UkE83lQlElXWw9Fjq5kSEUF794QH62KQkCGOVTir5UaVQtKyhod2mSZY7Lk2V1nmTO8/xBDhgsiXmiX3ljhNqPprRSTaAzuGB1nKQoF4a6akwTvH0NOe7wuDACY6D1Dk4wVVswBs3sI6Leg1gSLIuRUp8dAjUL/kt1Ud4eSySA5M+mazBZU8bfy5NPCbXgjAZxEcuggWLD9YJnQ1Y/S3JvtaEoMaqBk1bdED3vWHN+85ME/UCzIddE9bBE90ichb1GAFOWfCXfiF8MHbgb63hkDHAMCOB1+52o1N/g==',
	},
	{
		title: 'own 4: POST /v3/ecommerce/account/cancel-applications',
		method: 'POST',
		canonicalUrl: '/v3/ecommerce/account/cancel-applications',
		body: '{"sub_mchid":"1900000109","out_apply_no":"2019061122222222122","application_info":[{"application_type":"SP_CANCEL_ACCOUNT_APPLICATION","application_media_id":"abc123456"},{"application_type":"SUB_CANCEL_ACCOUNT_APPLICATION","application_media_id":"def123456"}]}',
		signature:
			'HgQJ2L7BrYBFqI9Qn6QA4TeZJm/PFRz/NJ7gBGq5hg/3612zfe6t8JfQVPK9V0zmLbOdF8wKCVH8ZJp0N6gaiO0f8F1Zai7OOArS1AuAUKwKIjY5i3DaJukpFMPQ+AubWa5X1MCcI2GmYFTsqFnDKP0P2KfzpFpBedv321kmchQCKaNzA2iYhGCLgXLuN017WYhMVHgQ2ns8CRrkjJegxwtmdSNUvd8FKps6SbzlY+tGwTLf08guO6T+Fk/2y5Qdd/jy0+pj3CrMg2oclkXRU0fDWIpGME7H7KXweo/KZPW/rS23/HlO/pzPAFxV7HHw8nrwo36HGuvtoqbrhNnf7g==',
	},
	{
		title: 'own 5: GET /v3/ecommerce/account/cancel-applications/out-apply-no/2019061122222222122',
		method: 'GET',
		canonicalUrl: '/v3/ecommerce/account/cancel-applications/out-apply-no/2019061122222222122',
		body: '',
		signature:
			'Bsg4ustEejbTf2mvYGl4RLCPRwTWGZ+vxuw3VmboShO3st6MhC+Xi4GySoW+cq4/sAhieOZHCaYzNAC3QJB5+iOxuu6tfkmTZ9+CUYtmhoQA/wBb15sP03d1GK8QJzKxN9Y93b7Dms/Glt2Wz1PNN07ydd1zXSr0/9BMhEIXnrx6HwOiBzK8mwAfBgtTIZAUYKO2EJjakzp4T+dAxp6a8xOBqElsdw7yZZcVJZg5LVgRwD3bZFDaLoiJtR8Lg7iuA9p0z2FiyK/Hc+DXyMPaCnvcJRthPQoGLiLqqblPrK1cbH2/4dgfJ9Vm1+nmM+VEu3O1pQCJDyXeucTsEyv5fg==',
	},
	{
		title: 'own 6: GET /v3/ecommerce/account/apply-cancel-withdraw/validate-cancel/1900000109',
		method: 'GET',
		canonicalUrl: '/v3/ecommerce/account/apply-cancel-withdraw/validate-cancel/1900000109',
		body: '',
		signature:
			'NfLBwsXOGQyhoxoeCuoAJRKoHRmK6TEXivrGlJkShfmQVYH+8ZfICSRVH++xQWrvOE8Tc6U8nysg1s3zxZ8JXaqXkrytKmV9tJAkb1KHsTY7wZ+E13WG/1fIChzksHcelWiphzPGxGeJkA017rBFVDDIry/gPz+LEC1dpyae1IrYLhg+GNhp/oUYK0A7Bv8QkTtetWJdy+Netm6aKiRcdylpDoJ8uCnDaA8jgaTS6hBnPEyfpGpHUPcMGFIJqyFR3QViX1n02r66OkxUeX5wWsc6SJZcqbgGOTPWKFM1D0FM+LCcCQG5lJqdh22AmZvZHMPEJXxkCNHYkWJbnJ+IFg==',
	},
	{
		title: 'own 7: GET /v3/ecommerce/fund/balance/1900000109?account_type=BASIC',
		method: 'GET',
		canonicalUrl: '/v3/ecommerce/fund/balance/1900000109?account_type=BASIC',
		body: '',
		signature:
			'k2zMqPkNLO7/e4f0/9Mlwc+/SfIqZ4GVJm+gs7zWJ139qw8ZbnZalUu3djHk6wHQAwjOlbglAtNTslsYiihHUpYaVCXOjJTL/20fbrOA8bdUJy0Da3c/1oGvgv4REnQoj84LuEAtmipL86Q/nhRQSdDapskXI5glA4Xb8bBDbSZpdL5wyWotCeJl5VkAuvhFCd/WcxLEqJkE4BuTYBXnZTv7eOnOPEZdkd0kcWbjQOOIirzq+CiGJ5ZbZLEoA5deDXBzIz15epkezzyhHu4lh0tC8tcVyTdakaS6UIhiDwMcQn65EDxqpV01tGdn4WbTohR7O0Yj3DEKWKeo50YxqQ==',
	},
];

/** The image whose digest the vectors hold. */
export const GOLDEN_PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
export const GOLDEN_PNG_DIGEST = '6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0';

/** The official response vector in public key mode. */
export const OFFICIAL_RESPONSE = {
	timestamp: '1722850421',
	nonce: 'd824f2e086d3c1df967785d13fcd22ef',
	serial: 'PUB_KEY_ID_0000000000000024101100397200000006',
	body: '{"code_url":"weixin://wxpay/bizpayurl?pr=JyC91EIz1"}',
	signature:
		'mfI1CPqvBrgcXfgXMFjdNIhBf27ACE2YyeWsWV9ZI7T7RU0vHvbQpu9Z32ogzc+k8ZC5n3kz7h70eWKjgqNdKQF0eRp8mVKlmfzMLBVHbssB9jEZEDXThOX1XFqX7s7ymia1hoHQxQagPGzkdWxtlZPZ4ZPvr1RiqkgAu6Is8MZgXXrRoBKqjmSdrP1N7uxzJ/cjfSiis9FiLjuADoqmQ1P7p2N876YPAol7Rn0+GswwAwxldbdLrmVSjfytfSBJFqTMHn4itojgxSWWN1byuckQt8hSTEv/Lg97QoeGniYP17T80pJeQyL3b+295FPHSO2AtvCgyIbKMZ0BALilAA==',
	publicKey: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwXNI6sdlknHBnK8Fu2U6
Cwor9qY747jP8KAfeBMeveEt1TqaHkLfaSD07trZLhGpfs8/AHqjhgSMO1O10YQW
OrrJ4hjIWPKqxbgrYMkBQc+mwdiWp4W3ByCqxBRagCveCXRWCmuJYovl9H/bsDI0
iGbpVtEOghJtfciisYSgxcLufUDTRkvwxjIBK1pCRjk33jJ5YTBWTHMRtMAOcFLN
F6hdEYdX8SPsgHHeLZ5Lv2T/686w1xtgCHef/sd4uSfWmyzsalQdHG/e4IyYmrhx
+O3VBoNDzE3nx23bFeV/RVNCG7cV6VhmYokJNHa/erIPkEmEFID6A5wQOXuxUkmJ
WwIDAQAB
-----END PUBLIC KEY-----
`,
};

/** wechatpay-go's vector in certificate mode. */
export const CERTIFICATE_RESPONSE = {
	timestamp: '1624523846',
	nonce: 'EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz',
	serial: 'D7CE59D1F522D701',
	body: '{"id":"3119dfba-e649-5eec-ab1e-3412bc4d2e17","create_time":"2021-06-24T16:37:26+08:00","resource_type":"encrypt-resource","event_type":"PAYSCORE.USER_OPEN_SERVICE","summary":"签约成功","resource":{"original_type":"payscore","algorithm":"AEAD_AES_256_GCM","ciphertext":"YDS3lKPaC4Y52Gf3uhft5qUBlIa8b428AWTtTauHQfQrRw+X1WpiuHIDy0vo1Vd6VEq67aVyqPdDYMkRVSDaZL3iZttevRMOoPKMifozg6XPWjIZumks/GpT48lI4NizyeaqLBokNebthah3o1H76qSlO9NkDjp9bzmKLEYYH9TEklFUpsvPqOTOcgSLgh21YJXYR7dEBXFgRLiNIKRgO5JdXh1hccRUAlyVWxE54PXpnQ==","associated_data":"payscore","nonce":"Kj7QIyUiYx1q"}}',
	signature:
		'tJHIiIS9eB2hAYstmAmbbD3ZE5LiIm/Ug5tuL4fC0YOFRWIHV39UFIZXC0e9Wl6lBu6sKvkqDkzpqzBsVHyXFlbYZTOQrVdG4b6LfTnK4mikv9++ixJMd3vTf2yCqvBkh98zs3Ds5zsYQakzbcwhmw4fMJs4nPLws28H0UW9FjDR//rxELLwXvV1VEA1IBLX70xptjL8hrfUjEE8kkry6yNJTHZRU8CAc7qHli2Ng1V1qb9ARbK8A3ThmFmPQvRGrapI/jS2laKKgYUmfdEdkNO6B2Cke5e8VTxY406ArAmQ90GAihDwIcb16TQMnzCMBoutnwZKNiKRACrFmtxw2Q==',
	certificate: `-----BEGIN CERTIFICATE-----
MIIDVzCCAj+gAwIBAgIJANfOWdH1ItcBMA0GCSqGSIb3DQEBCwUAMEIxCzAJBgNV
BAYTAlhYMRUwEwYDVQQHDAxEZWZhdWx0IENpdHkxHDAaBgNVBAoME0RlZmF1bHQg
Q29tcGFueSBMdGQwHhcNMjEwNDI3MDg1NTIzWhcNMzEwNDI1MDg1NTIzWjBCMQsw
CQYDVQQGEwJYWDEVMBMGA1UEBwwMRGVmYXVsdCBDaXR5MRwwGgYDVQQKDBNEZWZh
dWx0IENvbXBhbnkgTHRkMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA
2VCTd91fnUn73Xy9DLvt/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXag
HQ4vGeZN0yqm++rDsGK+U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOm
DeJf2vg6byms9RUipiq4SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B83
4uxl1zNLYQCrkdBzb8oUxwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGf
y8wus7hwKz6clt3Whmmda7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtk
aSef4FdEEgEXJiw0VAJT8wIDAQABo1AwTjAdBgNVHQ4EFgQUT1c7nd/SUO76HSoZ
umNUJv1R5PwwHwYDVR0jBBgwFoAUT1c7nd/SUO76HSoZumNUJv1R5PwwDAYDVR0T
BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAfTjxKRQMzNB/U6ZoCUS+BSNfa2Oh
0plMN6ZuzwiVVZwg1jywvv5yv04koS7Pd4i9E4gt9ZBUQXlpq+A3oOCEEHNRR6b2
kyazGRM7s0OP5X21WrbpSmKmU6K7hkfx30yYs08LVs/Q8DIhvaj1FCFeJzUCzYn/
fHMq4tsbKO0dKAeydPM/nrUZBmaYQVKMVOORGLFjFKVO7JV6Kq/R86ouhjEPgJOe
2xulNBUcjicqtZlBdEh/PWCYP2SpGVDclKm8jeo175T3EVAkdKzzmfpxtMmnMlmq
cTJOU9TxuGvNASMtjj7pYIerTx+xgZDXEVBWFW9PjJ0TV06tCRsgSHItgg==
-----END CERTIFICATE-----
`,
};

/** wechatpay-java's AES-256-GCM vectors. */
export const AES = {
	sealedWith: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb',
	nonce: 'uluk4a9R25RW',
	associated_data: 'associatedData',
	ciphertext: 'ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=',
	plaintext: 'message',
};

/** One entry of GET /v3/certificates under the same key: valid 2023-09-19 to 2028-09-17. */
export const CERTIFICATE_ENTRY = {
	serial_no: '5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC',
	encrypt_certificate: {
		algorithm: 'AEAD_AES_256_GCM',
		nonce: '14b16c03dc1b',
		associated_data: 'certificate',
		ciphertext:
			'Mr/AxbvY+WL9hKlD5nIa03LOMPpn5f+CWeNxE4ujl0f5gXZ9XLJ9CldkArCOTsbU62XgKnTc3YvRMZQ7wCmE2fzwmAenAySTYsPms72JhggPWfdqVxri9YD5wBYKn8Ck0Fc5JIiVw9WlN2oxHBz83mRVsjoTGC5+cX1CdYqKuZ8pkvi0aCJIq07ZC8MHoTowUz+4jYJy9XeKqip83Z7BmUYxsePpNM+HtihBqTJIUYXJfX7Col5X0ACsApRoU9l6swfW/kzvqNpDJavhDBGasLrr5822+Fk5nVkcTi53f8Wbue7ODWjJxj1yhRYcxFCvXLtpYNB+Qa1aXtrBSdBdBI2p7o+6Imn+auHLBCzkrZqF/yd+d4vTn4tqHPLUj89XcHsMf96uBo3T/HQV8LEDeIO+6YvOK9FrIDYsvp+imN4n/mnF7eJKo9mpN/QqWJiawrFpAmMMxFKBjIdpgMnVUl3Z11RcWKyfOJ3kcmItTWcnZFNyDgR9cS0aU6QPlefa3uUW89uzBuHjcFdDl43yU3LE4qZnHLDcDgx4qt0OFCLiy51GXtEpyYs5k99YJBvKK+RyIs4Yc1/smBmClQUhxW+8bsPNOcXfDvH2yX4YzESoO4TV0RqiCgnsSd4zIFyJPiMKIGzVHiw6Kg0eGCmB4mGHEEZCQ0eN3SSPO0QVjjtBYfgXDZfVHSaAB8PjWBVNFimoViZZQrwT6Ygo0LU0Dd8+F5aHFYr4OPHPslr3hrgutEYXDTv1vTA6ABJGqknJ9Y2vtyWpy7aIwxc0kQq/1ezjs+RMVL/LRpGDnbx1/CGPDjZhYgZypKa55+PDhoaQxqkF3xCLz2DGoNHZYmFqxzAOsAK0vJZw4VcAk6ssbA6YIaMuiemEpxfLC9ZiXtRqsX9s+GWjjtA8JywOFMO+NKZm9BH/E5YNg2DDD3sHG9Mciwn7yJ6sdf8h2lAWlEExAOeiBNyshOHAQ0/S+x1ncWNiqY+Uh5n0rtonvePV2MsxVlEWR3AVHn1abcEWkzivd+G5kg7LYO0goqzGClcQfnFfZdO6KwcMXsBCnm9A1Bl4+k5LLokTIYH5/36SRIZ9j0CHGD77BQLE7x8AlNsoFS2m263tLLq78TFqvZUTIZIQcVIl+NInscS3xQbA38qqFqutCWIwoF1azuJ7woiJyMvnS3xzIpNzP+rzJ8VDXxjLjpEUBOC9WDs74+QMtsAdmh6g0KDclHEk8WJ4P2bnso4z3VCGoDT5X/0bS1C+jMZMKaOCNB21FZ08qgUHmKeDeg8ylENu+mh2Y/AaEDSGkGBHIfFbhMYO3uRxhk9hldiHEnHgdkXiVAAUWk/IhtmGijibO/L76vB74Xpes973uK+2iFKgNBk8qTLLZZnuWbcMQuA6VsFULRb/C+q9B21YuAWPMzvgBwr4EX2m/OpF5w8Q0HL7v1H5H0mIGJbrjnklUPoBYrw30W3uk7yF0KE6sfMukafFx0S9rBOL0RykGDPwC0lHSNySkXDeM5XvDJ+dtHK+RDwhJR+azfrWAHGMtZcQ+YVamjWVmHxXM03j3GeCXgqae1upwHzkPL5OwojcQ5MQi3Kv/1xtwY0cRN/yeZTOsXfujtqhkJj/Vltby4lnW4SCj4LjWQF19BY6zhzF4yybBA8bhhtoNP/zx8QkhHAkIROkK2ZVgfocCAPvfQ+vSrsIBO+L5cmg6mzFn4g84lsHscgXnszIlzUrzx/4Tam0uwuS9J1gddZ0I0QUt9SJzfsoBCTU0OgNMUtXKS5HvgXe7abexMtFH5eulOsAuFZkQ5LYJa/m4yHFInXzL/t3hjdTi2NmxUufvYzwIyffRTu5vS9vjscARD9lUQDHFQ/xgWe1i8EkRlrSfjlXt00+4//h2bcJKyTBT3IXwvKNsuY29V9/vU3HkvWKZ99zpSlmcZRuBa1BHbyPEvc0NlqIIoKidxqUvOR64MzudHhAjgWFP+IXojfhS3Gj9OJhBL7s',
	},
};
