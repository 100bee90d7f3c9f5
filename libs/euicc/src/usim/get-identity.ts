import { AkaError, conceal, type EciesProfile, newEphemeralKeyPair, PROTECTION_SCHEME } from '@tegata/aka';
import { encodeTlv } from '@tegata/der';
import { decodeImsi, ProfilePackageError } from '@tegata/profile-package';
import { packPlmn } from '@tegata/rsp';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { FilePath } from '../profile/card-file.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import { type CommandContext, done } from './card-session.ts';
import { type ProtectionChoice, protectionChoices } from './suci-calc-info.ts';
import { requireUser } from './user-verification.ts';
import { hasService, USIM_SERVICE } from './usim-services.ts';

/** P2 without its highest bit, which says that the reference is one of the application: the context of a SUCI. */
const SUCI_CONTEXT = 0x01;
const APPLICATION_REFERENCE = 0x80;
/** Tag of the answer. */
const SUCI = 0xa1;
/** Type of identity of 3GPP TS 24.501 section 9.11.3.4: a SUCI, of an IMSI. */
const SUCI_OF_IMSI = 0x01;

const EF_IMSI = '6F07';
const EF_AD = '6FAD';
const ROUTING_INDICATOR = ['5FC0', '4F0A'] as const;
/** Keys for the USIM's own use; EF.SUCI_Calc_Info in DF.5GS is for terminals. */
const SUCI_CALC_INFO_USIM = ['5FD0', '4F01'] as const;

const profiles: Readonly<Partial<Record<number, EciesProfile>>> = {
  [PROTECTION_SCHEME.profileA]: 'profileA',
  [PROTECTION_SCHEME.profileB]: 'profileB',
};

/**
 * GET IDENTITY (3GPP TS 31.102 section 7.5): the SUCI, where EF.UST says that the USIM calculates it (services 124 and 125). The
 * scheme is the first one of EF.SUCI_Calc_Info_USIM that can be used. Where the USIM does not calculate, the
 * terminal does, with the keys in DF.5GS.
 *
 * @throws StatusWordError 6985 where it does not, or a file for it is missing or empty; 6982 before the user's PIN
 */
export function getIdentity(context: CommandContext, { p1, p2, data }: CommandApdu): ResponseApdu {
  const { channel, profile, random } = context;
  if (p1 !== 0 || (p2 & ~APPLICATION_REFERENCE) !== SUCI_CONTEXT) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  if (data.length > 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const application = profile.tree.applicationOf(channel.directory)?.path;
  if (application === undefined) throw unavailable();
  const { subscriptionIdentifierPrivacy, suciCalculationByUsim } = USIM_SERVICE;
  const services = [subscriptionIdentifierPrivacy, suciCalculationByUsim];
  if (!services.every((service) => hasService(profile, application, service))) throw unavailable();
  requireUser(context, application);

  const { plmn, msin } = subscriber(profile, application);
  const routing = contentAt(profile, application, ROUTING_INDICATOR);
  // Four octets, of which two are in use; without a valid digit the indicator is 0 (3GPP TS 23.003 section 2.2B).
  const routingIndicator = ((routing[0] ?? 0xff) & 0x0f) > 9 ? Uint8Array.of(0xf0, 0xff) : routing.subarray(0, 2);
  for (const choice of protectionChoices(contentAt(profile, application, SUCI_CALC_INFO_USIM))) {
    const output = schemeOutput(choice, msin, random);
    if (output === undefined) continue;
    const scheme = Uint8Array.of(choice.scheme, choice.key?.identifier ?? 0);
    const suci = Buffer.concat([Uint8Array.of(SUCI_OF_IMSI), plmn, routingIndicator, scheme, output]);
    return done(encodeTlv(SUCI, suci));
  }
  throw unavailable();
}

/** Undefined for a scheme or a key that can't be used. */
function schemeOutput(
  { scheme, key }: ProtectionChoice,
  msin: Uint8Array,
  random: CommandContext['random'],
): Uint8Array | undefined {
  if (scheme === PROTECTION_SCHEME.null) return msin;
  const profile = profiles[scheme];
  if (profile === undefined || key === undefined) return undefined;
  try {
    return conceal(profile, msin, key.publicKey, newEphemeralKeyPair(profile, random));
  } catch (error) {
    if (error instanceof AkaError && error.code === 'BAD_KEY') return undefined;
    throw error;
  }
}

/** Home network and MSIN, as a 5GS mobile identity has them: digits two to an octet, the first one low. */
function subscriber(profile: StoredProfile, application: FilePath): { plmn: Uint8Array; msin: Uint8Array } {
  const mncLength = contentAt(profile, application, [EF_AD])[3] === 3 ? 3 : 2;
  let imsi: string;
  try {
    imsi = decodeImsi(contentAt(profile, application, [EF_IMSI]));
  } catch (error) {
    if (error instanceof ProfilePackageError) throw unavailable();
    throw error;
  }
  const msin = imsi.slice(3 + mncLength);
  if (msin === '') throw unavailable();
  return { plmn: packPlmn(imsi.slice(0, 3 + mncLength)), msin: swapped(msin) };
}

function swapped(digits: string): Uint8Array {
  return Buffer.from((digits.length % 2 === 0 ? digits : `${digits}f`).replaceAll(/(.)(.)/g, '$2$1'), 'hex');
}

/** Content of a file of the application. The USIM itself reads it, whatever its access rule lets terminals do. */
function contentAt(profile: StoredProfile, application: FilePath, path: readonly string[]): Uint8Array {
  const file = profile.tree.descend(application, path);
  if (file === undefined) throw unavailable();
  return profile.content(file.path);
}

function unavailable(): StatusWordError {
  return new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
}
