import { choice, DerError, generalizedTime, Primitive } from '@tegata/der';

const form = /^\d{12}Z$/;

/** UTCTime as RFC 5280 section 4.1.2.5.1 has it: with seconds, in UTC, of the years 1950 to 2049. */
const utcTime = new Primitive<Date>(
  0x17,
  (content) => {
    const text = Buffer.from(content).toString('latin1');
    const [year = '', month = '', day = '', ...time] = text.match(/\d\d/g) ?? [];
    const iso = `${Number(year) < 50 ? '20' : '19'}${year}-${month}-${day}T${time.join(':')}.000Z`;
    const date = new Date(iso);
    if (!form.test(text) || Number.isNaN(date.getTime()) || date.toISOString() !== iso) {
      throw new DerError('BAD_VALUE', 'no UTCTime');
    }
    return date;
  },
  (date) => Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`, 'latin1'),
);

const Either = choice({ utcTime, generalizedTime: generalizedTime(0x18) });

/** Time, RFC 5280 section 4.1. */
export const time = Either;
