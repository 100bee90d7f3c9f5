/** A day as `YYYY-MM-DD`. */
export type Day = string;

/**
 * The day that six digits of a machine readable zone mean, or undefined where they are no day. The century is the one that
 * brings the day nearest below `latest` (a birth can't be later than today; an expiry is at most fifty years ahead).
 */
export function mrzDay(digits: string, latest: Date): Day | undefined {
  const [, yy, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  if (yy === undefined) return undefined;
  const century = Math.floor(latest.getUTCFullYear() / 100) * 100;
  const in2 = (first: number) => `${first + Number(yy)}-${month}-${day}`;
  const text = in2(century) <= latest.toISOString().slice(0, 10) ? in2(century) : in2(century - 100);
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** The latest day that an expiry date of a document looked at on `at` can mean. */
export function latestExpiry(at: Date): Date {
  const latest = new Date(at);
  latest.setUTCFullYear(latest.getUTCFullYear() + 50);
  return latest;
}
