import type { FileCommandInput, FileControlParametersInput } from '../elements/file.ts';
import { ACCESS_RULE_LENGTH, ACCESS_RULES } from '../templates/access-rules.ts';

/** The steps of one file. */
export type FileInput = readonly FileCommandInput[];

/** A file that differs from its template in content only. */
export function filled(content: Uint8Array): FileInput {
  return [{ kind: 'fillFileContent', value: content }];
}

/** A file that differs from its template in attributes, and perhaps in content. */
export function described(attributes: FileControlParametersInput, content?: Uint8Array): FileInput {
  return [{ kind: 'fileDescriptor', value: attributes }, ...(content === undefined ? [] : filled(content))];
}

/** A transparent file of as many octets as its content. */
export function sized(content: Uint8Array): FileInput {
  return described({ efFileSize: sizeOctets(content.length) }, content);
}

/** A linear fixed file with these records, all of the same length. */
export function records(contents: readonly Uint8Array[], sfi?: number): FileInput {
  const length = contents[0]?.length ?? 0;
  return described(
    {
      fileDescriptor: linearFixed(length),
      efFileSize: sizeOctets(length * contents.length),
      ...(sfi !== undefined && { shortEFID: shortIdentifier(sfi) }),
    },
    Buffer.concat(contents),
  );
}

/**
 * An EF.ARR whose records are the access rules of the templates, so that the record of a rule is its number and no file
 * needs a reference of its own.
 */
export function accessRules(sfi?: number): FileInput {
  const steps: FileCommandInput[] = [
    {
      kind: 'fileDescriptor',
      value: {
        fileDescriptor: linearFixed(ACCESS_RULE_LENGTH),
        efFileSize: sizeOctets(ACCESS_RULE_LENGTH * ACCESS_RULES.length),
        ...(sfi !== undefined && { shortEFID: shortIdentifier(sfi) }),
      },
    },
  ];
  let gap = 0;
  for (const rule of ACCESS_RULES) {
    if (gap > 0) steps.push({ kind: 'fillFileOffset', value: gap });
    steps.push({ kind: 'fillFileContent', value: rule });
    gap = ACCESS_RULE_LENGTH - rule.length;
  }
  return steps;
}

/** File descriptor of a shareable linear fixed file. */
export function linearFixed(recordLength: number): Uint8Array {
  return Uint8Array.of(0x42, 0x21, recordLength >> 8, recordLength & 0xff);
}

/** A short file identifier in the five upper bits. */
export function shortIdentifier(sfi: number): Uint8Array {
  return Uint8Array.of(sfi << 3);
}

/** A size on as few octets as it takes. */
export function sizeOctets(size: number): Uint8Array {
  return size > 0xff ? Uint8Array.of(size >> 8, size & 0xff) : Uint8Array.of(size);
}
