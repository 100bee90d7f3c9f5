/**
 * T=0; class C and no clock stop in TA, eUICC functions in TB after T=15 (ETSI TS 102 221 section 6.3.3, SGP.22 section
 * 3.4.1); SELECT by full and partial name, eight channels or more assigned by the card; the name in the pre-issuing data.
 */
const WITHOUT_CHECK = Buffer.concat([
  Buffer.from('3B9F96803FC7828031E073FE211767', 'hex'),
  Buffer.from('TEGATA1', 'latin1'),
]);

/** Answer to reset, with its check octet (ISO/IEC 7816-3 section 8.2). */
export const ANSWER_TO_RESET: Uint8Array = Buffer.concat([
  WITHOUT_CHECK,
  Uint8Array.of(WITHOUT_CHECK.subarray(1).reduce((sum, octet) => sum ^ octet, 0)),
]);
