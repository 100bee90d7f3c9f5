import { toHex } from '@tegata/rsp';
import { MemoryError } from '../memory/memory-error.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import {
  COUNTER_OCTETS,
  type CommandPacket,
  openCommandPacket,
  parseCommandPacket,
} from '../secured-packet/command-packet.ts';
import { encodeResponsePacket, responseRoom, UNSECURED } from '../secured-packet/response-packet.ts';
import type { PacketKeys, PacketSecurity } from '../secured-packet/sealing.ts';
import { type ResponseStatus, SecuredPacketError } from '../secured-packet/secured-packet-error.ts';
import { isSufficient } from '../secured-packet/security-parameters.ts';
import { type KeySet, keySet } from './key-sets.ts';
import { type ReceivingApplication, receivingApplication } from './receiving-application.ts';
import { type RemoteApplication, runScript } from './remote-script.ts';

/** CNTR after which there is none: the counter is blocked. */
const LAST_COUNTER = 2 ** 40 - 1;

/** A response packet, and how it is asked for. */
export interface ProofOfReceipt {
  /** of a short message, header included */
  readonly userData: Uint8Array;
  readonly by: 'deliver-report' | 'submit';
}

/** What the receiving entity works with. */
export interface Surroundings {
  readonly profile: StoredProfile;
  /** what takes the commands of the packets for an application */
  readonly application: (receiving: ReceivingApplication) => RemoteApplication;
  /** octets of user data in which a response packet has to find room */
  readonly userDataOctets: (by: ProofOfReceipt['by']) => number;
}

/** What a response packet says, before it is secured. */
interface Outcome {
  readonly status: ResponseStatus;
  readonly counter: number;
  readonly data: Uint8Array;
  readonly security: PacketSecurity;
  readonly keys: PacketKeys;
}

/**
 * The receiving entity of ETSI TS 102 225: takes a command packet for an application of the enabled profile. In this order: the TAR is known, the security
 * level suffices (nothing is computed before), the keys are there, the packet is intact, the counter is as the SPI asks. The counter is in the memory
 * before the first command is executed.
 *
 * Response packets on refusals of packets that are not known to be intact are neither ciphered nor have RC/CC/DS: who does not have the keys gets nothing computed
 * with them. No refusal is a message of its own: neither a forged packet nor one that is sent again, from whatever address, has the terminal send anything.
 *
 * @param octets from CPL on
 * @returns undefined when no proof of receipt is asked for
 * @throws SecuredPacketError when it is no command packet at all, which nobody can be answered for
 */
export async function receive(surroundings: Surroundings, octets: Uint8Array): Promise<ProofOfReceipt | undefined> {
  const packet = parseCommandPacket(octets);
  const { when, by } = packet.securityParameters.proofOfReceipt;
  const { status, counter, data, security, keys } = await outcomeOf(surroundings, packet);
  if (when === 'never' || when === 'reserved' || (when === 'on-error' && status === 'POR_OK')) return undefined;
  const userData = encodeResponsePacket({ tar: packet.tar, counter, status, data }, security, keys);
  return { userData, by: status === 'POR_OK' ? by : 'deliver-report' };
}

async function outcomeOf(surroundings: Surroundings, packet: CommandPacket): Promise<Outcome> {
  const { securityParameters: asked, tar, kid } = packet;
  const counter = asked.ciphering ? 0 : Buffer.from(packet.sealed).readUIntBE(0, COUNTER_OCTETS);
  let outcome = { counter, data: new Uint8Array(0), security: UNSECURED, keys: {} };
  try {
    const application = receivingApplication(surroundings.profile, tar);
    if (application === undefined) throw new SecuredPacketError('TAR_UNKNOWN', 'no application has this TAR');
    const { minimumSecurityLevel: minimum, securityDomain } = application;
    if (minimum === undefined || !isSufficient(asked, minimum)) {
      throw new SecuredPacketError('INSUFFICIENT_SECURITY_LEVEL', 'the packet is secured less than it has to be');
    }
    const { proofOfReceipt } = asked;
    const set = keySet(securityDomain, packet, {
      ciphering: asked.ciphering || proofOfReceipt.ciphering,
      integrity: asked.integrity === 'cc' || proofOfReceipt.integrity === 'cc',
    });
    const security = { integrity: proofOfReceipt.integrity, ciphering: proofOfReceipt.ciphering, kid };
    const room = responseRoom(surroundings.userDataOctets(proofOfReceipt.by), security, set.keys);
    const { counter, data } = openCommandPacket(packet, set.keys);
    outcome = { ...outcome, counter, security, keys: set.keys };
    await takeCounter(surroundings.profile, securityDomain, set, packet, counter);
    return { ...outcome, status: 'POR_OK', data: await runScript(surroundings.application(application), data, room) };
  } catch (error) {
    if (error instanceof SecuredPacketError) return { ...outcome, status: error.code };
    if (error instanceof MemoryError && error.code === 'MEMORY_FULL') {
      return { ...outcome, status: 'INSUFFICIENT_MEMORY' };
    }
    throw error;
  }
}

/**
 * Counter management (ETSI TS 102 225 section 5.1.4). Only a packet with a cryptographic checksum moves the counter: with any other, who does not have the
 * keys could block it.
 *
 * @throws SecuredPacketError `CNTR_BLOCKED`, `CNTR_LOW`, `CNTR_HIGH`
 */
async function takeCounter(
  profile: StoredProfile,
  { instance }: ReceivingApplication['securityDomain'],
  { version, initialCounter }: KeySet,
  { securityParameters: { counter: mode, integrity } }: CommandPacket,
  counter: number,
): Promise<void> {
  if (mode === 'none' || mode === 'unchecked') return;
  const aid = toHex(instance.instanceAID);
  const last = profile.packetCounter(aid, version) ?? initialCounter;
  if (last >= LAST_COUNTER) throw new SecuredPacketError('CNTR_BLOCKED', 'the counter is at its end');
  if (counter <= last) throw new SecuredPacketError('CNTR_LOW', 'the counter is not higher than the last one');
  if (mode === 'one-higher' && counter !== last + 1) {
    throw new SecuredPacketError('CNTR_HIGH', 'the counter is more than one higher than the last one');
  }
  if (integrity === 'cc') await profile.updatePacketCounter(aid, version, counter);
}
