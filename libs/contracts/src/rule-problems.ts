import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { type FieldRules, rulesOfField } from './field-rules.ts';
import { compilePattern } from './linear-pattern.ts';

type Kind = 'string' | 'bytes' | 'number' | 'bool' | 'enum' | 'duration' | 'message';

/** What is wrong with the rules of a message's fields, one sentence each; empty when they are well formed. */
export function ruleProblems(message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const rules = rulesOfField(field);
    return rules ? problemsOf(field, rules).map((problem) => `${message.typeName}.${field.name}: ${problem}`) : [];
  });
}

function problemsOf(field: DescField, rules: FieldRules): string[] {
  const problems: string[] = [];
  const many = field.fieldKind === 'list' || field.fieldKind === 'map';
  const kind = kindOf(field);
  const check = (fails: boolean, problem: string) => {
    if (fails) problems.push(problem);
  };
  const sized = rules.len !== undefined || rules.minLen !== undefined || rules.maxLen !== undefined;
  const bounded = rules.gte !== undefined || rules.lte !== undefined;
  const counted = rules.minItems !== undefined || rules.maxItems !== undefined;

  check(sized && kind !== 'string' && kind !== 'bytes', 'a length binds strings and bytes only');
  check(rules.len !== undefined && (rules.minLen ?? rules.maxLen) !== undefined, 'len excludes min_len and max_len');
  check(exceeds(rules.minLen, rules.maxLen), 'min_len is above max_len');
  check(rules.pattern !== undefined && kind !== 'string', 'a pattern binds strings only');
  check(bounded && kind !== 'number' && kind !== 'duration', 'gte and lte bind numbers and durations only');
  check(exceeds(rules.gte, rules.lte), 'gte is above lte');
  check(counted && !many, 'min_items and max_items bind repeated fields and maps only');
  check(exceeds(rules.minItems, rules.maxItems), 'min_items is above max_items');
  check(rules.definedOnly && kind !== 'enum', 'defined_only binds enums only');
  check(rules.required && kind === 'bool' && !many && field.oneof === undefined, 'required would refuse false');
  if (rules.pattern !== undefined) {
    try {
      const example = compilePattern(rules.pattern).example(rules.len ?? rules.minLen, rules.len ?? rules.maxLen);
      check(example === undefined, 'no text satisfies both pattern and length');
    } catch (error) {
      check(true, error instanceof SyntaxError ? error.message : String(error));
    }
  }
  return problems;
}

function exceeds<N extends number | bigint>(low: N | undefined, high: N | undefined): boolean {
  return low !== undefined && high !== undefined && low > high;
}

function kindOf(field: DescField): Kind {
  if (field.enum) return 'enum';
  if (field.message) return field.message.typeName === 'google.protobuf.Duration' ? 'duration' : 'message';
  switch (field.scalar) {
    case ScalarType.STRING:
      return 'string';
    case ScalarType.BYTES:
      return 'bytes';
    case ScalarType.BOOL:
      return 'bool';
    default:
      return 'number';
  }
}
