import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Euicc, type EuiccMaterial, MemoryError } from '@tegata/euicc';
import { loadEuicc, loadEum, manufactureEuicc, PkiError } from '@tegata/pki';
import type { NetworkFile } from '../network/network-file.ts';
import { TerminalError } from '../terminal-error.ts';

/** How the eUICC of a state folder is opened. */
export interface EuiccOpening {
  /** Folder of its memory. */
  readonly directory: string;
  /** EID of an eUICC whose material was imported into the PKI; absent: a new one is made. */
  readonly eid: string | undefined;
  /** The network, should an eUICC have to be made. */
  readonly network: () => NetworkFile;
  /** How long to wait for another process to give the memory back, in milliseconds. */
  readonly patienceMs: number;
  /** Told when a new eUICC was made. */
  readonly onManufactured: (eid: string) => void;
}

/**
 * Opens the eUICC. In a new state folder there is none yet: it is manufactured, once, from the EUM material of the network's PKI. What a
 * factory does for a real terminal happens here on first use.
 *
 * Errors: EUICC_BUSY, EUICC_MEMORY_DAMAGED, EUM_MATERIAL_MISSING, EUICC_MATERIAL_MISSING, PKI_UNUSABLE, those of the network file.
 */
export async function openEuicc(opening: EuiccOpening): Promise<Euicc> {
  const { directory, patienceMs } = opening;
  for (const end = performance.now() + patienceMs; ; await sleep(50)) {
    try {
      return await Euicc.open({ directory });
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      if (error.code === 'MEMORY_ABSENT') return manufacture(opening);
      if (error.code !== 'MEMORY_IN_USE' || performance.now() >= end) throw explained(error, directory);
    }
  }
}

async function manufacture({ directory, eid: wanted, network, onManufactured }: EuiccOpening): Promise<Euicc> {
  const { pki, relay } = network();
  try {
    const at = new Date();
    const identity = wanted === undefined ? await newIdentity(pki, at) : await importedIdentity(pki, wanted, at);
    const euicc = await Euicc.manufacture({ ...identity, rootDsAddress: relay ?? '' }, { directory });
    onManufactured(identity.eid);
    return euicc;
  } catch (error) {
    if (error instanceof MemoryError) throw explained(error, directory);
    if (error instanceof PkiError) throw explainedPki(error, pki);
    throw error;
  }
}

type Identity = Pick<EuiccMaterial, 'eid' | 'ciCertificates' | 'credentials'>;

async function newIdentity(pki: string, at: Date): Promise<Identity> {
  const made = await manufactureEuicc(await loadEum(pki, { at }), { random: randomBytes, at });
  const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
  return { eid, ciCertificates, credentials: [{ privateKey, euiccCertificate, eumCertificate }] };
}

/** The eUICC trusts the CIs of its sets alone, test CIs among them: what is in it was decided by who imported it. */
async function importedIdentity(pki: string, wanted: string, at: Date): Promise<Identity> {
  const { eid, credentials, cis } = await loadEuicc(pki, wanted, { at, acceptTestCis: true });
  return {
    eid,
    ciCertificates: cis,
    credentials: credentials.map(({ euicc, eumCertificate }) => ({
      privateKey: euicc.key.privateKey,
      euiccCertificate: euicc.certificate,
      eumCertificate,
    })),
  };
}

function explained(cause: MemoryError, directory: string): TerminalError {
  if (cause.code === 'MEMORY_IN_USE' || cause.code === 'MEMORY_EXISTS') {
    const message = `Another program has the eUICC in ${directory} open: ${cause.message}.`;
    return new TerminalError('busy', 'EUICC_BUSY', message, { cause });
  }
  const message = `The memory of the eUICC in ${directory} can't be used: ${cause.message}.`;
  return new TerminalError('internal', 'EUICC_MEMORY_DAMAGED', message, { cause });
}

function explainedPki(cause: PkiError, folder: string): TerminalError {
  if (cause.code === 'MISSING' && cause.entry.startsWith('rsp/sets/')) {
    const message = `The PKI in ${folder} has no such eUICC: ${cause.message}. Import it with tegata-admin pki import.`;
    return new TerminalError('precondition', 'EUICC_MATERIAL_MISSING', message, { cause });
  }
  if (cause.code === 'MISSING' && cause.entry.startsWith('rsp/eum')) {
    const message = `A new eUICC can't be made here: ${folder} has no EUM key and certificate.`;
    return new TerminalError('precondition', 'EUM_MATERIAL_MISSING', message, { cause });
  }
  return new TerminalError('precondition', 'PKI_UNUSABLE', `The PKI in ${folder} can't be used: ${cause.message}.`, {
    cause,
  });
}
