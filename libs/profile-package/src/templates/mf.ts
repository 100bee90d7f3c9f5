import { templateRows } from './template-table.ts';

// Directly under the MF (annex A, section 9.2; ETSI TS 102 221 section 13).
export const MF = templateRows(`
  mf              3F00  mf  -      14  -   -
  ef-pl           2F05  tr  2      1   05  FF..
  ef-iccid        2FE2  tr  10     11  -   -
  ef-dir          2F00  lf  ?x?    10  1E  -
  ef-arr          2F06  lf  ?x?    10  -   -
  ef-umpc         2F08  tr  5      10  08  -
`);

// Section 9.3.
export const CD = templateRows(`
  df-cd           7F11  df  -      14  -   -
  ef-launchpad    6F01  tr  ?      2   -   -
  ef-icon         6F40  tr  ?      2   -   -
`);
