import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  type Decoded,
  DerError,
  explicit,
  integer,
  objectIdentifier,
  optional,
  parseTlv,
  Schema,
  sequence,
  type Tlv,
} from '@tegata/der';
import { EmrtdRefusal } from '../emrtd-refusal.ts';

/** Whatever object: parameters of an algorithm, a value of a kind that its identifier tells. Kept as it is. */
class AnyObject extends Schema<Uint8Array> {
  readonly tags: readonly number[] = [];
  override accepts(): boolean {
    return true;
  }
  read(tlv: Tlv): Uint8Array {
    return tlv.raw;
  }
  encode(value: Uint8Array): Uint8Array {
    return parseTlv(value).raw;
  }
}
export const anyObject: Schema<Uint8Array> = new AnyObject();

/** AlgorithmIdentifier, RFC 5280 section 4.1.1.2. */
export const AlgorithmIdentifier = sequence(0x30, {
  algorithm: objectIdentifier(0x06),
  parameters: optional(anyObject),
});
export type AlgorithmIdentifier = Decoded<typeof AlgorithmIdentifier>;

/** Digests of LDS and signatures (ICAO 9303-12 section 4.4). SHA-1 is taken for nothing. */
const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Signature algorithms that name their digest (RFC 5758, RFC 4055). */
const signatures: Readonly<Record<string, { readonly key: 'ec' | 'rsa'; readonly digest: string }>> = {
  '1.2.840.10045.4.3.1': { key: 'ec', digest: 'sha224' },
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
  '1.2.840.113549.1.1.14': { key: 'rsa', digest: 'sha224' },
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
};
const rsaEncryption = '1.2.840.113549.1.1.1';
const rsassaPss = '1.2.840.113549.1.1.10';
const mgf1 = '1.2.840.113549.1.1.8';
const minimumRsaBits = 2048;
const keyTypes: readonly string[] = ['rsa', 'rsa-pss', 'ec'];
/** Curves of ICAO 9303-12 section 4.4.2, by their names in OpenSSL. */
const curves: readonly string[] = [
  ...['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'],
  ...['brainpoolP224r1', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1'],
];

/** RSASSA-PSS-params, RFC 4055 section 3.1; what is absent is SHA-1, which is not accepted. */
const PssParameters = sequence(0x30, {
  hash: explicit(0xa0, AlgorithmIdentifier),
  maskGeneration: explicit(0xa1, AlgorithmIdentifier),
  saltLength: explicit(0xa2, integer(0x02, 0, 512)),
  trailer: optional(explicit(0xa3, integer(0x02, 1, 1))),
});

/** How a signature is verified. */
export interface SignatureAlgorithm {
  readonly digest: string;
  readonly key: 'ec' | 'rsa';
  /** octets of salt of RSASSA-PSS; absent for PKCS #1 v1.5 and ECDSA */
  readonly saltLength?: number;
}

/** Name of a digest in node:crypto. @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED` */
export function digestName({ algorithm, parameters }: AlgorithmIdentifier): string {
  requireNoParameters(parameters);
  return digests[algorithm] ?? unsupported(`digest ${algorithm}`);
}

/**
 * @param digest what signerInfo names, for a signature algorithm that does not (RFC 5652 section 5.3)
 * @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED`
 */
export function signatureAlgorithm(
  { algorithm, parameters }: AlgorithmIdentifier,
  digest?: string,
): SignatureAlgorithm {
  if (algorithm === rsassaPss) return pss(parameters ?? unsupported('RSASSA-PSS with SHA-1'));
  requireNoParameters(parameters);
  if (algorithm === rsaEncryption && digest !== undefined) return { key: 'rsa', digest };
  const known = signatures[algorithm] ?? unsupported(`signature ${algorithm}`);
  if (digest !== undefined && known.digest !== digest) unsupported('one digest with another signature');
  return known;
}

function pss(octets: Uint8Array): SignatureAlgorithm {
  const parameters = decodeParameters(octets);
  const digest = digestName(parameters.hash);
  const mask = parameters.maskGeneration;
  const maskDigest =
    mask.algorithm === mgf1 && mask.parameters ? digestName(AlgorithmIdentifier.decode(mask.parameters)) : undefined;
  if (maskDigest !== digest) unsupported('RSASSA-PSS with another mask generation');
  return { key: 'rsa', digest, saltLength: parameters.saltLength };
}

function decodeParameters(octets: Uint8Array) {
  try {
    return PssParameters.decode(octets);
  } catch (error) {
    if (error instanceof DerError) return unsupported('parameters of RSASSA-PSS');
    throw error;
  }
}

/** NULL or nothing (RFC 5754 section 2). */
function requireNoParameters(parameters: Uint8Array | undefined): void {
  if (parameters && !Buffer.from(parameters).equals(Buffer.of(0x05, 0x00))) unsupported('parameters of an algorithm');
}

function unsupported(what: string): never {
  throw new EmrtdRefusal('CHIP_ALGORITHM_UNSUPPORTED', `${what} is not accepted`);
}

/**
 * Whether a signature over these octets holds.
 *
 * @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED` for a key of another kind, or for other signatures
 */
export function signatureHolds(
  { digest, key: kind, saltLength }: SignatureAlgorithm,
  key: KeyObject,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const type = key.asymmetricKeyType;
  if (kind === 'ec') {
    if (type !== 'ec') unsupported('key of another kind than the signature');
    return verify(digest, signed, { key, dsaEncoding: 'der' }, signature);
  }
  if (type !== 'rsa' && !isPssKeyFor(key, digest, saltLength)) unsupported('key of another kind than the signature');
  const padding =
    saltLength === undefined
      ? { padding: constants.RSA_PKCS1_PADDING }
      : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return verify(digest, signed, { key, ...padding }, signature);
}

/** A key for RSASSA-PSS alone may be for one digest, and a least length of salt (RFC 4055 section 1.2). */
function isPssKeyFor({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject, digest: string, salt = -1): boolean {
  const { hashAlgorithm = digest, saltLength = 0 } = asymmetricKeyDetails;
  return asymmetricKeyType === 'rsa-pss' && hashAlgorithm === digest && salt >= saltLength;
}

/**
 * The key in a SubjectPublicKeyInfo: RSA from 2048 bits, or EC on a curve of ICAO 9303-12, named or with its parameters.
 *
 * @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED` for another
 */
export function publicKeyOf(subjectPublicKeyInfo: Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' });
  } catch {
    return unsupported('this public key');
  }
  if (!keyTypes.includes(key.asymmetricKeyType ?? '')) unsupported('a key of this kind');
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined && !curves.includes(namedCurve)) unsupported('this curve');
  if (modulusLength !== undefined && modulusLength < minimumRsaBits) unsupported('an RSA key this short');
  return key;
}
