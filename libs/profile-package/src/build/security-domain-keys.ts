import type { ElementOf, ProfileElement, ProfileElementInput } from '../elements/profile-element.ts';
import type { ProfilePackage } from '../profile-package-reader.ts';
import { badValue } from '../subscription/subscription-value.ts';

/** Where a package has a symmetric key of a security domain. */
export interface SecurityDomainKeySlot {
  /** AID of the security domain's instance */
  readonly securityDomain: Uint8Array;
  /** key version number, 1 octet */
  readonly version: number;
  /** key identifier, 1 octet */
  readonly identifier: number;
  /** key type, 1 octet: 80 to 84 DES, 85 PSK of TLS, 88 AES, 90 and 91 HMAC (GlobalPlatform Card Specification, table 11-16) */
  readonly type: number;
  /** of the key, in octets */
  readonly length: number;
}

/** A symmetric key of a security domain, as an OTA platform needs it. */
export interface SecurityDomainKey extends Omit<SecurityDomainKeySlot, 'length'> {
  readonly key: Uint8Array;
}

/** Types of asymmetric keys begin here. */
const FIRST_ASYMMETRIC = 0xa0;

/**
 * The symmetric keys of all security domains of a package, in its order. Who knows one of them can send packets to the
 * profile, and those of published packages are known to everybody.
 */
export function securityDomainKeySlots({ elements }: ProfilePackage): SecurityDomainKeySlot[] {
  const keys = elements.flatMap((element) => (element.type === 'securityDomain' ? symmetricKeys(element.body) : []));
  return keys
    .filter((key, at) => keyInPlaceOf(key, keys) === keys[at])
    .map(({ key, ...place }) => ({ ...place, length: key.length }));
}

/** The element with other keys. Those that are not given stay. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` for another length */
export function withSecurityDomainKeys(
  { body }: ElementOf<'securityDomain'>,
  keys: readonly SecurityDomainKey[],
): ProfileElementInput | undefined {
  if (!symmetricKeys(body).some((key) => keyInPlaceOf(key, keys))) return undefined;
  const { instance, keyList = [] } = body;
  return {
    type: 'securityDomain',
    body: {
      ...body,
      keyList: keyList.map((object) => ({
        ...object,
        keyComponents: object.keyComponents.map((component) => {
          const replacement = keyInPlaceOf(keyOf(instance.instanceAID, object, component), keys);
          if (replacement === undefined) return component;
          if (replacement.key.length !== component.keyData.length)
            throw badValue(`a key of the security domain has ${component.keyData.length} octets`);
          return { ...component, keyData: replacement.key };
        }),
      })),
    },
  };
}

type Body = Extract<ProfileElement, { type: 'securityDomain' }>['body'];
type KeyObject = NonNullable<Body['keyList']>[number];
type KeyComponent = KeyObject['keyComponents'][number];

function symmetricKeys({ instance, keyList = [] }: Body): SecurityDomainKey[] {
  return keyList.flatMap((object) =>
    object.keyComponents
      .map((component) => keyOf(instance.instanceAID, object, component))
      .filter(({ type }) => type < FIRST_ASYMMETRIC),
  );
}

function keyOf(
  securityDomain: Uint8Array,
  { keyVersionNumber, keyIdentifier }: KeyObject,
  { keyType, keyData }: KeyComponent,
): SecurityDomainKey {
  const [version = 0, identifier = 0] = [keyVersionNumber[0], keyIdentifier[0]];
  // A type of several octets is one of the extended format, which is not known here.
  const type = keyType.length === 1 ? (keyType[0] ?? 0xff) : 0xff;
  return { securityDomain, version, identifier, type, key: keyData };
}

/** The first of some keys that has the place of this one. */
function keyInPlaceOf(place: SecurityDomainKey, keys: readonly SecurityDomainKey[]): SecurityDomainKey | undefined {
  if (place.type >= FIRST_ASYMMETRIC) return undefined;
  return keys.find(
    ({ securityDomain, version, identifier, type }) =>
      version === place.version &&
      identifier === place.identifier &&
      type === place.type &&
      Buffer.compare(securityDomain, place.securityDomain) === 0,
  );
}
