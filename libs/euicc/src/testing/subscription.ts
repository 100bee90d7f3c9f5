import { deriveOpc } from '@tegata/aka';
import {
  type AlgoParameter,
  buildProfilePackage,
  makeProfileElement,
  readProfilePackage,
  type SubscriptionProfile,
} from '@tegata/profile-package';

/** Keys of the subscription, as the operator's authentication centre has them. */
export const KI: Uint8Array = Buffer.from('465B5CE8B199B49FAA5F0A2EE238A6BC', 'hex');
export const OPC: Uint8Array = deriveOpc(KI, Buffer.from('CDC202D5123E20F62B6D676AC72CB318', 'hex'));

export const SUBSCRIPTION: SubscriptionProfile = {
  iccid: '8981001234567890125',
  imsi: '001011234567895',
  mncLength: 2,
  msisdn: '819012345678',
  ki: KI,
  opc: OPC,
  pin1: '1234',
  pin1Enabled: true,
  puk1: '12345678',
  pin2: '5678',
  puk2: '87654321',
  adm1: '11223344',
  spn: 'Aozora',
};

/** Keys of its security domain for SCP80, version 1. */
export const MNO_SD: NonNullable<SubscriptionProfile['mnoSecurityDomain']> = {
  encryption: Buffer.from('0F0E0D0C0B0A09080706050403020100', 'hex'),
  integrity: Buffer.from('1F1E1D1C1B1A19181716151413121110', 'hex'),
  keyEncryption: Buffer.from('2F2E2D2C2B2A29282726252423222120', 'hex'),
};

/** The package of a subscription of the carrier: USIM with Milenage, PIN asked for. */
export function subscriptionPackage(change: Partial<SubscriptionProfile> = {}): Uint8Array {
  return buildProfilePackage({ ...SUBSCRIPTION, ...change });
}

/** The same with another algorithm or other keys, which the header does not tell of. */
export function packageWithAlgorithm(algorithm: Partial<AlgoParameter>): Uint8Array {
  const elements = readProfilePackage(subscriptionPackage()).elements.map((element) => {
    if (element.type !== 'akaParameter' || element.body.algoConfiguration.kind !== 'algoParameter') return element.raw;
    const { raw: _, ...own } = element.body.algoConfiguration.value;
    const body = {
      header: element.body.header,
      algoConfiguration: { kind: 'algoParameter' as const, value: { ...own, ...algorithm } },
    };
    return makeProfileElement({ type: 'akaParameter', body }).raw;
  });
  return Buffer.concat(elements);
}
