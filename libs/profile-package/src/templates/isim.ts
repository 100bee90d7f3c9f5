import { amended, templateRows } from './template-table.ts';

// Section 9.6.1 of annex A; 3GPP TS 31.103 section 4.2.
export const ISIM = templateRows(`
  adf-isim        -     adf -      14  -   -
  ef-impi         6F02  tr  ?      2   02  -
  ef-impu         6F04  lf  1x?    2   04  -
  ef-domain       6F03  tr  ?      2   05  -
  ef-ist          6F07  tr  14     2   07  -
  ef-ad           6FAD  tr  3      10  03  000000
  ef-arr          6F06  lf  ?x?    10  06  -
`);

// Section 9.6.2.
export const OPT_ISIM = templateRows(`
  ef-pcscf        6F09  lf  1x?    2   -   -
  ef-sms          6F3C  lf  10x176 5   -   00FF..
  ef-smsp         6F42  lf  1x38   5   -   FF..
  ef-smss         6F43  tr  2      5   -   FFFF
  ef-smsr         6F47  lf  10x30  5   -   00FF..
  ef-gbabp        6FD5  tr  ?      5   -   FF..
  ef-gbanl        6FD7  lf  ?x?    2   -   FF..
  ef-nafkca       6FDD  lf  ?x?    2   -   FF..
  ef-uicciari     6FE7  lf  ?x?    2   -   -
`);

export const OPT_ISIM_V2 = amended(
  OPT_ISIM,
  `
  ef-frompreferred     6FF7  tr  1    2  -  00
  ef-imsconfigdata     6FF8  bt  ?    2  -  -
  ef-xcapconfigdata    6FFC  bt  ?    2  -  -
  ef-webrtcuri         6FFA  lf  ?x?  2  -  -
  ef-mudmidconfigdata  6FFE  bt  ?    2  -  -
`,
);

// Section 9.8: the identifier of the directory is up to the profile.
export const EAP = templateRows(`
  df-eap          -     df  -      14  -   -
  ef-eapkeys      4F01  tr  ?      2   -   -
  ef-eapstatus    4F02  tr  1      2   -   00
  ef-puid         4F03  tr  ?      2   -   -
  ef-ps           4F04  tr  ?      5   -   FF..
  ef-curid        4F20  tr  ?      5   -   FF..
  ef-reid         4F21  tr  ?      5   -   -
  ef-realm        4F22  tr  ?      5   -   -
`);
