import {
  type AcceptedSequenceNumbers,
  type AuthenticationFunctions,
  decodeSequenceNumber,
  type FreshnessRules,
  type MilenageConstants,
  milenage,
  NO_SEQUENCE_NUMBERS,
  tuak,
  usimTestAlgorithm,
} from '@tegata/aka';
import { type AkaParameter, ALGORITHM, type AlgoParameter } from './elements/authentication.ts';
import type { InstalledProfile } from './installed-profile.ts';
import { ProfilePackageError } from './profile-package-error.ts';

/** What an application of a profile authenticates with. */
export interface AuthenticationConfiguration {
  readonly functions: AuthenticationFunctions;
  readonly rules: FreshnessRules;
  /** the card's sequence numbers right after installation */
  readonly accepted: AcceptedSequenceNumbers;
}

/** Bits of sqnOptions (TCA profile format, section 8.4.2): protection against wrap around, and the age limit. */
const WRAP_AROUND = 0x02;
const AGE_LIMIT = 0x04;
const SQN_OPTIONS_DEFAULT = 0x02;
const SQN_LIMIT_DEFAULT = 2n ** 28n;
const MAXIMUM_SEQ = 2n ** 43n - 1n;
/** Octets of RES by bits 1 to 3 of algorithmOptions. */
const RES_LENGTH: readonly number[] = [4, 8, 16, 32];
/** Octets of MAC by bits 4 and 5, with TUAK; bits 6 and 7 are set for CK and IK of 32 octets instead of 16. */
const MAC_LENGTH: readonly number[] = [8, 16, 32];
const LONG_CK = 0x20;
const LONG_IK = 0x40;
/** What AUTN and the answer of AUTHENTICATE have room for (3GPP TS 33.102 section 6.3.7, TS 31.102 section 7.1.2.1). */
const MAC_OCTETS = 8;
const KEY_OCTETS = 16;

/**
 * The authentication functions of the application at `path` (its ADF), and where its sequence numbers begin. An
 * application that borrows from another (mappingParameter) gets that one's.
 *
 * @throws ProfilePackageError `CODE_MISSING` without keys, `UNSUPPORTED_SERVICE` for unknown algorithms and sizes
 */
export function authenticationConfiguration(profile: InstalledProfile, path: string): AuthenticationConfiguration {
  const parameter = profile.authentication.get(path);
  if (parameter === undefined) throw new ProfilePackageError('CODE_MISSING', `no authentication keys for ${path}`);
  return configurationOf(parameter, algorithmOf(profile, parameter));
}

/**
 * Algorithm and keys of an application: its own, or those of the application it names.
 *
 * @throws ProfilePackageError `CODE_MISSING`
 */
export function algorithmOf(profile: InstalledProfile, parameter: AkaParameter): AlgoParameter {
  const { algoConfiguration } = parameter;
  if (algoConfiguration.kind === 'algoParameter') return algoConfiguration.value;
  const path = lenderOf(profile, parameter);
  const lender = path === undefined ? undefined : profile.authentication.get(path)?.algoConfiguration;
  if (lender?.kind !== 'algoParameter')
    throw new ProfilePackageError('CODE_MISSING', 'the keys to share are not there');
  return lender.value;
}

/** Path of the application whose keys another one borrows; undefined where the keys are its own. */
export function lenderOf(profile: InstalledProfile, { algoConfiguration }: AkaParameter): string | undefined {
  if (algoConfiguration.kind === 'algoParameter') return undefined;
  return profile.fileSystem.application(algoConfiguration.value.mappingSource)?.path;
}

/**
 * Functions, limits and first sequence numbers from an element and its algorithm (`algorithmOf`): for who keeps the two,
 * and not the whole profile.
 *
 * @throws ProfilePackageError `UNSUPPORTED_SERVICE`, `BAD_PARAMETER`
 */
export function configurationOf(parameter: AkaParameter, algorithm: AlgoParameter): AuthenticationConfiguration {
  const { sqnOptions, sqnDelta, sqnAgeLimit, sqnInit } = parameter;
  const options = sqnOptions?.[0] ?? SQN_OPTIONS_DEFAULT;
  const delta = limit(sqnDelta);
  const ageLimit = limit(sqnAgeLimit);
  // The test algorithm ignores them: a network simulator may begin anywhere.
  const limited = algorithm.algorithmID !== ALGORITHM.usimTestAlgorithm;
  return {
    functions: functionsOf(algorithm),
    rules: {
      ...(limited && (options & WRAP_AROUND) !== 0 && { delta }),
      ...(limited && (options & AGE_LIMIT) !== 0 && { ageLimit }),
    },
    accepted: sqnInit === undefined ? NO_SEQUENCE_NUMBERS : sqnInit.map(sequenceNumber),
  };
}

/**
 * How often the algorithm may be run with its key (authCounterMax); undefined for any number, as the test algorithm always has it. A
 * counter of zero would make a profile that can never attach, so that it is read as none.
 */
export function authenticationLimit({ algorithmID, authCounterMax }: AlgoParameter): number | undefined {
  if (authCounterMax === undefined || algorithmID === ALGORITHM.usimTestAlgorithm) return undefined;
  return Buffer.from(authCounterMax).readUIntBE(0, 3) || undefined;
}

function functionsOf({
  algorithmID,
  algorithmOptions,
  key,
  opc,
  numberOfKeccak = 1,
  ...constants
}: AlgoParameter): AuthenticationFunctions {
  switch (algorithmID) {
    case ALGORITHM.milenage:
      return milenage({ k: sized(key, 'K'), opc: sized(opc, 'OPc'), ...constantsOf(constants) });
    case ALGORITHM.tuak:
      return tuakOf({ key, opc, numberOfKeccak }, algorithmOptions[0] ?? 0);
    case ALGORITHM.usimTestAlgorithm:
      return usimTestAlgorithm(sized(key, 'K'), RES_LENGTH[(algorithmOptions[0] ?? 0) & 0x07] ?? 16);
    default:
      throw new ProfilePackageError('UNSUPPORTED_SERVICE', `authentication algorithm ${algorithmID}`);
  }
}

/** TUAK with the sizes of the options, as far as a USIM can give and take them. */
function tuakOf(
  { key, opc, numberOfKeccak }: Required<Pick<AlgoParameter, 'key' | 'opc' | 'numberOfKeccak'>>,
  options: number,
): AuthenticationFunctions {
  const res = RES_LENGTH[options & 0x07];
  const mac = MAC_LENGTH[(options >> 3) & 0x03];
  const ck = (options & LONG_CK) === 0 ? KEY_OCTETS : 2 * KEY_OCTETS;
  const ik = (options & LONG_IK) === 0 ? KEY_OCTETS : 2 * KEY_OCTETS;
  if (res === undefined || mac !== MAC_OCTETS || ck !== KEY_OCTETS || ik !== KEY_OCTETS) {
    throw new ProfilePackageError('UNSUPPORTED_SERVICE', 'sizes of TUAK that no AUTHENTICATE command has room for');
  }
  if (numberOfKeccak === 0) throw new ProfilePackageError('BAD_PARAMETER', 'TUAK without a single iteration');
  return tuak({ k: key, topc: opc, mac, res, ck, ik, iterations: numberOfKeccak });
}

function constantsOf({
  rotationConstants,
  xoringConstants,
}: Pick<AlgoParameter, 'rotationConstants' | 'xoringConstants'>): { readonly constants?: MilenageConstants } {
  if (rotationConstants === undefined && xoringConstants === undefined) return {};
  const [r1 = 64, r2 = 0, r3 = 32, r4 = 64, r5 = 96] = rotationConstants ?? [];
  if (rotationConstants?.some((rotation) => rotation > 127)) {
    throw new ProfilePackageError('UNSUPPORTED_SERVICE', 'a rotation of Milenage is above 127 bits');
  }
  const c = (i: number, standard: number) =>
    xoringConstants?.subarray(16 * i, 16 * (i + 1)) ??
    Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? standard : 0));
  return { constants: { rotations: [r1, r2, r3, r4, r5], constants: [c(0, 0), c(1, 1), c(2, 2), c(3, 4), c(4, 8)] } };
}

function sized(value: Uint8Array, what: string): Uint8Array {
  if (value.length !== 16) throw new ProfilePackageError('UNSUPPORTED_SERVICE', `${what} has not 16 octets`);
  return value;
}

function limit(octets: Uint8Array | undefined): bigint {
  return octets === undefined ? SQN_LIMIT_DEFAULT : sequenceNumber(octets);
}

/** SEQ without index, or a difference of two (section 8.4.2: at most `07FFFFFFFFFF`). */
function sequenceNumber(octets: Uint8Array): bigint {
  const value = decodeSequenceNumber(octets);
  if (value > MAXIMUM_SEQ) throw new ProfilePackageError('BAD_PARAMETER', 'a sequence number of more than 43 bits');
  return value;
}
