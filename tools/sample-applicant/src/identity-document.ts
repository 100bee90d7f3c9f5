import { machineReadableZone } from './machine-readable-zone.ts';
import type { InventedIdentity } from './people.ts';
import type { Picture } from './portrait-photo.ts';
import { type PageDesign, photographedDocument } from './printed-page.ts';
import { type PrintedText, zoneLine } from './printed-text.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The data page, 125 x 88 mm at ten pixels a millimetre. */
const PAGE = { width: 1250, height: 880 };
/** Where the machine readable zone begins. */
const ZONE_TOP = 705;
const ZONE_LEFT = 66;

/** Draws the data page of an invented passport with a portrait, and photographs it. JPEG, about 250 KB. */
export function drawIdentityDocument(
  identity: InventedIdentity,
  portrait: Picture,
  random: SeededRandom,
): Promise<Uint8Array> {
  return photographedDocument(identityDocumentDesign(identity), portrait, random);
}

/** The data page before it is printed, ten pixels a millimetre. */
export function identityDocumentDesign(identity: InventedIdentity): PageDesign {
  return {
    ...PAGE,
    paper: '#f3efe4',
    photo: { left: 60, top: 170, width: 350, height: 450 },
    pattern: '#b9c9d6',
    drawn: zone(identity),
    lines: lettering(identity),
  };
}

/** What the page prints. */
function lettering(identity: InventedIdentity): PrintedText[] {
  const field = (name: string, text: string, left: number, top: number): PrintedText[] => [
    { text: name, left, top, size: 18, colour: '#5a6a76' },
    { text, left, top: top + 24, size: 32 },
  ];
  const heading = { top: 50, size: 46, colour: '#2b4a63' };
  return [
    { text: 'UTOPIA', left: 60, ...heading },
    { text: 'PASSPORT', left: 470, ...heading },
    { text: 'SPECIMEN  INVENTED PERSON', left: 60, top: 122, size: 18, colour: '#5a6a76' },
    ...field('Passport No.', identity.documentNumber, 470, 150),
    ...field('Surname', capitals(identity.familyName), 470, 232),
    ...field('Given names', capitals(identity.givenName), 470, 314),
    ...field('Nationality', 'UTOPIAN', 470, 396),
    ...field('Date of birth', day(identity.birthDate), 470, 478),
    ...field('Sex', identity.sex, 860, 478),
    ...field('Date of issue', day(identity.issueDate), 470, 560),
    ...field('Date of expiry', day(identity.expiryDate), 860, 560),
  ];
}

const capitals = (name: string) => name.toUpperCase();

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

/** A day as passports print it: 12 APR 1996. */
function day(date: string): string {
  const [year, month, number] = date.split('-');
  return `${number} ${months[Number(month) - 1]} ${year}`;
}

/** The machine readable zone, on plain paper. */
function zone(identity: InventedIdentity): string {
  const [upper, lower] = machineReadableZone(identity);
  const paper = `<rect x="0" y="${ZONE_TOP}" width="${PAGE.width}" height="${PAGE.height - ZONE_TOP}" fill="#f3efe4"/>`;
  return paper + zoneLine(upper, ZONE_LEFT, 775) + zoneLine(lower, ZONE_LEFT, 838);
}
