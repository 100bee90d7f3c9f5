import { timingSafeEqual } from 'node:crypto';
import { encodeTlv, type Tlv } from '@tegata/der';
import type { ResponseApdu } from '../chip-access/apdu.ts';
import type { Point } from '../chip-access/domain-parameters.ts';
import { authenticationData, stepTags } from '../chip-access/pace.ts';
import {
  authenticationToken,
  type EphemeralKey,
  ephemeralKey,
  mapNonce,
  nonceOctets,
  paceSession,
  passwordKey,
} from '../chip-access/pace-agreement.ts';
import type { SessionKeys } from '../chip-access/secure-messaging.ts';
import type { PaceProtocol } from '../chip-access/security-infos.ts';
import { dotted, objectsOf } from './received-objects.ts';

/** Passwords by their references (ICAO 9303-11 section 4.4.4.1). */
export type ChipPasswords = ReadonlyMap<number, Uint8Array>;

/** What has been agreed on so far; the next step is the only one that is taken. */
type Progress =
  | { readonly at: 'chosen' }
  | { readonly at: 'nonce'; readonly nonce: Uint8Array }
  | { readonly at: 'mapped'; readonly generator: Point }
  | { readonly at: 'agreed'; readonly keys: SessionKeys; readonly ours: Point; readonly theirs: Point };

export interface PaceAnswer {
  readonly response: ResponseApdu;
  /** the keys of the session, after the last step */
  readonly keys?: SessionKeys;
}

const refused = (statusWord: number): PaceAnswer => ({ response: { data: new Uint8Array(), statusWord } });

/** The chip's side of one run of PACE (ICAO 9303-11 section 4.4). */
export class ChipPace {
  private progress: Progress = { at: 'chosen' };

  private constructor(
    private readonly protocol: PaceProtocol,
    private readonly password: Uint8Array,
    private readonly random: (octets: number) => Uint8Array,
  ) {}

  /** MSE:Set AT. @returns the status word for a protocol or password that the chip does not have */
  static choose(
    data: Uint8Array,
    offered: readonly PaceProtocol[],
    passwords: ChipPasswords,
    random: (octets: number) => Uint8Array,
  ): ChipPace | number {
    const objects = new Map(objectsOf(data)?.map(({ tag, value }) => [tag, value]));
    const [oid, reference, id] = [objects.get(0x80), objects.get(0x83)?.[0], objects.get(0x84)?.[0]];
    if (!oid || reference === undefined) return 0x6a80;
    const protocol = offered.find((one) => one.oid === dotted(oid) && (id === undefined || one.parameters.id === id));
    const password = passwords.get(reference);
    return protocol && password ? new ChipPace(protocol, password, random) : 0x6a88;
  }

  /** GENERAL AUTHENTICATE. After a step that failed there is none but a new start. */
  step(data: Uint8Array): PaceAnswer {
    const { progress } = this;
    this.progress = { at: 'chosen' };
    const object = dynamicData(data);
    if (object === undefined) return refused(0x6a80);
    switch (progress.at) {
      case 'chosen':
        return object === 'empty' ? this.sendNonce() : refused(0x6985);
      case 'nonce':
        return this.map(progress.nonce, this.received(object, stepTags.terminalMapping));
      case 'mapped':
        return this.agree(progress.generator, this.received(object, stepTags.terminalKey));
      case 'agreed':
        return this.conclude(progress, object);
    }
  }

  private sendNonce(): PaceAnswer {
    const { suite } = this.protocol;
    const nonce = this.random(nonceOctets);
    this.progress = { at: 'nonce', nonce };
    const key = passwordKey(suite, this.password);
    return answer(stepTags.encryptedNonce, suite.encrypt(key, new Uint8Array(suite.blockOctets), nonce));
  }

  private map(nonce: Uint8Array, theirs: Point | undefined): PaceAnswer {
    const { parameters } = this.protocol;
    const key = ephemeralKey(parameters, parameters.generator, this.random);
    const generator = theirs && mapNonce(parameters, nonce, key, theirs);
    if (!generator) return refused(0x6a80);
    this.progress = { at: 'mapped', generator };
    return answer(stepTags.chipMapping, key.publicKey.toBytes(false));
  }

  private agree(generator: Point, theirs: Point | undefined): PaceAnswer {
    const key: EphemeralKey = ephemeralKey(this.protocol.parameters, generator, this.random);
    if (!theirs || theirs.equals(key.publicKey)) return refused(0x6a80);
    const keys = paceSession(this.protocol.suite, theirs.multiply(key.scalar));
    this.progress = { at: 'agreed', keys, ours: key.publicKey, theirs };
    return answer(stepTags.chipKey, key.publicKey.toBytes(false));
  }

  private conclude({ keys, ours, theirs }: Progress & { at: 'agreed' }, object: Tlv | 'empty'): PaceAnswer {
    const expected = authenticationToken(this.protocol, keys, ours);
    const token = object === 'empty' || object.tag !== stepTags.terminalToken ? undefined : object.value;
    if (!token || token.length !== expected.length || !timingSafeEqual(token, expected)) return refused(0x6300);
    return { ...answer(stepTags.chipToken, authenticationToken(this.protocol, keys, theirs)), keys };
  }

  private received(object: Tlv | 'empty', tag: number): Point | undefined {
    return object === 'empty' || object.tag !== tag ? undefined : this.protocol.parameters.point(object.value);
  }
}

const answer = (tag: number, value: Uint8Array): PaceAnswer => ({
  response: { data: encodeTlv(authenticationData, encodeTlv(tag, value)), statusWord: 0x9000 },
});

/** The one object in dynamic authentication data, `empty` where there is none. */
function dynamicData(data: Uint8Array): Tlv | 'empty' | undefined {
  const [outer, ...more] = objectsOf(data) ?? [];
  const inner = outer?.tag === authenticationData && more.length === 0 ? objectsOf(outer.value) : undefined;
  return inner && (inner[0] ?? 'empty');
}
