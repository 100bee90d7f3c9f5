import { type DescField, type DescOneof, getOption, hasOption, isMessage, toBinary } from '@bufbuild/protobuf';
import { descriptors } from './descriptors.ts';
import { FieldRules, OneofRules } from './gen/tegata/validate/v1/validate.ts';

export type { FieldRules, OneofRules };

const fieldOption = 'tegata.validate.v1.field';
const oneofOption = 'tegata.validate.v1.oneof';

/** Rules that were read already, also those that are not there. */
const known = new WeakMap<DescField, { readonly rules: FieldRules | undefined }>();

/** The rules written beside a field in its proto file, or undefined when there are none. */
export function rulesOfField(field: DescField): FieldRules | undefined {
  let entry = known.get(field);
  if (entry === undefined) {
    const octets = octetsOfOption(field, fieldOption);
    entry = { rules: octets && FieldRules.decode(octets) };
    known.set(field, entry);
  }
  return entry.rules;
}

/** The rules written inside a oneof in its proto file, or undefined when there are none. */
export function rulesOfOneof(oneof: DescOneof): OneofRules | undefined {
  const octets = octetsOfOption(oneof, oneofOption);
  return octets && OneofRules.decode(octets);
}

function octetsOfOption(element: DescField | DescOneof, name: string): Uint8Array | undefined {
  const option = descriptors().getExtension(name);
  if (option?.fieldKind !== 'message') throw new Error(`the contracts do not declare the option ${name}`);
  if (!hasOption(element, option)) return undefined;
  const value = getOption(element, option);
  return isMessage(value) ? toBinary(option.message, value) : undefined;
}
