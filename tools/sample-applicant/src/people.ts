/** What an invented passport says about an invented person. */
export interface InventedIdentity {
  readonly familyName: string;
  readonly givenName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: 'F' | 'M';
  readonly documentNumber: string;
  /** YYYY-MM-DD */
  readonly expiryDate: string;
}

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
      familyName: 'Tegata',
      givenName: 'Aoi',
      birthDate: '1996-04-12',
      sex: 'F',
      documentNumber: 'TG4029517',
      expiryDate: '2033-09-30',
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
      expiryDate: '2031-02-14',
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
      expiryDate: '2034-05-08',
    },
  },
];
