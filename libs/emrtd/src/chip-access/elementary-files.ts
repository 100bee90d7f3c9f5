/** Files that are read (ICAO 9303-10 sections 3.11 and 4), and the most octets of each that are looked at. */
export const elementaryFiles = {
  /** in the master file, in the open */
  cardAccess: { id: 0x011c, name: 'EF.CardAccess', maximum: 4_096 },
  atrInfo: { id: 0x2f01, name: 'EF.ATR/INFO', maximum: 1_024 },
  com: { id: 0x011e, name: 'EF.COM', maximum: 1_024 },
  sod: { id: 0x011d, name: 'EF.SOD', maximum: 65_536 },
  dg1: { id: 0x0101, name: 'EF.DG1', maximum: 256 },
  dg14: { id: 0x010e, name: 'EF.DG14', maximum: 4_096 },
  dg15: { id: 0x010f, name: 'EF.DG15', maximum: 4_096 },
  dg2: { id: 0x0102, name: 'EF.DG2', maximum: 1_048_576 },
} as const;
export type ElementaryFile = (typeof elementaryFiles)[keyof typeof elementaryFiles];

/** Application identifier of the eMRTD application (ICAO 9303-10 section 3.6.2). */
export const emrtdApplication: Uint8Array = Buffer.from('A0000002471001', 'hex');

/** First offset that READ BINARY can't say in its parameters; the command with the odd instruction can. */
export const farOffset = 0x8000;
