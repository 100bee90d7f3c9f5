/** What an invented passport says about an invented person. */
export interface InventedIdentity {
  readonly familyName: string;
  readonly givenName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: 'F' | 'M';
  readonly documentNumber: string;
  /** YYYY-MM-DD */
  readonly issueDate: string;
  /** YYYY-MM-DD */
  readonly expiryDate: string;
}

const thisYear = new Date().getUTCFullYear();
/** Documents are always in force: issued some years ago, valid for ten. */
const issuedIn = (monthAndDay: string, yearsAgo: number) => ({
  issueDate: `${thisYear - yearsAgo}-${monthAndDay}`,
  expiryDate: `${thisYear - yearsAgo + 10}-${monthAndDay}`,
});

/** What Japanese cards say about an invented person who lives in Japan. */
export interface InventedResident {
  readonly name: string;
  /** as the residence card prints it */
  readonly latinName: string;
  readonly address: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: 'F' | 'M';
  readonly issueDate: string;
  readonly expiryDate: string;
  /** the first ten digits of a driving licence's number */
  readonly licence: string;
  readonly residenceCard: string;
}

/** A resident of nowhere: the address is that of no house, the numbers were given to nobody. */
export const SAMPLE_RESIDENT: InventedResident = {
  name: '関所 美央',
  latinName: 'SEKISHO MIO',
  address: '東京都千代田区霞が関9-8-7',
  birthDate: '1991-11-03',
  sex: 'F',
  ...issuedIn('02-14', 2),
  licence: '3023456789',
  residenceCard: 'UT12345678XX',
};

/** A person who can be rendered: a face out of a packaged photograph, and an identity that was made up for it. */
export interface SamplePerson {
  /** file of `@vladmandic/face-api/demo` */
  readonly photograph: string;
  /** middle of the face in the photograph, pixels, near enough to tell it from the others */
  readonly face: { readonly x: number; readonly y: number };
  readonly identity: InventedIdentity;
}

/** Everybody who can be rendered. Names, dates and numbers belong to nobody; UTO is the ICAO's code for Utopia. */
export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  {
    photograph: 'sample6.jpg',
    face: { x: 357, y: 636 },
    identity: {
      familyName: 'Himitsuyama',
      givenName: 'Nagisa',
      birthDate: '1996-04-12',
      sex: 'F',
      documentNumber: 'TG4029517',
      ...issuedIn('09-30', 3),
    },
  },
  {
    photograph: 'sample6.jpg',
    face: { x: 1590, y: 424 },
    identity: {
      familyName: 'Sekisho',
      givenName: 'Mio',
      birthDate: '1991-11-03',
      sex: 'F',
      documentNumber: 'TG7715046',
      ...issuedIn('02-14', 5),
    },
  },
  {
    photograph: 'sample3.jpg',
    face: { x: 695, y: 475 },
    identity: {
      familyName: 'Shukuba',
      givenName: 'Inês',
      birthDate: '1993-07-25',
      sex: 'F',
      documentNumber: 'TG1862330',
      ...issuedIn('05-08', 2),
    },
  },
];
