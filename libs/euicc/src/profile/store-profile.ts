import {
  algorithmOf,
  configurationOf,
  type Directory,
  type ElementaryFile,
  type FileNode,
  type InstalledProfile,
  lenderOf,
} from '@tegata/profile-package';
import type { Transaction } from '../memory/memory.ts';
import { storeApplications } from './application-registry.ts';
import { type CardFile, type FilePath, MF_PATH } from './card-file.ts';
import {
  authenticationRecord,
  cdmaRecord,
  contentRecord,
  fileRecord,
  inProfile,
  nonStandardRecord,
  pinIdentifier,
  pinRecord,
  pukRecord,
  referenceText,
  sequenceNumbersRecord,
  sharedPinsRecord,
} from './profile-records.ts';

/** File descriptor octets of ETSI TS 102 221 section 11.1.1.4.3: shareable, and the structure. */
const DESCRIPTORS = {
  directory: 0x78,
  transparent: 0x41,
  'linear-fixed': 0x42,
  cyclic: 0x46,
  'ber-tlv': 0x79,
} as const;
/** Data coding octet. */
const DATA_CODING = 0x21;

/**
 * Puts everything that a package amounts to into a transaction, for the profile of this ISD-P.
 *
 * Security domains, applications, remote file management, keys of a CSIM and elements of one issuer are kept as they came.
 *
 * @throws ProfilePackageError when the eUICC lacks something the profile needs
 */
export function storeProfile(transaction: Transaction, isdpAid: string, profile: InstalledProfile): void {
  const { fileSystem, pins, puks, authentication, cdma, nonStandard } = profile;
  for (const node of fileSystem.nodes()) {
    const identifier = inProfile(isdpAid, cardPath(node.path));
    transaction.put(fileRecord, identifier, cardFile(node, profile));
    if (node.kind === 'ef' && node.linkedTo === undefined) {
      transaction.put(contentRecord, identifier, node.body.octets);
    }
  }
  const owners = new Map<unknown, FilePath>();
  for (const [directory, codes] of pins) {
    const path = cardPath(directory);
    const owner = owners.get(codes);
    if (owner !== undefined) {
      transaction.put(sharedPinsRecord, inProfile(isdpAid, path), owner);
      continue;
    }
    owners.set(codes, path);
    for (const [reference, { maximumAttempts, attemptsLeft, ...pin }] of codes) {
      const tries = { triesMaximum: maximumAttempts, triesLeft: attemptsLeft };
      transaction.put(pinRecord, pinIdentifier(isdpAid, path, reference), { ...pin, ...tries });
    }
  }
  for (const [reference, { value, maximumAttempts, attemptsLeft }] of puks) {
    const puk = { value, triesMaximum: maximumAttempts, triesLeft: attemptsLeft };
    transaction.put(pukRecord, inProfile(isdpAid, referenceText(reference)), puk);
  }
  for (const [path, parameter] of authentication) {
    const identifier = inProfile(isdpAid, cardPath(path));
    const algorithm = algorithmOf(profile, parameter);
    const lender = lenderOf(profile, parameter);
    transaction.put(authenticationRecord, identifier, {
      algorithm: algorithm.raw,
      parameter: parameter.raw,
      ...(lender !== undefined && { lender: cardPath(lender) }),
    });
    transaction.put(sequenceNumbersRecord, identifier, configurationOf(parameter, algorithm).accepted);
  }
  storeApplications(transaction, isdpAid, profile);
  for (const [path, { raw }] of cdma) transaction.put(cdmaRecord, inProfile(isdpAid, cardPath(path)), raw);
  nonStandard.forEach(({ raw }, i) => {
    transaction.put(nonStandardRecord, inProfile(isdpAid, String(i)), raw);
  });
}

/** Paths of the package begin below the MF, or at an ADF. */
function cardPath(path: string): FilePath {
  return path === MF_PATH ? path : MF_PATH + path.replaceAll('/', '');
}

/** What directories and EFs do not have in common. */
type OwnPart = Omit<CardFile, 'fileId' | 'lifeCycle' | 'accessRule'>;

function cardFile(node: FileNode, profile: InstalledProfile): CardFile {
  const common = {
    fileId: uint16(node.fid),
    lifeCycle: Uint8Array.of(node.lifeCycle),
    ...(node.access !== undefined && {
      accessRule: { fileId: uint16(node.access.file), record: node.access.record },
    }),
  };
  return node.kind === 'ef' ? { ...common, ...elementaryPart(node, profile) } : { ...common, ...directoryPart(node) };
}

function directoryPart(directory: Directory): OwnPart {
  const { kind, aid, pinReferences } = directory;
  return {
    structure: kind === 'adf' ? 'application' : 'directory',
    fileDescriptor: Uint8Array.of(DESCRIPTORS.directory, DATA_CODING),
    pinReferences: Uint8Array.from(pinReferences),
    ...(aid !== undefined && { applicationId: aid }),
    ...linkOf(directory),
  };
}

/** A linked directory has the files of another one. */
function linkOf(directory: Directory): { readonly linkedTo?: Uint8Array } {
  const [first] = directory.files.values();
  const owner = first?.parent;
  return owner === undefined || owner === directory ? {} : { linkedTo: Buffer.from(cardPath(owner.path), 'hex') };
}

function elementaryPart(file: ElementaryFile, profile: InstalledProfile): OwnPart {
  const { structure, recordLength, maximumSize } = file.body;
  return {
    structure,
    fileDescriptor: Uint8Array.of(DESCRIPTORS[structure], DATA_CODING),
    ...(file.sfi !== undefined && { shortFileId: file.sfi }),
    ...(recordLength > 0 && { recordLength }),
    ...(structure === 'ber-tlv' && { maximumSize }),
    ...(file.linkedTo !== undefined && { linkedTo: Buffer.from(cardPath(endOfLinks(profile, file)), 'hex') }),
  };
}

/** Path of the file that holds the content; `ProfileInstaller` has seen to it that every link ends. */
function endOfLinks(profile: InstalledProfile, file: ElementaryFile): string {
  let target = file;
  while (target.linkedTo !== undefined) target = profile.fileSystem.elementaryFile(target.linkedTo);
  return target.path;
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
