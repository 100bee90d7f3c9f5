/** Years before the first of each era. */
const ERAS: Readonly<Record<string, number>> = { 明治: 1867, 大正: 1911, 昭和: 1925, 平成: 1988, 令和: 2018 };

/**
 * The day that a manifest writes as documents do (平成2年1月3日; 2028年(令和10年)01月20日), as YYYY-MM-DD. Not by the reader that is to
 * be judged. The text itself where it is no such day, so that it equals nothing that is read.
 */
export function writtenDate(text: string): string {
  const written = /(?:(\d{4})年\([^)]*\)|(\d{4})年|(明治|大正|昭和|平成|令和)(元|\d+)年)(\d{1,2})月(\d{1,2})日/.exec(
    text,
  );
  if (written === null) return text;
  const [, both, western, era, eraYear, month, day] = written;
  const year = Number(both ?? western ?? ERAS[era!]! + (eraYear === '元' ? 1 : Number(eraYear)));
  return `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
}
