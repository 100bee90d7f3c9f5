import { type AnySchema, type Decoded, DerError, type Encodable, parseTlv, sequence, type Tlv } from '@tegata/der';
import { ProfilePackageError } from '../profile-package-error.ts';
import { ApplicationSchema, NonStandardSchema, RfmSchema, SecurityDomainSchema } from './application.ts';
import { AkaParameterSchema, CdmaParameterSchema } from './authentication.ts';
import { PinCodesSchema, PukCodesSchema } from './codes.ts';
import { FileManagementSchema } from './file.ts';
import {
  FILE_ELEMENTS,
  type FileElementBody,
  type FileElementInput,
  type FileElementType,
  isFileElementType,
} from './file-elements.ts';
import { PeHeaderSchema, ProfileHeaderSchema } from './profile-header.ts';

/** The elements that are not made from file templates, by type. */
const SCHEMAS = {
  header: ProfileHeaderSchema,
  genericFileManagement: sequence(0xa1, { header: PeHeaderSchema, fileManagement: FileManagementSchema }),
  pinCodes: PinCodesSchema,
  pukCodes: PukCodesSchema,
  akaParameter: AkaParameterSchema,
  cdmaParameter: CdmaParameterSchema,
  securityDomain: SecurityDomainSchema,
  rfm: RfmSchema,
  application: ApplicationSchema,
  nonStandard: NonStandardSchema,
  end: sequence(0xaa, { header: PeHeaderSchema }),
} as const;

type PlainElementType = keyof typeof SCHEMAS;

/** What every element has, whatever its type. */
interface ElementBase {
  /** the element as it was received, tag and length included */
  readonly raw: Uint8Array;
  /** identification number; the profile header and unreadable unknown elements have none */
  readonly identification: number | undefined;
  /** an eUICC that does not know the element must refuse the package */
  readonly mandated: boolean;
}

type PlainElement = {
  [T in PlainElementType]: ElementBase & { readonly type: T; readonly body: Decoded<(typeof SCHEMAS)[T]> };
}[PlainElementType];

/** An element that makes files from a template. */
export type FileElement = {
  [T in FileElementType]: ElementBase & { readonly type: T; readonly body: FileElementBody };
}[FileElementType];

/** An element with a tag that this edition of the format has no meaning for. It is kept as it is. */
export interface UnknownElement extends ElementBase {
  readonly type: 'unknown';
  readonly tag: number;
}

/** ProfileElement: `type` is the name in the ASN.1 and tells what `body` is. */
export type ProfileElement = PlainElement | FileElement | UnknownElement;

export type ProfileElementType = ProfileElement['type'];

/** The element with this type. */
export type ElementOf<T extends ProfileElementType> = Extract<ProfileElement, { readonly type: T }>;

export function isFileElement(element: ProfileElement): element is FileElement {
  return isFileElementType(element.type);
}

/** What an element is encoded from. */
export type ProfileElementInput =
  | { [T in PlainElementType]: { readonly type: T; readonly body: Encodable<(typeof SCHEMAS)[T]> } }[PlainElementType]
  | { [T in FileElementType]: { readonly type: T; readonly body: FileElementInput } }[FileElementType];

const BY_TAG = new Map<number, readonly [type: PlainElementType | FileElementType, schema: AnySchema]>(
  Object.entries({ ...SCHEMAS, ...FILE_ELEMENTS }).map(([type, schema]) => [
    (schema as AnySchema).tags[0] as number,
    [type as PlainElementType | FileElementType, schema],
  ]),
);

/**
 * Interprets one element of a package.
 *
 * @param tlv the element, complete
 * @param index its place in the package, for the error
 * @throws ProfilePackageError `MALFORMED_ELEMENT`, with the DerError as cause
 */
export function readProfileElement(tlv: Tlv, index?: number): ProfileElement {
  const known = BY_TAG.get(tlv.tag);
  if (known === undefined) return { type: 'unknown', tag: tlv.tag, raw: tlv.raw, ...headerOfUnknown(tlv) };
  const [type, schema] = known;
  try {
    const body = schema.read(tlv);
    return { type, body, raw: tlv.raw, ...headerOf(type, body) } as ProfileElement;
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    const { identification } = headerOfUnknown(tlv);
    throw new ProfilePackageError('MALFORMED_ELEMENT', `${type}: ${cause.message}`, { identification, index, cause });
  }
}

/** The octets of an element. @throws DerError for values outside their sizes or ranges */
export function encodeProfileElement(element: ProfileElementInput): Uint8Array {
  const schema = isFileElementType(element.type) ? FILE_ELEMENTS[element.type] : SCHEMAS[element.type];
  return (schema as { encode(body: unknown): Uint8Array }).encode(element.body);
}

/** The element as `readProfileElement` gives it, with its octets made from `input`. */
export function makeProfileElement(input: ProfileElementInput): ProfileElement {
  return readProfileElement(parseTlv(encodeProfileElement(input)));
}

function headerOf(type: string, body: unknown): Pick<ElementBase, 'identification' | 'mandated'> {
  if (type === 'header') return { identification: undefined, mandated: true };
  if (isFileElementType(type)) {
    const { identification, mandated } = body as FileElementBody;
    return { identification, mandated };
  }
  const { header } = body as { readonly header: Decoded<typeof PeHeaderSchema> };
  return { identification: header.identification, mandated: header.mandated !== undefined };
}

/** Every element but the profile header begins with PEHeader; of one that is not understood this much is still read. */
function headerOfUnknown(tlv: Tlv): Pick<ElementBase, 'identification' | 'mandated'> {
  try {
    const [first] = tlv.children();
    if (first === undefined || !PeHeaderSchema.accepts(first.tag))
      return { identification: undefined, mandated: false };
    const { identification, mandated } = PeHeaderSchema.read(first);
    return { identification, mandated: mandated !== undefined };
  } catch (error) {
    if (error instanceof DerError) return { identification: undefined, mandated: false };
    throw error;
  }
}
