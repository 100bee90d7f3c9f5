import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import {
  type Commented,
  commentOf,
  describeOwnServices,
  descriptors,
  largestEncoding,
  methodPath,
  ruleProblems,
} from '@tegata/contracts';
import { serviceName } from '@tegata/service-kit';
import { generatedServices } from './generated-services.ts';

const ownPackages = /^(gsma|tegata|google\.rpc)\b/;
const types = [...descriptors()].filter((type) => ownPackages.test(type.typeName));
const messages = types.filter((type): type is DescMessage => type.kind === 'message');
const enums = types.filter((type): type is DescEnum => type.kind === 'enum');
const services = describeOwnServices();

/** Message types with all that they contain. */
function contained(from: readonly DescMessage[], found = new Set<DescMessage>()): Set<DescMessage> {
  for (const type of from) {
    if (found.has(type) || !ownPackages.test(type.typeName)) continue;
    found.add(type);
    contained(
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

  it('bound everything that comes in', () => {
    const inputs = services.flatMap((service) => service.methods.map(({ input }) => input));
    const unbounded = [...contained(inputs)].filter((type) => largestEncoding(type) === Number.POSITIVE_INFINITY);
    expect(unbounded.map(({ typeName }) => typeName)).toEqual([]);
  });

  it('have a generated definition for every method, and no other', () => {
    const generated = generatedServices.flatMap((service) => Object.values(service).map(({ path }) => path));
    expect(generated.sort()).toEqual(services.flatMap((service) => service.methods.map(methodPath)).sort());
    expect(generatedServices.map(serviceName).sort()).toEqual(services.map(({ typeName }) => typeName));
  });
});
