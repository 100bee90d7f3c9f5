import { readFileSync } from 'node:fs';
import { attributeNames } from './contract-desk/application-attributes.ts';
import { evidenceKinds, methods } from './contract-desk/requirements.ts';

/** What a carrier accepts of an applicant. */
export interface ContractPolicy {
  /** Evidence classes accepted in place of an identity certificate, for example `document-image`. */
  readonly acceptedEvidence: readonly string[];
  /** Kinds of local authentication accepted, for example `password`. */
  readonly acceptedMethods: readonly string[];
  /** Age of a local authentication above which it is refused, in seconds. */
  readonly assertionMaxAgeSeconds: number;
  /** Age of an identity verification above which its certificate leads to a step-up, in days. */
  readonly certificateMaxAgeDays: number;
  /** Least assurance level of an identity certificate. */
  readonly minimumAssuranceLevel: number;
  /** Attributes that a certificate has to disclose, as they were typed; none where it is left out. */
  readonly requiredAttributes?: readonly string[];
  /** Age of the status list above which certificates lead to a step-up, in hours. */
  readonly statusMaxAgeHours: number;
}

/** Who runs an SM-DP+, the service provider of its profiles: the same program serves any, with another of these. */
export interface ServiceProvider {
  /** Short name, part of its service identity: lower-case letters, digits, hyphen. */
  readonly name: string;
  /** Name for people; also the service provider name of its profiles (at most 32 characters). */
  readonly displayName: string;
  /** Address (FQDN) of its SM-DP+ and contract desk. */
  readonly address: string;
  /** Object identifier of its SM-DP+, dotted. */
  readonly oid: string;
  readonly plmn: { readonly mcc: string; readonly mnc: string };
  /** First digits of its ICCIDs: 89, country code, issuer. */
  readonly iccidPrefix: string;
  /** First digits of its numbers, with country code. */
  readonly msisdnPrefix: string;
}

/** A service provider that makes contracts with people, too. */
export interface Carrier extends ServiceProvider {
  readonly policy: ContractPolicy;
}

/** A carrier file that can't be used. The message names the member. */
export class CarrierFileError extends Error {
  override readonly name = 'CarrierFileError';
}

const members: Readonly<Record<string, RegExp>> = {
  name: /^[a-z][a-z0-9-]{0,31}$/,
  displayName: /^.{1,32}$/u,
  address: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  oid: /^[0-2](\.\d+)+$/,
  'plmn.mcc': /^\d{3}$/,
  'plmn.mnc': /^\d{2,3}$/,
  iccidPrefix: /^89\d{3,9}$/,
  msisdnPrefix: /^[1-9]\d{2,9}$/,
};
/** Whole numbers from 1 to at most so much. */
const numbers: Readonly<Record<string, number>> = {
  assertionMaxAgeSeconds: 86_400,
  certificateMaxAgeDays: 36_500,
  minimumAssuranceLevel: 4,
  statusMaxAgeHours: 876_000,
};
/** Lists, and the names that may be in them: one that nobody knows would be left out, and a list without any accepts all. */
const lists: Readonly<Record<string, readonly string[]>> = {
  acceptedEvidence: Object.keys(evidenceKinds),
  acceptedMethods: Object.keys(methods),
};

/**
 * Reads a carrier file (JSON with the members of {@link Carrier}).
 * @throws CarrierFileError naming the first member that is missing or malformed.
 */
export function readCarrier(file: string): Carrier {
  const carrier = readServiceProvider(file);
  for (const [name, most] of Object.entries(numbers)) {
    const value = member(carrier, `policy.${name}`);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
      throw new CarrierFileError(`carrier file ${file}: policy.${name} must be a whole number from 1 to ${most}`);
    }
  }
  for (const [name, known] of Object.entries(lists)) {
    const value = member(carrier, `policy.${name}`);
    if (!Array.isArray(value) || value.length === 0 || !value.every((entry) => known.includes(entry as string))) {
      throw new CarrierFileError(`carrier file ${file}: policy.${name} must be a list of ${known.join(', ')}`);
    }
  }
  const required = member(carrier, 'policy.requiredAttributes') ?? [];
  if (!Array.isArray(required) || !required.every((entry) => attributeNames.includes(entry as string))) {
    throw new CarrierFileError(
      `carrier file ${file}: policy.requiredAttributes must be a list of ${attributeNames.join(', ')}`,
    );
  }
  return carrier as Carrier;
}

/**
 * Reads as much of a carrier file as an SM-DP+ alone needs: all members but `policy`.
 * @throws CarrierFileError naming the first member that is missing or malformed.
 */
export function readServiceProvider(file: string): ServiceProvider {
  let provider: unknown;
  try {
    provider = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CarrierFileError(`carrier file ${file} can't be read as JSON`, { cause });
  }
  for (const [path, form] of Object.entries(members)) {
    const value = member(provider, path);
    if (typeof value !== 'string' || !form.test(value)) {
      throw new CarrierFileError(`carrier file ${file}: ${path} must match ${form.source}`);
    }
  }
  return provider as ServiceProvider;
}

function member(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[name] : undefined,
      value,
    );
}
