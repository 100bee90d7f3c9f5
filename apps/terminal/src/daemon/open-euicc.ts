import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Euicc, MemoryError } from '@tegata/euicc';
import { loadEum, manufactureEuicc, PkiError } from '@tegata/pki';
import type { NetworkFile } from '../network/network-file.ts';
import { TerminalError } from '../terminal-error.ts';

/** How the eUICC of a state folder is opened. */
export interface EuiccOpening {
  /** Folder of its memory. */
  readonly directory: string;
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
 * Errors: EUICC_BUSY, EUICC_MEMORY_DAMAGED, EUM_MATERIAL_MISSING, PKI_UNUSABLE, those of the network file.
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

async function manufacture({ directory, network, onManufactured }: EuiccOpening): Promise<Euicc> {
  const { pki, relay } = network();
  try {
    const at = new Date();
    const made = await manufactureEuicc(await loadEum(pki, { at }), { random: randomBytes, at });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: relay };
    const euicc = await Euicc.manufacture(material, { directory });
    onManufactured(eid);
    return euicc;
  } catch (error) {
    if (error instanceof MemoryError) throw explained(error, directory);
    if (error instanceof PkiError) throw explainedPki(error, pki);
    throw error;
  }
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
  if (cause.code === 'MISSING' && cause.entry.startsWith('rsp/eum')) {
    const message = `A new eUICC can't be made here: ${folder} has no EUM key and certificate.`;
    return new TerminalError('precondition', 'EUM_MATERIAL_MISSING', message, { cause });
  }
  return new TerminalError('precondition', 'PKI_UNUSABLE', `The PKI in ${folder} can't be used: ${cause.message}.`, {
    cause,
  });
}
