import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { type Curve, elements, nodeCurveNames, oids } from '@tegata/x509';

const { bitString, context, integer, octetString, oid, sequence, toDer } = elements;

/** `size` octets that nobody can guess; fixed ones replay a session. */
export type Random = (size: number) => Uint8Array;

const curveOids: Readonly<Record<Curve, string>> = {
  'P-256': oids.prime256v1,
  brainpoolP256r1: oids.brainpoolP256r1,
};

/**
 * A new EC private key, by testing candidates (FIPS 186-5 A.2.2): 32 random octets, again until they lie in 1..n-1.
 *
 * @param random where the octets come from; the same octets give the same key
 */
export function generatePrivateKey(curve: Curve, random: Random): KeyObject {
  const ecdh = createECDH(nodeCurveNames[curve]);
  const candidate = acceptedCandidate(ecdh, random);
  const ecPrivateKey = sequence(integer(1), octetString(candidate), context(1, [bitString(ecdh.getPublicKey())]));
  const algorithm = sequence(oid(oids.ecPublicKey), oid(curveOids[curve]));
  const pkcs8 = toDer(sequence(integer(0), algorithm, octetString(toDer(ecPrivateKey))));
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}

function acceptedCandidate(ecdh: ReturnType<typeof createECDH>, random: Random): Uint8Array {
  for (;;) {
    const candidate = random(32);
    try {
      ecdh.setPrivateKey(candidate);
      return candidate;
    } catch {
      // Zero, or not below the order of the curve: the next one.
    }
  }
}
