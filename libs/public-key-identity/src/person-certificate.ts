import {
  DerError,
  explicit,
  objectIdentifier,
  octets,
  optional,
  parseChildren,
  parseTlv,
  sequence,
  sequenceOf,
} from '@tegata/der';
import { anyObject, type DocumentCertificate, EmrtdRefusal, readDocumentCertificate } from '@tegata/emrtd/certificates';
import { PublicKeyRefusal } from './identity-refusal.ts';

/** Largest certificate that is looked at, in octets. */
const maximumOctets = 16_384;

/**
 * Names of a person in subjectAltName, as Japan's public certification service for individuals has them: values of otherName
 * under 1.2.392.200149.8.5.5 (J-LIS, profile of the certificate for digital signatures).
 */
const personalData = {
  name: '1.2.392.200149.8.5.5.1',
  sex: '1.2.392.200149.8.5.5.3',
  birthDate: '1.2.392.200149.8.5.5.4',
  address: '1.2.392.200149.8.5.5.5',
} as const;

/** Who the holder is, as the CA has it. */
export interface PersonAttributes {
  /** family and given name in one, with or without a blank between */
  readonly name: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: 'M' | 'F' | 'X' | undefined;
  readonly address: string | undefined;
}

export interface PersonCertificate extends DocumentCertificate {
  readonly policies: readonly string[];
  readonly attributes: PersonAttributes | undefined;
}

/** OtherName, RFC 5280 section 4.2.1.6. */
const OtherName = sequence(0xa0, { type: objectIdentifier(0x06), value: explicit(0xa0, anyObject) });
const CertificatePolicies = sequenceOf(
  0x30,
  sequence(0x30, { id: objectIdentifier(0x06), qualifiers: optional(sequenceOf(0x30, anyObject, 0, 16)) }),
  1,
  16,
);
const text = octets(0x0c, 0, 400);

/** @throws PublicKeyRefusal `PERSON_CERTIFICATE_MALFORMED`, `PERSON_CERTIFICATE_NOT_ALLOWED` */
export function readPersonCertificate(raw: Uint8Array): PersonCertificate {
  if (raw.length > maximumOctets) throw malformed(`more than ${maximumOctets} octets`);
  try {
    const certificate = readDocumentCertificate('certificate of a person', raw);
    const policies = certificate.extension('2.5.29.32');
    const names = certificate.extension('2.5.29.17');
    return {
      ...certificate,
      policies: policies ? CertificatePolicies.decode(policies).map(({ id }) => id) : [],
      attributes: names && attributesIn(names),
    };
  } catch (cause) {
    if (cause instanceof PublicKeyRefusal) throw cause;
    if (cause instanceof EmrtdRefusal || cause instanceof DerError) throw malformed(cause.message, { cause });
    throw cause;
  }
}

function attributesIn(subjectAltName: Uint8Array): PersonAttributes | undefined {
  const { tag, value } = parseTlv(subjectAltName);
  if (tag !== 0x30) throw malformed('no subjectAltName');
  const others = parseChildren(value, 32)
    .filter((name) => name.tag === 0xa0)
    .map((name) => OtherName.decode(name.raw));
  if (new Set(others.map(({ type }) => type)).size < others.length) throw malformed('a name twice');
  const written = (type: string) => {
    const found = others.find((other) => other.type === type);
    return found && Buffer.from(text.decode(found.value)).toString('utf8');
  };
  const [name, birthDate] = [written(personalData.name), day(written(personalData.birthDate))];
  if (!name || !birthDate) return undefined;
  const address = written(personalData.address);
  return {
    name,
    birthDate,
    sex: sexes[written(personalData.sex) ?? ''],
    address: address === '' ? undefined : address,
  };
}

/** Male, female, other. */
const sexes: Readonly<Record<string, PersonAttributes['sex']>> = { '1': 'M', '2': 'F', '3': 'X' };

/** A digit for the era, and the day of the Gregorian calendar: EYYYYMMDD. A day that is not known in full is none. */
function day(value: string | undefined): string | undefined {
  const [, year, month, date] = /^[0-9](\d{4})(\d\d)(\d\d)$/.exec(value ?? '') ?? [];
  const iso = `${year}-${month}-${date}`;
  const exists = !Number.isNaN(Date.parse(iso)) && new Date(iso).toISOString().startsWith(iso);
  return year !== undefined && exists ? iso : undefined;
}

const malformed = (what: string, options?: ErrorOptions): PublicKeyRefusal =>
  new PublicKeyRefusal('PERSON_CERTIFICATE_MALFORMED', `certificate of a person: ${what}`, options);
