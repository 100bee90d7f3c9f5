import { randomBytes } from 'node:crypto';
import type { EuiccMaterial } from '../ecasd/euicc-material.ts';
import { Euicc, type EuiccOptions } from '../euicc.ts';
import type { MemoryFolder } from '../memory/memory-folder.ts';
import type { Processes } from '../memory/memory-lock.ts';
import { CrashingFolder } from './crashing-folder.ts';
import { vectorCertificate, vectorPrivateKey } from './vectors.ts';

/** A moment at which every certificate of the vectors is valid. */
export const NOW = new Date('2027-01-01T00:00:00Z');
export const EID = '89049032123451234512345678901235';

/** The eUICC of the SGP.26 test PKI. */
export function testMaterial(): EuiccMaterial {
  return {
    eid: EID,
    credentials: [
      {
        privateKey: vectorPrivateKey('EUICC_ECDSA_NIST'),
        euiccCertificate: vectorCertificate('EUICC_ECDSA_NIST'),
        eumCertificate: vectorCertificate('EUM_ECDSA_NIST'),
      },
    ],
    ciCertificates: [vectorCertificate('CI_ECDSA_NIST')],
    rootDsAddress: 'rootsmds.example.com',
  };
}

let processes = 0;

/** Every eUICC is run by a process of its own, and the ones before are dead. */
export function anotherProcess(): Processes {
  processes += 1;
  return { self: { host: 'test', pid: processes, began: '1' }, began: () => undefined };
}

/** Options of tests: a fixed clock, and guesses at passwords that cost next to nothing. */
export function testOptions(directory: MemoryFolder, more: Partial<EuiccOptions> = {}): EuiccOptions {
  return {
    directory,
    clock: () => NOW,
    random: randomBytes,
    hashCost: { costLog2: 10, blockSize: 1, parallelization: 1 },
    processes: anotherProcess(),
    ...more,
  };
}

/** A new eUICC, in a folder of its own in memory. */
export async function newEuicc(
  more: Partial<EuiccOptions> = {},
  material: Partial<EuiccMaterial> = {},
): Promise<{ readonly euicc: Euicc; readonly folder: CrashingFolder }> {
  const folder = new CrashingFolder();
  const euicc = await Euicc.manufacture({ ...testMaterial(), ...material }, testOptions(folder, more));
  return { euicc, folder };
}
