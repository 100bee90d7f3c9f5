import { amended, templateRows } from './template-table.ts';

/** The files of a phone book (3GPP TS 31.102 section 4.4.2): under DF.TELECOM and under a USIM. */
const PHONEBOOK_ROWS = `
  df-phonebook    5F3A  df  -      14  -   -
  ef-pbr          4F30  lf  ?x?    2   -   -
  ef-ext1         4F38  lf  ?x13   5   -   00FF..
  ef-aas          4F40  lf  ?x?    5   -   FF..
  ef-gas          4F48  lf  ?x?    5   -   FF..
  ef-psc          4F22  tr  4      5   -   00000000
  ef-cc           4F23  tr  2      5   -   0000
  ef-puid         4F24  tr  2      5   -   0000
  ef-iap          4F50  lf  ?x?    5   -   FF..
  ef-adn          4F58  lf  ?x?    5   -   FF..
  ef-pbc          4F60  lf  ?x2    5   -   00..
  ef-anr          4F68  lf  ?x?    5   -   FF..
  ef-puri         4F70  lf  ?x?    5   -   -
  ef-email        4F78  lf  ?x?    5   -   FF..
  ef-sne          4F80  lf  ?x?    5   -   FF..
  ef-uid          4F88  lf  ?x2    5   -   0000
  ef-grp          4F90  lf  ?x?    5   -   00..
  ef-ccp1         4F98  lf  ?x?    5   -   FF..
`;

// Section 9.4 of annex A; 3GPP TS 31.102 section 4.6.
export const TELECOM = templateRows(`
  df-telecom      7F10  df  -      14  -   -
  ef-arr          6F06  lf  ?x?    10  -   -
  ef-rma          6F53  lf  ?x?    3   -   -
  ef-sume         6F54  tr  22     3   -   -
  ef-ice-dn       6FE0  lf  50x24  9   -   FF..
  ef-ice-ff       6FE1  lf  ?x?    9   -   FF..
  ef-psismsc      6FE5  lf  ?x?    5   -   -
  df-graphics     5F50  df  -      14  -   -
  ef-img          4F20  lf  ?x?    2   -   00FF..
  ef-iidf         4F40  tr  ?      2   -   FF..
  ef-ice-graphics 4F21  bt  ?      9   -   -
  ef-launch-scws  4F01  tr  ?      10  -   -
  ef-icon         4F80  tr  ?      10  -   -
  ${PHONEBOOK_ROWS.trim()}
  df-multimedia   5F3B  df  -      14  -   -
  ef-mml          4F47  bt  ?      5   -   -
  ef-mmdf         4F48  bt  ?      5   -   -
  df-mmss         5F3C  df  -      14  -   -
  ef-mlpl         4F20  tr  ?      2   01  -
  ef-mspl         4F21  tr  ?      2   02  -
  ef-mmssmode     4F22  tr  1      2   03  -
`);

// 3.x adds mission critical services and V2X.
export const TELECOM_V2 = amended(
  TELECOM,
  `
  df-mcs          5F3D  df  -      14  -   -
  ef-mst          4F01  tr  ?      2   01  -
  ef-mcs-config   4F02  bt  ?      2   02  -
  df-v2x          5F3E  df  -      14  -   -
  ef-vst          4F01  tr  ?      2   01  -
  ef-v2x-config   4F02  bt  ?      2   02  -
  ef-v2xp-pc5     4F03  tr  ?      2   -   -
  ef-v2xp-Uu      4F04  tr  ?      2   -   -
`,
);

// Section 9.5.3: the local phone book of a USIM.
export const PHONEBOOK = templateRows(PHONEBOOK_ROWS);
