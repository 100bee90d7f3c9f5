/** What gives `count` random octets: node:crypto's randomBytes, or something fixed to replay a session. */
export type RandomSource = (count: number) => Uint8Array;
