import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import {
  type Commented,
  commentOf,
  compilePattern,
  describeOwnServices,
  descriptors,
  methodPath,
  ruleProblems,
  rulesOfField,
} from '@tegata/contracts';
import { serviceName } from '@tegata/service-kit';
import { generatedServices } from './generated-services.ts';

const ownPackages = /^(gsma|tegata|google\.rpc)\b/;
const types = [...descriptors()].filter((type) => ownPackages.test(type.typeName));
const messages = types.filter((type): type is DescMessage => type.kind === 'message');
const enums = types.filter((type): type is DescEnum => type.kind === 'enum');
const services = describeOwnServices();

/** Message types that can come in, with all they contain. */
function reachable(from: readonly DescMessage[], found = new Set<DescMessage>()): Set<DescMessage> {
  for (const type of from) {
    if (found.has(type) || !ownPackages.test(type.typeName)) continue;
    found.add(type);
    reachable(
      type.fields.flatMap(({ message }) => message ?? []),
      found,
    );
  }
  return found;
}

describe('the contracts', () => {
  it('say something about everything they declare', () => {
    const elements: Commented[] = [
      ...services.flatMap((service) => [service, ...service.methods]),
      ...messages.flatMap((message) => [message, ...message.fields, ...message.oneofs]),
      ...enums.flatMap((type) => [type, ...type.values]),
    ];
    expect(elements.length).toBeGreaterThan(500);
    expect(elements.filter((element) => !/[a-zA-Z]{2}/.test(commentOf(element))).map(String)).toEqual([]);
  });

  it('have only rules that make sense', () => {
    expect(messages.flatMap(ruleProblems)).toEqual([]);
  });

  it('bound everything that can be large and comes in', () => {
    const inputs = reachable(services.flatMap((service) => service.methods.map(({ input }) => input)));
    const unbounded = [...inputs].flatMap((type) =>
      type.fields.flatMap((field) => {
        const rules = rulesOfField(field);
        const problems: string[] = [];
        const path = `${type.typeName}.${field.name}`;
        if (field.fieldKind === 'list' && rules?.maxItems === undefined)
          problems.push(`${path}: any number of elements`);
        // Strings are scalar type 9, bytes 12.
        if (field.scalar === 9 || field.scalar === 12) {
          const bounded = (rules?.len ?? rules?.maxLen) !== undefined || isBounded(rules?.pattern);
          if (!bounded) problems.push(`${path}: any length`);
        }
        return problems;
      }),
    );
    expect(unbounded).toEqual([]);
  });

  it('have a generated definition for every method, and no other', () => {
    const generated = generatedServices.flatMap((service) => Object.values(service).map(({ path }) => path));
    expect(generated.sort()).toEqual(services.flatMap((service) => service.methods.map(methodPath)).sort());
    expect(generatedServices.map(serviceName).sort()).toEqual(services.map(({ typeName }) => typeName));
  });
});

/** Whether a pattern matches no text of more than a thousand characters. */
function isBounded(pattern: string | undefined): boolean {
  return pattern !== undefined && compilePattern(pattern).example(1000, 1000) === undefined;
}
