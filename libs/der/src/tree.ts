import { DerError } from './der-error.ts';
import { parseTlv, readTlv, type Tlv } from './tlv.ts';

/** An object with everything inside it; `children` is empty for a primitive one. */
export interface TlvTree extends Pick<Tlv, 'tag' | 'constructed' | 'raw' | 'value'> {
  readonly children: readonly TlvTree[];
}

/** Bounds on what a parser that follows the input (rather than a schema) builds. */
export interface TreeLimits {
  /** deepest nesting; the outermost object is at depth 1 */
  readonly depth: number;
  /** objects in all */
  readonly objects: number;
}

const DEFAULT_LIMITS: TreeLimits = { depth: 32, objects: 100_000 };

/**
 * The whole structure of one object: for printing and for looking into objects without a declared schema.
 *
 * @throws DerError as `parseTlv`, for constructed content that is not a series of objects, and `TOO_DEEP`, `TOO_MANY`
 */
export function parseTree(octets: Uint8Array, limits: TreeLimits = DEFAULT_LIMITS): TlvTree {
  const budget = { objects: limits.objects };
  return grow(parseTlv(octets), limits.depth, budget);
}

function grow(tlv: Tlv, depth: number, budget: { objects: number }): TlvTree {
  if (depth === 0) throw new DerError('TOO_DEEP', 'nested too deep');
  budget.objects -= 1;
  if (budget.objects < 0) throw new DerError('TOO_MANY', 'too many objects');
  const { tag, constructed, raw, value } = tlv;
  const inner = constructed ? tlv.children(budget.objects) : [];
  return { tag, constructed, raw, value, children: inner.map((child) => grow(child, depth - 1, budget)) };
}

/**
 * The first object with this tag directly inside `value`, or undefined.
 *
 * @throws DerError when what precedes it is not a series of objects
 */
export function findTlv(value: Uint8Array, tag: number): Tlv | undefined {
  let offset = 0;
  while (offset < value.length) {
    const tlv = readTlv(value, offset);
    if (tlv.tag === tag) return tlv;
    offset += tlv.raw.length;
  }
  return undefined;
}
