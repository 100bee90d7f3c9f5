import { outputTo, table } from './output.ts';

describe('output', () => {
  const printed = (json: boolean, ...args: Parameters<ReturnType<typeof outputTo>>) => {
    let text = '';
    outputTo(json, (part) => {
      text += part;
    })(...args);
    return text;
  };

  it('is a table for people, columns as wide as they need', () => {
    expect(
      table([
        { imsi: '001010000000001', active: true },
        { imsi: '1', active: '' },
      ]),
    ).toBe('IMSI             ACTIVE\n001010000000001  true\n1                -');
  });

  it('does not let text of others move the cursor or break a line', () => {
    expect(table([{ name: 'a\u001b[2Jb\nc\u202ed' }])).toBe('NAME\na\ufffd[2Jb\ufffdc\ufffdd');
  });

  it('shows in JSON what a terminal would obey or not show, as escapes', () => {
    const name = 'a\u001b[2Jb\u009bc\u202ed\u200b';
    const text = printed(true, { name });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(text)).toEqual({ name });
  });

  it('is one JSON document for programs', () => {
    expect(JSON.parse(printed(true, [{ count: 3n }]))).toEqual([{ count: 3 }]);
  });

  it('says that there is nothing', () => {
    expect(printed(false, [], 'No contracts.')).toBe('No contracts.\n');
    expect(JSON.parse(printed(true, []))).toEqual([]);
  });
});
