/** A day, or a time with its zone. */
export const timeForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/;

/** The beginning of a day of UTC, or a time; undefined for what is none, and for days that the calendar does not have (a Date takes the 31st of any month). */
export function readTime(text: string): Date | undefined {
  const time = Date.parse(text);
  const day = text.slice(0, 10);
  if (!timeForm.test(text) || Number.isNaN(time)) return undefined;
  return new Date(Date.parse(day)).toISOString().startsWith(day) ? new Date(time) : undefined;
}
