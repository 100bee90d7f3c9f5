import type { Encodable } from '@tegata/der';
import type { SecurityDomainSchema } from '../elements/application.ts';
import { badValue } from '../subscription/subscription-value.ts';
import type { MnoSecurityDomain } from './subscription-profile.ts';

const octets = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** AES, as the type of a key. */
const AES = octets('88');

/**
 * The MNO-SD (TCA profile format, section 8.6): package, class and instance have the AIDs that GlobalPlatform gives to
 * security domains and issuer, as in the TS.48 packages.
 */
const INSTANCE = {
  applicationLoadPackageAID: octets('A0000001515350'),
  classAID: octets('A000000151535041'),
  instanceAID: octets('A000000151000000'),
  // Security domain with PIN management; trusted path, authorised management, global delete, lock and registry.
  applicationPrivileges: octets('82DC00'),
  // Personalised.
  lifeCycleState: octets('0F'),
  // Installation parameters: secure channel 80 (SCP80) without further options.
  applicationSpecificParametersC9: octets('81028000'),
  // Priority 1, no timers, texts, menus or channels; packets need a checksum at least (SPI 02); TAR B20100 and 000000.
  applicationParameters: { uiccToolkit: octets('010000000002010206B2010000000000') },
} as const;

/** Instance and keys of the operator's security domain. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function mnoSecurityDomain({
  encryption,
  integrity,
  keyEncryption,
}: MnoSecurityDomain): Pick<Exclude<Encodable<typeof SecurityDomainSchema>, Uint8Array>, 'instance' | 'keyList'> {
  // Key usage: 18 and 14 are encryption and MAC of received packets, 48 encryption of keys (GlobalPlatform section 11.1.9).
  const keys = [
    { usage: '18', keyData: encryption },
    { usage: '14', keyData: integrity },
    { usage: '48', keyData: keyEncryption },
  ];
  return {
    instance: INSTANCE,
    keyList: keys.map(({ usage, keyData }, i) => {
      if (keyData.length !== 16) throw badValue('keys of the security domain have 16 octets');
      return {
        keyUsageQualifier: octets(usage),
        keyIdentifier: Uint8Array.of(i + 1),
        keyVersionNumber: Uint8Array.of(1),
        keyComponents: [{ keyType: AES, keyData }],
      };
    }),
  };
}
