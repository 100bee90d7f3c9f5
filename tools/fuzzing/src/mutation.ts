import { objectChanged } from './der-mutation.ts';

/** Whole numbers from 0 up to, not including, a limit. */
export type Choose = (limit: number) => number;

/** Choices that a seed determines (mulberry32), so that a run can be had again. */
export function choices(seed: number): Choose {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  };
}

/** Octets at which lengths, tags and numbers change their meaning. */
const interesting = [0x00, 0x01, 0x1f, 0x30, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xbf, 0xfe, 0xff, 0x22, 0x24, 0x7b];

/** An input made of one that is known, and parts of another: one to eight changes of octets, stretches or length, or of whole objects of DER. */
export function mutated(input: Uint8Array, other: Uint8Array, choose: Choose, longest: number): Uint8Array {
  let octets: Uint8Array = Uint8Array.from(input);
  if (choose(2) === 0) {
    for (let changes = 1 << choose(3); changes > 0; changes--) octets = objectChanged(octets, choose) ?? octets;
    if (octets.length !== input.length) return octets.subarray(0, longest);
  }
  for (let changes = 1 << choose(4); changes > 0; changes--) octets = changedOnce(octets, other, choose);
  return octets.subarray(0, longest);
}

function changedOnce(octets: Uint8Array, other: Uint8Array, choose: Choose): Uint8Array {
  const at = choose(octets.length + 1);
  const stretch = choose(Math.min(64, octets.length - at) + 1);
  const [before, after] = [octets.subarray(0, at), octets.subarray(at)];
  const from = choose(other.length + 1);
  const piece = other.subarray(from, from + choose(64) + 1);
  switch (choose(7)) {
    case 0:
      return octets.map((octet, i) => (i === at ? octet ^ (1 << choose(8)) : octet));
    case 1:
      return octets.map((octet, i) => (i === at ? (interesting[choose(interesting.length)] ?? octet) : octet));
    case 2:
      return octets.map((octet, i) => (i === at ? octet + choose(35) - 17 : octet));
    case 3:
      return Buffer.concat([before, after.subarray(stretch)]);
    case 4:
      return Buffer.concat([before, after.subarray(0, stretch), after]);
    case 5:
      return Buffer.concat([before, piece, after]);
    default:
      return Buffer.concat([before, piece, after.subarray(piece.length)]);
  }
}
