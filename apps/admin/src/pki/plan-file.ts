import { readFileSync } from 'node:fs';
import type { PkiPlan } from '@tegata/pki';
import { AdminError } from '../network.ts';

const shortName = /^[a-z0-9][a-z0-9-]{0,62}$/;
const organisation = /^.{1,64}$/u;
const address = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const oid = /^[0-2](\.\d+)+$/;

type Shape = Readonly<Record<string, RegExp>>;
const shapes = {
  eum: { organisation, iin: /^\d{8}$/ },
  relay: { organisation, oid, address },
  authentication: { organisation },
} satisfies Record<string, Shape>;
const carrierShape: Shape = { name: shortName, organisation, oid, address };

/**
 * Reads a PKI plan: JSON with the members of `PkiPlan`.
 * @throws AdminError PKI_PLAN_UNUSABLE, naming the first member that is missing or malformed.
 */
export function readPkiPlan(file: string): PkiPlan {
  let plan: Record<string, unknown>;
  try {
    plan = objectOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw unusable(file, 'the file can not be read as JSON', { cause });
  }
  for (const [name, shape] of Object.entries(shapes)) requireShape(file, name, plan[name], shape);
  const { carriers, operators } = plan;
  if (!Array.isArray(carriers) || carriers.length === 0) throw unusable(file, 'carriers must be a list of carriers');
  for (const [index, carrier] of carriers.entries()) requireShape(file, `carriers[${index}]`, carrier, carrierShape);
  if (!isListOf(operators, shortName)) throw unusable(file, `operators must be a list of ${shortName.source}`);
  if (plan.serviceHosts !== undefined && !isListOf(plan.serviceHosts, /^\S+$/)) {
    throw unusable(file, 'serviceHosts must be a list of DNS names');
  }
  return plan as unknown as PkiPlan;
}

function requireShape(file: string, name: string, value: unknown, shape: Shape): void {
  for (const [member, form] of Object.entries(shape)) {
    const text = objectOf(value)[member];
    if (typeof text !== 'string' || !form.test(text)) {
      throw unusable(file, `${name}.${member} must match ${form.source}`);
    }
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isListOf = (value: unknown, form: RegExp): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string' && form.test(entry));

const unusable = (file: string, why: string, options?: ErrorOptions) =>
  new AdminError(
    'PKI_PLAN_UNUSABLE',
    `The plan ${file} can not be used: ${why}.`,
    'See docker/pki-plan.json.',
    options,
  );
