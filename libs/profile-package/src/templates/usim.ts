import { amended, templateRows } from './template-table.ts';

// Section 9.5.1 of annex A; 3GPP TS 31.102 section 4.2.
export const USIM = templateRows(`
  adf-usim        -     adf -      14  -   -
  ef-imsi         6F07  tr  9      2   07  -
  ef-arr          6F06  lf  ?x?    10  17  -
  ef-keys         6F08  tr  33     5   08  07FF..
  ef-keysPS       6F09  tr  33     5   09  07FF..
  ef-hpplmn       6F31  tr  1      2   12  0A
  ef-ust          6F38  tr  14     2   04  -
  ef-fdn          6F3B  lf  20x26  8   -   FF..
  ef-sms          6F3C  lf  10x176 5   -   00FF..
  ef-smsp         6F42  lf  1x38   5   -   FF..
  ef-smss         6F43  tr  2      5   -   FFFF
  ef-spn          6F46  tr  17     10  -   -
  ef-est          6F56  tr  1      8   05  -
  ef-start-hfn    6F5B  tr  6      5   0F  F00000F00000
  ef-threshold    6F5C  tr  3      2   10  FFFFFF
  ef-psloci       6F73  tr  14     5   0C  FFFFFFFFFFFFFFFFFFFF0000FF01
  ef-acc          6F78  tr  2      2   06  -
  ef-fplmn        6F7B  tr  12     5   0D  FF..
  ef-loci         6F7E  tr  11     5   0B  FFFFFFFFFFFFFF0000FF01
  ef-ad           6FAD  tr  4      10  03  00000002
  ef-ecc          6FB7  lf  1x4    10  01  -
  ef-netpar       6FC4  tr  128    5   -   FF..
  ef-epsloci      6FE3  tr  18     5   1E  FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001
  ef-epsnsc       6FE4  lf  1x80   5   18  FF..
`);

// 3.x has a longer service table.
export const USIM_V2 = amended(USIM, 'ef-ust 6F38 tr 17 2 04 -');

// Section 9.5.2.
export const OPT_USIM = templateRows(`
  ef-li           6F05  tr  6      1   02  FF..
  ef-acmax        6F37  tr  3      5   -   000000
  ef-acm          6F39  cy  1x3    7   -   000000
  ef-gid1         6F3E  tr  8      2   -   -
  ef-gid2         6F3F  tr  8      2   -   -
  ef-msisdn       6F40  lf  1x24   2   -   FF..
  ef-puct         6F41  tr  5      5   -   FFFFFF0000
  ef-cbmi         6F45  tr  10     5   -   FF..
  ef-cbmid        6F48  tr  10     2   0E  FF..
  ef-sdn          6F49  lf  10x24  2   -   FF..
  ef-ext2         6F4B  lf  10x13  8   -   00FF..
  ef-ext3         6F4C  lf  10x13  2   -   00FF..
  ef-cbmir        6F50  tr  20     5   -   FF..
  ef-plmnwact     6F60  tr  40     5   0A  FFFFFF0000*
  ef-oplmnwact    6F61  tr  40     2   11  FFFFFF0000*
  ef-hplmnwact    6F62  tr  5      2   13  FFFFFF0000*
  ef-dck          6F2C  tr  16     5   -   FF..
  ef-cnl          6F32  tr  30     2   -   FF..
  ef-smsr         6F47  lf  10x30  5   -   00FF..
  ef-bdn          6F4D  lf  10x25  8   -   FF..
  ef-ext5         6F4E  lf  10x13  5   -   00FF..
  ef-ccp2         6F4F  lf  5x15   5   16  FF..
  ef-ext4         6F55  lf  10x13  8   -   00FF..
  ef-acl          6F57  tr  101    8   -   00FF..
  ef-cmi          6F58  lf  10x11  2   -   FF..
  ef-ici          6F80  cy  20x38  5   14  FF..0000000001FFFF
  ef-oci          6F81  cy  20x37  5   15  FF..00000001FFFF
  ef-ict          6F82  cy  1x3    7   -   000000
  ef-oct          6F83  cy  1x3    7   -   000000
  ef-vgcs         6FB1  tr  20     2   -   -
  ef-vgcss        6FB2  tr  7      5   -   -
  ef-vbs          6FB3  tr  20     2   -   -
  ef-vbss         6FB4  tr  7      5   -   -
  ef-emlpp        6FB5  tr  2      2   -   -
  ef-aaem         6FB6  tr  1      5   -   00
  ef-hiddenkey    6FC3  tr  4      5   -   FF..
  ef-pnn          6FC5  lf  10x16  10  19  -
  ef-opl          6FC6  lf  5x8    10  1A  -
  ef-mbdn         6FC7  lf  3x24   5   -   -
  ef-ext6         6FC8  lf  10x13  5   -   00FF..
  ef-mbi          6FC9  lf  10x5   5   -   -
  ef-mwis         6FCA  lf  10x6   5   -   00..
  ef-cfis         6FCB  lf  10x16  5   -   0100FF..
  ef-ext7         6FCC  lf  10x13  5   -   00FF..
  ef-spdi         6FCD  tr  17     2   1B  -
  ef-mmsn         6FCE  lf  10x6   5   -   000000FF..
  ef-ext8         6FCF  lf  10x13  5   -   00FF..
  ef-mmsicp       6FD0  tr  100    2   -   FF..
  ef-mmsup        6FD1  lf  ?x?    5   -   FF..
  ef-mmsucp       6FD2  tr  100    5   -   FF..
  ef-nia          6FD3  lf  5x11   2   -   FF..
  ef-vgcsca       6FD4  tr  ?      2   -   00..
  ef-vbsca        6FD5  tr  ?      2   -   00..
  ef-gbabp        6FD6  tr  ?      5   -   FF..
  ef-msk          6FD7  lf  ?x?    2   -   FF..
  ef-muk          6FD8  lf  ?x?    2   -   FF..
  ef-ehplmn       6FD9  tr  15     2   1D  FF..
  ef-gbanl        6FDA  lf  ?x?    2   -   FF..
  ef-ehplmnpi     6FDB  tr  1      2   -   00
  ef-lrplmnsi     6FDC  tr  1      2   -   00
  ef-nafkca       6FDD  lf  ?x?    2   -   FF..
  ef-spni         6FDE  tr  ?      10  -   00FF..
  ef-pnni         6FDF  lf  ?x?    10  -   00FF..
  ef-ncp-ip       6FE2  lf  ?x?    2   -   -
  ef-ufc          6FE6  tr  30     10  -   801E60C01E900080040000000000000000F0000000004000000000000080
  ef-nasconfig    6FE8  tr  18     2   -   -
  ef-uicciari     6FE7  lf  ?x?    2   -   -
  ef-pws          6FEC  tr  ?      10  -   -
  ef-fdnuri       6FED  lf  ?x?    8   -   FF..
  ef-bdnuri       6FEE  lf  ?x?    8   -   FF..
  ef-sdnuri       6FEF  lf  ?x?    2   -   FF..
  ef-ial          6FF0  lf  ?x?    3   -   FF..
  ef-ips          6FF1  cy  ?x4    10  -   FF..
  ef-ipd          6FF2  lf  ?x?    3   -   FF..
`);

export const OPT_USIM_V2 = amended(
  OPT_USIM,
  `
  ef-epdgid                    6FF3  tr  ?    2   -  -
  ef-epdgselection             6FF4  tr  ?    2   -  -
  ef-epdgidem                  6FF5  tr  ?    2   -  -
  ef-epdgselectionem           6FF6  tr  ?    2   -  -
  ef-frompreferred             6FF7  tr  1    2   -  00
  ef-imsconfigdata             6FF8  bt  ?    2   -  -
  ef-3gpppsdataoff             6FF9  tr  4    2   -  -
  ef-3gpppsdataoffservicelist  6FFA  lf  ?x?  2   -  -
  ef-xcapconfigdata            6FFC  bt  ?    2   -  -
  ef-earfcnlist                6FFD  tr  ?    10  -  -
  ef-mudmidconfigdata          6FFE  bt  ?    2   -  -
`,
);

export const OPT_USIM_V3 = amended(OPT_USIM_V2, 'ef-eaka 6F01 tr 1 3 - -');

// Section 9.5.4.
export const GSM_ACCESS = templateRows(`
  df-gsm-access   5F3B  df  -      14  -   -
  ef-kc           4F20  tr  9      5   01  FF..07
  ef-kcgprs       4F52  tr  9      5   02  FF..07
  ef-cpbcch       4F63  tr  10     5   -   FF..
  ef-invscan      4F64  tr  1      2   -   00
`);

// Section 9.5.11.
export const DF_5GS = templateRows(`
  df-df-5gs             5FC0  df  -     14  -   -
  ef-5gs3gpploci        4F01  tr  20    5   01  FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000001
  ef-5gsn3gpploci       4F02  tr  20    5   02  FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000001
  ef-5gs3gppnsc         4F03  lf  1x57  5   03  FF..
  ef-5gsn3gppnsc        4F04  lf  1x57  5   04  FF..
  ef-5gauthkeys         4F05  tr  110   5   05  -
  ef-uac-aic            4F06  tr  4     2   06  -
  ef-suci-calc-info     4F07  tr  ?     2   07  FF..
  ef-opl5g              4F08  lf  ?x10  10  08  FF..
  ef-supinai            4F09  tr  ?     2   09  -
  ef-routing-indicator  4F0A  tr  4     2   0A  F0FFFFFF
`);

export const DF_5GS_V2 = amended(
  DF_5GS,
  `
  ef-ursp               4F0B  bt  ?     2   -   -
  ef-tn3gppsnn          4F0C  tr  1     2   0C  00
`,
);

// With service 136 the security contexts have two records, and these are longer.
export const DF_5GS_V3 = amended(
  DF_5GS_V2,
  `
  ef-5gs3gppnsc         4F03  lf  2x62  5   03  FF..
  ef-5gsn3gppnsc        4F04  lf  2x62  5   04  FF..
`,
);

export const DF_5GS_V4 = amended(
  DF_5GS_V3,
  `
  ef-routing-indicator  4F0A  tr  4     2   0A  F0FF0000
  ef-cag                4F0D  tr  2     2   0D  -
  ef-sor-cmci           4F0E  tr  ?     2   0E  -
  ef-dri                4F0F  tr  7     2   0F  -
  ef-5gsedrx            4F10  tr  2     2   10  -
  ef-5gnswo-conf        4F11  tr  1     2   11  -
  ef-mchpplmn           4F15  tr  1     2   15  -
  ef-kausf-derivation   4F16  tr  1     2   16  -
`,
);

// Sections 9.5.12 to 9.5.14.
export const DF_SAIP = templateRows(`
  df-df-saip              5FD0  df  -   14  -   -
  ef-suci-calc-info-usim  4F01  tr  ?   3   -   FF..
`);

export const DF_SNPN = templateRows(`
  df-df-snpn      5FE0  df  -      14  -   -
  ef-pws-snpn     4F01  tr  1      10  -   -
`);

export const DF_5GPROSE = templateRows(`
  df-df-5g-prose    5FF0  df  -    14  -   -
  ef-5g-prose-st    4F01  tr  1    2   01  -
  ef-5g-prose-dd    4F02  tr  26   2   02  -
  ef-5g-prose-dc    4F03  tr  12   2   03  -
  ef-5g-prose-u2nru 4F04  tr  32   2   04  -
  ef-5g-prose-ru    4F05  tr  29   2   05  -
  ef-5g-prose-uir   4F06  tr  32   2   06  -
`);
