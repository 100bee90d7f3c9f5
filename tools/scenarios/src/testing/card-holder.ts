import { applicant } from './device.ts';

const { familyName, givenName, birthDate, address } = applicant;
const twoDigits = (number: number) => String(number).padStart(2, '0');

/** PIN of the cards of {@link cardHolder}. */
export const cardPin = 'TEGATA1';

/** The applicant of the stories, as the CA of their card that signs knows them. */
export const cardHolder = {
  name: `${familyName}　${givenName}`,
  birthDate: [birthDate.year, twoDigits(birthDate.month), twoDigits(birthDate.day)].join('-'),
  sex: 'F',
  address,
} as const;
