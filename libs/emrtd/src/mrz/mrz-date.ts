/** A day as `YYYY-MM-DD`. */
export type Day = string;

/** Hours by which Japan is ahead of UTC, all the year. */
const aheadMs = 9 * 3_600_000;

/** Which day it is where documents are looked at: in Japan. */
export const dayAt = (at: Date): Day => new Date(at.getTime() + aheadMs).toISOString().slice(0, 10);

/**
 * The day that six digits of a machine readable zone mean, or undefined where they are no day. The century is the one that
 * brings the day nearest below `latest` (a birth can't be later than today; an expiry is at most fifty years ahead).
 */
export function mrzDay(digits: string, latest: Day): Day | undefined {
  const [, yy, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  if (yy === undefined) return undefined;
  const century = Math.floor(Number(latest.slice(0, 4)) / 100) * 100;
  const in2 = (first: number) => `${first + Number(yy)}-${month}-${day}`;
  const text = in2(century) <= latest ? in2(century) : in2(century - 100);
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** The latest day that an expiry date of a document looked at on a day can mean. */
export const latestExpiry = (today: Day): Day => `${Number(today.slice(0, 4)) + 50}${today.slice(4)}`;
