import type { Applicant } from '@tegata/contracts/management-v1';
import type { TypedAttribute } from '@tegata/identity';

/** Attributes of an application, by the names that certificates have for them. */
export const attributeNames: readonly string[] = ['family_name', 'given_name', 'birth_date', 'address'];

/** What the applicant typed, under the names that certificates have. */
export function applicationAttributes(applicant: Applicant | undefined): TypedAttribute[] {
  if (!applicant) return [];
  const { year = 0, month = 0, day = 0 } = applicant.birthDate ?? {};
  const two = (number: number) => String(number).padStart(2, '0');
  return [
    { name: 'family_name', value: applicant.familyName },
    { name: 'given_name', value: applicant.givenName },
    { name: 'birth_date', value: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}` },
    { name: 'address', value: applicant.address },
  ];
}
