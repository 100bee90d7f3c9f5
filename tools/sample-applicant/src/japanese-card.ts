import { licenceCheckDigit } from '@tegata/ekyc';
import type { InventedResident } from './people.ts';
import type { Picture } from './portrait-photo.ts';
import { type PageDesign, photographedDocument } from './printed-page.ts';
import type { PrintedText } from './printed-text.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Cards that are drawn, by the names that a reader gives them, and the side of a My Number card with the number. */
export const JAPANESE_CARDS = [
  'driving-licence',
  'driving-history-certificate',
  'my-number-card',
  'residence-card',
  'my-number-card-back',
] as const;

export type JapaneseCard = (typeof JAPANESE_CARDS)[number];

/** A card of ID-1, 85.6 x 54 mm at twelve pixels a millimetre. */
const CARD = { width: 1027, height: 648 };

/**
 * Draws a Japanese card of an invented person and photographs it. It has what is printed on the real one and where, and none of its
 * security features. JPEG, about 200 KB.
 */
export function drawJapaneseCard(
  card: JapaneseCard,
  resident: InventedResident,
  portrait: Picture,
  random: SeededRandom,
): Promise<Uint8Array> {
  const design = japaneseCardDesign(card, resident);
  return photographedDocument(design, card === 'my-number-card-back' ? undefined : portrait, random);
}

/** A card before it is printed, twelve pixels a millimetre. */
export function japaneseCardDesign(card: JapaneseCard, resident: InventedResident): PageDesign {
  return { ...CARD, ...layouts[card](resident) };
}

type Layout = (resident: InventedResident) => {
  readonly paper: string;
  readonly pattern: string;
  readonly drawn: string;
  readonly photo: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly lines: readonly PrintedText[];
};

const line = (text: string, left: number, top: number, size = 30): PrintedText => ({ text, left, top, size });

/** A day as `平成3年11月3日`. */
export function inEra(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const [era, before] =
    day >= '2019-05-01' ? ['令和', 2018] : day >= '1989-01-08' ? ['平成', 1988] : (['昭和', 1925] as const);
  return `${era}${year - before}年${month}月${date}日`;
}

/** A day as `2031年(令和13年)02月14日`. */
export function inBothYears(day: string): string {
  const [year, month, date] = day.split('-');
  return `${year}年(令和${Number(year) - 2018}年)${month}月${date}日`;
}

/** A day as `2031年02月14日`. */
export const inFigures = (day: string): string => day.replace('-', '年').replace('-', '月').concat('日');

/** Twelve digits, the eleventh a check digit. */
export const licenceNumber = ({ licence }: InventedResident): string => `${licence}${licenceCheckDigit(licence)}0`;

/** What stands at the same place of a driving licence and of a driving history certificate. */
const drivingCard = (resident: InventedResident, band: string, serial: string) => ({
  drawn: `<rect x="35" y="196" width="630" height="52" fill="${band}"/>`,
  photo: { left: 705, top: 200, width: 270, height: 337 },
  lines: [
    line('氏名', 45, 38),
    line(resident.name, 150, 36, 34),
    line(`${inEra(resident.birthDate)}生`, 620, 38),
    line('住所', 45, 92),
    line(resident.address, 150, 92, 28),
    line('交付', 45, 146, 26),
    line(`${inEra(resident.issueDate)} ${serial}`, 150, 146, 26),
    line('番号', 45, 545),
    line(`第 ${licenceNumber(resident)} 号`, 150, 540, 36),
  ],
});

const layouts: Readonly<Record<JapaneseCard, Layout>> = {
  'driving-licence': (resident) => {
    const { lines, ...card } = drivingCard(resident, '#9ecf9a', '12345');
    return {
      paper: '#eef3f4',
      pattern: '#cfdcdf',
      ...card,
      lines: [
        ...lines,
        line(`${inBothYears(resident.expiryDate)}まで有効`, 60, 204, 34),
        line('免許の', 45, 288, 24),
        line('条件等', 45, 322, 24),
        line('運転免許証', 735, 575, 36),
      ],
    };
  },
  'driving-history-certificate': (resident) => {
    const { lines, ...card } = drivingCard(resident, '#c7c3df', '54321');
    return {
      paper: '#f1f1ea',
      pattern: '#d8dccb',
      ...card,
      lines: [...lines, line('自動車等の運転はできません', 60, 206, 30), line('運転経歴証明書', 700, 575, 34)],
    };
  },
  'my-number-card': (resident) => ({
    paper: '#f4eef0',
    pattern: '#e2cdd6',
    drawn: '',
    photo: { left: 60, top: 190, width: 240, height: 310 },
    lines: [
      line('個人番号カード', 700, 40, 34),
      line('氏名', 45, 45, 26),
      line(resident.name, 130, 40, 36),
      line('住所', 45, 118, 26),
      line(resident.address, 130, 116, 30),
      line(`${inEra(resident.birthDate)}生`, 340, 240, 32),
      line(`性別 ${resident.sex === 'F' ? '女' : '男'}`, 720, 240, 30),
      line(`${inFigures(resident.expiryDate)}まで有効`, 340, 320, 32),
      line('市長', 340, 545, 28),
    ],
  }),
  'residence-card': (resident) => ({
    paper: '#eef2f7',
    pattern: '#c9d6e6',
    drawn: '',
    photo: { left: 735, top: 150, width: 240, height: 310 },
    lines: [
      line('在留カード', 45, 30, 36),
      line('RESIDENCE CARD', 260, 38, 24),
      line(resident.residenceCard, 640, 34, 34),
      line('氏名', 45, 110, 26),
      line(resident.latinName, 150, 108, 30),
      line('生年月日', 45, 166, 26),
      line(inFigures(resident.birthDate), 180, 164, 30),
      line(`性別 ${resident.sex === 'F' ? '女 F.' : '男 M.'}`, 480, 164, 28),
      line('住居地', 45, 222, 26),
      line(resident.address, 150, 222, 28),
      line('在留資格 技術', 45, 282, 26),
      line(`このカードは${inFigures(resident.expiryDate)}まで有効です`, 45, 560, 32),
    ],
  }),
  'my-number-card-back': (resident) => ({
    paper: '#f4eef0',
    pattern: '#e2cdd6',
    drawn: '',
    photo: { left: 0, top: 0, width: 1, height: 1 },
    lines: [
      line('個人番号', 60, 60, 34),
      line('1234 5678 9012', 260, 56, 40),
      line('氏名', 60, 160, 28),
      line(resident.name, 180, 156, 34),
      line(`${inEra(resident.birthDate)}生`, 60, 240, 32),
    ],
  }),
};
