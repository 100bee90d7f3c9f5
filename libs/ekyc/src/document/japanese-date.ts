/** Years before the first of each era, and its first day. */
const eras = [
  { name: '明治', before: 1867, from: '1868-01-25', until: '1912-07-29' },
  { name: '大正', before: 1911, from: '1912-07-30', until: '1926-12-24' },
  { name: '昭和', before: 1925, from: '1926-12-25', until: '1989-01-07' },
  { name: '平成', before: 1988, from: '1989-01-08', until: '2019-04-30' },
  { name: '令和', before: 2018, from: '2019-05-01', until: '9999-12-31' },
] as const;

/** What readers make of 令 before the 和 of its era; 昭, of the only other era that ends so, looks like none of them. */
const lookalikes = /[今合会信]和(?=[元\d])/g;

/** A day as `YYYY-MM-DD`. */
export type Day = string;

const wareki = /(明治|大正|昭和|平成|令和)(元|\d{1,3})年(\d{1,2})月(\d{1,2})日/;
const seireki = /(\d{4})年(?:[^\d年月日]{0,3}(元|\d{1,3})年[^\d年月日]{0,1})?(\d{1,2})月(\d{1,2})日/;
const western = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/;

/**
 * The first date in a text: by the era (令和5年1月14日), by the western year (2028年1月20日), by both (2028年(令和10年)1月20日), or in
 * figures (2028-01-20). Undefined where there is none, where it is no day, where it lies outside of its era, or where the two years
 * of one date are not the same.
 */
export function readDate(text: string): Day | undefined {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '').replaceAll(lookalikes, '令和');
  const found = [bothYears(plain), eraDate(plain), figures(plain)].filter((date) => date !== undefined);
  return found.sort((a, b) => a.at - b.at)[0]?.day;
}

interface Found {
  readonly at: number;
  readonly day: Day | undefined;
}

function bothYears(text: string): Found | undefined {
  const match = seireki.exec(text);
  if (match === null) return undefined;
  const [whole, year, eraYear, month, date] = match;
  const day = dayOf(Number(year), Number(month), Number(date));
  if (eraYear === undefined || day === undefined) return { at: match.index, day };
  const era = eras.find(({ name }) => whole.includes(name));
  const counted = eraYear === '元' ? 1 : Number(eraYear);
  // an expiry beyond the end of its era is written in the era of its issue
  const agrees = era === undefined ? couldBe(Number(year), counted) : era.before + counted === Number(year);
  return { at: match.index, day: agrees ? day : undefined };
}

/** Whether a year could be the nth of some era, where the era itself was not read. */
const couldBe = (year: number, nth: number) => eras.some(({ before }) => before + nth === year);

function eraDate(text: string): Found | undefined {
  const match = wareki.exec(text);
  if (match === null) return undefined;
  const [, name, eraYear, month, date] = match;
  const era = eras.find((candidate) => candidate.name === name)!;
  const day = dayOf(era.before + (eraYear === '元' ? 1 : Number(eraYear)), Number(month), Number(date));
  return { at: match.index, day: day !== undefined && day >= era.from ? day : undefined };
}

function figures(text: string): Found | undefined {
  const match = western.exec(text);
  return match === null
    ? undefined
    : { at: match.index, day: dayOf(Number(match[1]), Number(match[2]), Number(match[3])) };
}

function dayOf(year: number, month: number, date: number): Day | undefined {
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text) ? text : undefined;
}
