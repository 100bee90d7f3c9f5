import type { DeclaredAttribute } from '@tegata/contracts/authentication-v1';
import { foldedAddress } from '@tegata/ekyc';
import { comparedValue } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { ExaminedEvidence } from './evidence-kind.ts';

/**
 * Names of what the applicant has typed that the evidence does not show so: names in other letters than its own, an address that is not on it,
 * and of both what goes on where the document ends. The certificate has what the evidence says; the carrier's record has what was typed.
 * @param required names of attributes that the carrier has as the evidence shows them, or not at all
 * @throws ServiceError FAILED_PRECONDITION (ATTRIBUTE_UNCONFIRMED)
 */
export function unconfirmedAttributes(
  declared: readonly DeclaredAttribute[],
  attributes: ExaminedEvidence['attributes'],
  required: readonly string[],
): string[] {
  const confirmed = new Map(attributes.map(({ name, value }) => [name, formOf(name, value)]));
  const unconfirmed = declared
    .map(({ name, value }) => ({ name, typed: formOf(name, value) }))
    .filter(({ name, typed }) => typed !== '' && typed !== confirmed.get(name))
    .map(({ name }) => name);
  if (required.some((name) => unconfirmed.includes(name))) throw refusal('ATTRIBUTE_UNCONFIRMED');
  return unconfirmed;
}

/** Addresses may be spelt in several ways; a register's spelling is the one that is certified. */
const formOf = (name: string, value: string): string =>
  name === 'address' ? foldedAddress(value) : comparedValue(name, value);
