import { checkHeaderList } from './content.ts';

describe('the limit of header fields in HTTP/2', () => {
  it('counts names, values and 32 octets for each field', () => {
    const fields = [':path', '/', 'x-large', 'a'.repeat(100)];
    const octets = 5 + 1 + 7 + 100 + 2 * 32;
    expect(() => checkHeaderList(fields, octets)).not.toThrow();
    expect(() => checkHeaderList(fields, octets - 1)).toThrow(expect.objectContaining({ status: 431 }));
  });
});
