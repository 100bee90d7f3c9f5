import { buildProfilePackage } from '@tegata/profile-package';

/** A package that profiles can be made of, with an own of every value that a row replaces. DER. */
export const templatePackage = (): Uint8Array =>
  buildProfilePackage({
    iccid: '8981999000000000991',
    imsi: '001011111111111',
    mncLength: 2,
    ki: Buffer.alloc(16),
    opc: Buffer.alloc(16),
    pin1: '0000',
    puk1: '00000000',
    pin2: '0000',
    puk2: '00000000',
    adm1: '00000000',
    spn: 'Template',
    mnoSecurityDomain: {
      encryption: Buffer.alloc(16, 1),
      integrity: Buffer.alloc(16, 2),
      keyEncryption: Buffer.alloc(16, 3),
    },
  });
