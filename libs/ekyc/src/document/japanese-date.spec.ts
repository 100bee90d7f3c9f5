import fc from 'fast-check';
import { readDate } from './japanese-date.ts';

describe('a date on a Japanese document', () => {
  it.each([
    ['令和5年1月14日 12345', '2023-01-14'],
    ['平成 2 年 1 月 3 日 生', '1990-01-03'],
    ['昭和64年1月7日', '1989-01-07'],
    ['令和元年5月1日', '2019-05-01'],
    ['2028 年 ( 令 和 10 年 )01 月 20 日 まで 有効', '2028-01-20'],
    ['２０３３年３月３１日まで有効', '2033-03-31'],
    ['平成35年1月20日', '2023-01-20'],
    ['1985-12-31', '1985-12-31'],
    ['信和 05 年 01 月 14 日 12345', '2023-01-14'],
  ])('%s is %s', (text, day) => expect(readDate(text)).toBe(day));

  it.each([
    ['no day of the calendar', '平成3年2月30日'],
    ['before its era', '平成1年1月7日'],
    ['two years that are not one', '2028年(令和11年)01月20日'],
    ['an era that was not read', '和5年1月14日'],
    ['an era that may be another', '照和5年1月14日'],
    ['nothing', ''],
  ])('is not made up of %s', (_, text) => expect(readDate(text)).toBeUndefined());

  it('is a day of the calendar or nothing, whatever is read', () => {
    const piece = fc.constantFrom(
      '令和',
      '平成',
      '昭和',
      '元',
      '年',
      '月',
      '日',
      '(',
      ')',
      '0',
      '1',
      '2',
      '9',
      '-',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 18 }), (pieces) => {
        const day = readDate(pieces.join(''));
        if (day !== undefined) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
      }),
    );
  });
});
