import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import { buildIdentityCertificate } from '@tegata/identity';
import { ensurePki, loadAuthenticationKeys, loadEum, type ManufacturedEuicc, manufactureEuicc } from '@tegata/pki';
import { randomSerialNumber } from '@tegata/x509';
import type { EuiccMaterial } from '../ecasd/euicc-material.ts';
import { NOW } from './test-euicc.ts';

/** A deployment of Tegata as far as an eUICC sees it: who makes it, and who issues identity certificates for it. */
export interface Deployment {
  manufacture(): Promise<ManufacturedEuicc>;
  /** Serialised IssuedCertificate for an eUICC. */
  issueIdentity(to: { readonly eid: string; readonly key: ManufacturedEuicc }): Promise<Uint8Array>;
}

export async function makeDeployment(): Promise<Deployment> {
  const directory = mkdtempSync(join(tmpdir(), 'tegata-euicc-'));
  try {
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers: [],
      relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
      authentication: { organisation: 'Tegata Identity' },
      operators: [],
    };
    await ensurePki(directory, plan, { at: NOW, random: randomBytes, curve: 'P-256' });
    const eum = await loadEum(directory, { at: NOW });
    const { issuingCa } = await loadAuthenticationKeys(directory, { at: NOW });
    return {
      manufacture: () => manufactureEuicc(eum, { random: randomBytes, at: NOW }),
      issueIdentity: async ({ eid, key }) => {
        const identity = await buildIdentityCertificate({
          issuer: issuingCa.certificate,
          key: issuingCa.key,
          serialNumber: randomSerialNumber(randomBytes),
          notBefore: NOW,
          notAfter: new Date(NOW.getTime() + 365 * 86_400_000),
          verifiedAt: NOW,
          eid,
          euiccPublicKey: key.euiccCertificate.publicKey,
          method: 'document-and-id-photo',
          evidenceClass: 'document-image',
          assuranceLevel: 1,
          attributes: [],
        });
        const certificateChain = [identity.raw, issuingCa.certificate.raw].map((raw) => Buffer.from(raw));
        return IssuedCertificate.encode({ certificateChain, attributeOpenings: [] }).finish();
      },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What such an eUICC leaves the factory with. */
export function materialOf(made: ManufacturedEuicc): EuiccMaterial {
  const { eid, ciCertificates } = made;
  return { eid, ciCertificates, credentials: [made], rootDsAddress: 'relay.tegata.example' };
}
