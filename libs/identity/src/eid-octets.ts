import { DerError, octets, type Primitive } from '@tegata/der';
import { isEid } from '@tegata/x509';

/** The EID as 16 octets, two digits in each, under a tag; its value is the 32 digits. @throws DerError `BAD_VALUE` */
export function eidElement(tag: number): Primitive<string> {
  const check = (eid: string): string => {
    if (!isEid(eid)) throw new DerError('BAD_VALUE', 'not an EID');
    return eid;
  };
  return octets(tag, 16).as(
    (value) => check(Buffer.from(value).toString('hex')),
    (eid) => Buffer.from(check(eid), 'hex'),
  );
}
