import { randomBytes } from 'node:crypto';
import type { SubscriptionProfile } from '../index.ts';

/** A subscription of Aozora Mobile in the network of tests, 001-01, with keys of its own. */
export const sampleSubscription: SubscriptionProfile = {
  iccid: '8981001234567890125',
  imsi: '001011234567895',
  mncLength: 2,
  msisdn: '819012345678',
  ki: randomBytes(16),
  opc: randomBytes(16),
  pin1: '1234',
  pin1Enabled: false,
  puk1: '12345678',
  pin2: '5678',
  puk2: '87654321',
  adm1: '11223344',
  spn: 'Aozora',
};
