import type { KeyObject } from 'node:crypto';
import { encodeInteger, encodeObjectIdentifier, encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import { authenticationData, stepTags } from '../chip-access/pace.ts';
import { paceSession } from '../chip-access/pace-agreement.ts';
import type { SessionKeys } from '../chip-access/secure-messaging.ts';
import { environmentTags } from '../chip-authentication/chip-authentication.ts';
import {
  type ChipAuthenticationKey,
  chipAuthenticationKeys,
  chipAuthenticationSuites,
  ecdhPublicKey,
} from '../chip-authentication/chip-authentication-keys.ts';
import type { OfferedPace } from './chip-files.ts';
import { dotted, objectsOf } from './received-objects.ts';

/** A key for agreement that a chip does not give away, on an elliptic curve. */
export interface AgreementKey {
  readonly privateKey: KeyObject;
  readonly cipher: OfferedPace['cipher'];
  /** its number, where DG14 has to name one */
  readonly keyId?: number | undefined;
}

const ciphers: readonly OfferedPace['cipher'][] = ['aes-256', 'aes-192', 'aes-128', '3des'];
const whole = (value: number) => encodeTlv(0x02, encodeInteger(value));
const object = (dotted: string) => encodeTlv(0x06, encodeObjectIdentifier(dotted));
const oidOf = ({ cipher }: AgreementKey): string => chipAuthenticationSuites[ciphers.indexOf(cipher)]![0];

/** What DG14 says of such a key: two SecurityInfos. @param publicKey SubjectPublicKeyInfo, DER */
export function agreementInfos(key: AgreementKey, publicKey: Uint8Array): readonly Uint8Array[] {
  const id = key.keyId === undefined ? [] : [whole(key.keyId)];
  return [
    encodeTlv(0x30, object(oidOf(key)), whole(1), ...id),
    encodeTlv(0x30, object(ecdhPublicKey), publicKey, ...id),
  ];
}

/** The chip's side of chip authentication (ICAO 9303-11 section 6.2). */
export class ChipAgreement {
  private chosen = false;
  private readonly offered: ChipAuthenticationKey | undefined;

  /** @param dg14 what the chip says of its key */
  constructor(
    private readonly key: AgreementKey | undefined,
    dg14: Uint8Array | undefined,
  ) {
    this.offered = dg14 && chipAuthenticationKeys(dg14)[0];
  }

  /** MSE:Set AT. @returns the status word */
  choose(data: Uint8Array): number {
    const objects = objectsIn(data);
    const oid = objects?.get(environmentTags.oid);
    if (!objects || !oid) return 0x6a80;
    const fits = this.key && this.offered && dotted(oid) === oidOf(this.key) && this.isMeant(objects);
    this.chosen = fits === true;
    return this.chosen ? 0x9000 : 0x6a88;
  }

  /** GENERAL AUTHENTICATE after that. @returns the keys of the new session; undefined where there is none */
  authenticate(data: Uint8Array): SessionKeys | undefined {
    if (!this.chosen) return undefined;
    this.chosen = false;
    const dynamic = objectsIn(data)?.get(authenticationData);
    const theirs = dynamic && objectsIn(dynamic)?.get(stepTags.encryptedNonce);
    return theirs && this.agreed(theirs);
  }

  /** MSE:Set KAT: both in one, with triple DES. */
  agree(data: Uint8Array): SessionKeys | undefined {
    const objects = objectsIn(data);
    const theirs = objects?.get(environmentTags.ephemeralKey);
    if (!objects || !theirs || this.key?.cipher !== '3des' || !this.isMeant(objects)) return undefined;
    return this.agreed(theirs);
  }

  /** Whether MSE:Set AT came before, and GENERAL AUTHENTICATE is for this. */
  get isChosen(): boolean {
    return this.chosen;
  }

  private isMeant(objects: ReadonlyMap<number, Uint8Array>): boolean {
    const reference = objects.get(environmentTags.keyReference);
    const { keyId } = this.key ?? {};
    if (keyId === undefined) return reference === undefined;
    return reference !== undefined && Buffer.from(reference).equals(Buffer.from(encodeInteger(keyId)));
  }

  private agreed(theirs: Uint8Array): SessionKeys | undefined {
    const { key, offered } = this;
    const point = offered?.parameters.point(theirs);
    return key && offered && point ? paceSession(offered.suite, point.multiply(scalarOf(key.privateKey))) : undefined;
  }
}

/** The number that a private key is: the second member of ECPrivateKey (RFC 5915 section 3). */
function scalarOf(key: KeyObject): bigint {
  const members = parseChildren(parseTlv(key.export({ format: 'der', type: 'sec1' })).value, 8);
  return BigInt(`0x${Buffer.from(members[1]!.value).toString('hex')}`);
}

const objectsIn = (data: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined => {
  const objects = objectsOf(data);
  return objects && new Map(objects.map(({ tag, value }) => [tag, value]));
};
