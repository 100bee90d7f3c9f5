import { AkaError, expectSize } from './aka-error.ts';
import type { AuthenticationFunctions } from './authentication-functions.ts';
import { exclusiveOr } from './octets.ts';

/**
 * The test algorithm of 3GPP TS 34.108 section 8.1.2 ("XOR"), which the GSMA TS.48 test profiles are made for.
 *
 * It protects nothing: whoever sees one challenge and answer knows K. An eUICC offers it so that test profiles work.
 *
 * @param k 16 octets
 * @param resLength octets of RES, 4..16
 * @throws AkaError `BAD_SIZE`
 */
export function usimTestAlgorithm(k: Uint8Array, resLength = 16): AuthenticationFunctions {
  expectSize(k, 16, 'K');
  if (!Number.isInteger(resLength) || resLength < 4 || resLength > 16) {
    throw new AkaError('BAD_SIZE', 'RES is 4..16 octets');
  }
  const key = Uint8Array.from(k);
  const xdout = (rand: Uint8Array): Uint8Array => {
    expectSize(rand, 16, 'RAND');
    return exclusiveOr(key, rand);
  };
  const f1 = (rand: Uint8Array, sqn: Uint8Array, amf: Uint8Array): Uint8Array => {
    expectSize(sqn, 6, 'SQN');
    expectSize(amf, 2, 'AMF');
    return exclusiveOr(xdout(rand).subarray(0, 8), Uint8Array.from([...sqn, ...amf]));
  };
  return {
    f1,
    f1Star: f1,
    f2345: (rand) => {
      const x = xdout(rand);
      return {
        res: x.subarray(0, resLength),
        ck: Uint8Array.from([...x.subarray(1), ...x.subarray(0, 1)]),
        ik: Uint8Array.from([...x.subarray(2), ...x.subarray(0, 2)]),
        ak: x.subarray(3, 9),
      };
    },
    f5Star: (rand) => xdout(rand).subarray(3, 9),
  };
}
