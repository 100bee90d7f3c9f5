import {
  createCipheriv,
  createHash,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';

/** What the cryptography of one download costs an SM-DP+ at least, in milliseconds of one core. */
export interface CryptoFloor {
  readonly perDownloadMs: number;
  /** how the sum is made up: operations of one download, and what one of them took */
  readonly operations: Readonly<Record<string, { readonly count: number; readonly ms: number }>>;
}

/** Octets of what is signed: serverSigned1 and the like are of this order. */
const signedOctets = 400;
/** ConfigureISDP, StoreMetadata and ReplaceSessionKeys as segments. */
const segmentOctets = [16, 160, 64];

/** The operations of one call of ES9+. */
export type CallOperations = Readonly<Record<string, { readonly count: number; readonly run: () => unknown }>>;

/**
 * What SGP.22 makes an SM-DP+ compute for one download of a profile that is protected already, call by call in their order (crib: three
 * signatures of its own, four of the eUICC's and its certificate to verify, one key agreement, three short segments): through
 * node:crypto alone and with keys parsed once. Nothing of Tegata takes part.
 */
export function operationsOfDownload(): readonly CallOperations[] {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signed = randomBytes(signedOctets);
  const own = pair();
  const theirs = pair();
  const signature = sign('sha256', signed, { key: theirs.privateKey, dsaEncoding: 'ieee-p1363' });
  const spki = theirs.publicKey.export({ format: 'der', type: 'spki' });
  const macKey = createSecretKey(randomBytes(16));
  const zero = Buffer.alloc(16);
  const signing = () => sign('sha256', signed, { key: own.privateKey, dsaEncoding: 'ieee-p1363' });
  const verifying = () => {
    if (!verify('sha256', signed, { key: theirs.publicKey, dsaEncoding: 'ieee-p1363' }, signature)) {
      throw new Error('a signature of the benchmark does not hold');
    }
  };
  const parsing = () => createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const agreeing = () => {
    const oneTime = pair();
    const point = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const shared = diffieHellman({ privateKey: oneTime.privateKey, publicKey: point });
    for (const counter of [1, 2]) createHash('sha256').update(shared).update(Buffer.of(counter)).digest();
  };
  const protecting = () => {
    for (const octets of segmentOctets) {
      const sealed = cbc(macKey, zero, Buffer.alloc(octets));
      cbc(macKey, zero, sealed);
    }
  };
  return [
    { 'ECDSA signature': { count: 1, run: signing } },
    {
      'public key of the eUICC': { count: 1, run: parsing },
      'ECDSA verification': { count: 2, run: verifying },
      'ECDSA signature': { count: 1, run: signing },
    },
    {
      'ECDSA verification': { count: 1, run: verifying },
      'key agreement': { count: 1, run: agreeing },
      segments: { count: 1, run: protecting },
      'ECDSA signature': { count: 1, run: signing },
    },
    { 'ECDSA verification': { count: 1, run: verifying } },
  ];
}

/**
 * Measures the {@link operationsOfDownload} each in a loop, where caches hold nothing else: the least they can cost.
 *
 * @param rounds of each operation; the median of ten groups is taken, so that a busy moment does not count
 */
export function measureCryptoFloor(rounds = 2000): CryptoFloor {
  const operations: Record<string, { count: number; ms: number }> = {};
  for (const [name, { count, run }] of operationsOfDownload().flatMap((call) => Object.entries(call))) {
    const known = operations[name];
    if (known) known.count += count;
    else operations[name] = { count, ms: medianMs(run, rounds) };
  }
  const perDownloadMs = Object.values(operations).reduce((sum, { count, ms }) => sum + count * ms, 0);
  return { perDownloadMs, operations };
}

function cbc(key: ReturnType<typeof createSecretKey>, iv: Uint8Array, octets: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(octets), cipher.final()]);
}

/** CPU time of one round in milliseconds: the median of ten groups, after one that warms up. */
function medianMs(operation: () => unknown, rounds: number): number {
  const groupOf = () => {
    const start = process.cpuUsage();
    const size = Math.max(1, Math.floor(rounds / 10));
    for (let round = 0; round < size; round++) operation();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / size;
  };
  groupOf();
  const groups = Array.from({ length: 10 }, groupOf).sort((one, other) => one - other);
  return (groups[4]! + groups[5]!) / 2;
}
