import { writtenDate } from './written-date.ts';

describe('a date as manifests write it', () => {
  it.each([
    ['平成2年1月3日', '1990-01-03'],
    ['令和元年12月31日', '2019-12-31'],
    ['令和05年01月14日 12345', '2023-01-14'],
    ['2028年(令和10年)01月20日', '2028-01-20'],
    ['2028年1月20日', '2028-01-20'],
  ])('%s is %s', (written, day) => {
    expect(writtenDate(written)).toBe(day);
  });

  it('is left as it is where it is none', () => {
    expect(writtenDate('まで有効')).toBe('まで有効');
  });
});
