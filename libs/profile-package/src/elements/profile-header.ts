import {
  type Decoded,
  DerError,
  encodeTlv,
  integer,
  nothing,
  objectIdentifier,
  octets,
  optional,
  Schema,
  sequence,
  sequenceOf,
  type Tlv,
  Universal,
  utf8String,
} from '@tegata/der';
import { primitiveTag } from './tags.ts';

/** ServicesList, in the order of the ASN.1: the place in the list is the tag number. */
export const SERVICES = [
  'contactless',
  'usim',
  'isim',
  'csim',
  'milenage',
  'tuak128',
  'cave',
  'gba-usim',
  'gba-isim',
  'mbms',
  'eap',
  'javacard',
  'multos',
  'multiple-usim',
  'multiple-isim',
  'multiple-csim',
  'tuak256',
  'usim-test-algorithm',
  'ber-tlv',
  'dfLink',
  'cat-tp',
  'get-identity',
  'profile-a-x25519',
  'profile-b-p256',
  'suciCalculatorApi',
  'dns-resolution',
  'scp11ac',
  'scp11c-authorization-mechanism',
  's16mode',
  'eaka',
] as const;

/** A service of the list, or `service31` for one that a later edition added. */
export type Service = (typeof SERVICES)[number] | `service${number}`;

/** ServicesList: services by name, in the order of their tags. */
class ServicesList extends Schema<readonly Service[]> {
  readonly tags: readonly [number];

  constructor(private readonly tag: number) {
    super();
    this.tags = [tag];
  }

  read(tlv: Tlv): readonly Service[] {
    let last = -1;
    return tlv.children(128).map((child): Service => {
      const number = child.tag & 0x7f & (child.tag > 0xff ? 0x7f : 0x1f);
      if (child.tag !== primitiveTag(number)) throw new DerError('UNEXPECTED_TAG', 'a service is [n] NULL');
      if (child.value.length !== 0) throw new DerError('BAD_VALUE', 'NULL with content');
      if (number <= last) throw new DerError('UNEXPECTED_TAG', 'services are out of order, or there twice');
      last = number;
      return SERVICES[number] ?? `service${number}`;
    });
  }

  encode(services: readonly Service[]): Uint8Array {
    const numbers = services.map((service) => {
      const known = (SERVICES as readonly string[]).indexOf(service);
      return known >= 0 ? known : Number(service.slice('service'.length));
    });
    const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
    return encodeTlv(this.tag, ...inOrder.map((number) => encodeTlv(primitiveTag(number))));
  }
}

/** ProfileHeader (TCA profile format, section 8.2.1): what the package is, and what the eUICC must offer for it. */
export const ProfileHeaderSchema = sequence(0xa0, {
  majorVersion: integer(0x80, 0, 255),
  minorVersion: integer(0x81, 0, 255),
  profileType: optional(utf8String(0x82, 1, 100)),
  /** 10 octets, digits in reading order, padded with F: not swapped as in EF.ICCID */
  iccid: octets(0x83, 10),
  pol: optional(octets(0x84)),
  mandatoryServices: new ServicesList(0xa5),
  /** object identifiers of the file templates that must be known */
  mandatoryTemplates: sequenceOf(0xa6, objectIdentifier(Universal.OBJECT_IDENTIFIER)),
  connectivityParameters: optional(octets(0x87)),
  mandatoryApplications: optional(
    sequenceOf(0xa8, sequence(Universal.SEQUENCE, { aid: octets(0x80, 5, 16), version: octets(0x81, 2) })),
  ),
  iotOptions: optional(sequence(0xa9, { pix: octets(0x80, 7, 11) })),
});

export type ProfileHeader = Decoded<typeof ProfileHeaderSchema>;

/** PEHeader, which every element but the profile header begins with. */
export const PeHeaderSchema = sequence(0xa0, {
  /** present: an eUICC that does not know the element must refuse the package */
  mandated: optional(nothing(0x80)),
  /** 0..32767, unique in the package */
  identification: integer(0x81, 0, 32767),
});
