/** Context-specific tags as AUTOMATIC TAGS gives them out: [number], primitive. */
export function primitiveTag(number: number): number {
  return number < 0x1f ? 0x80 | number : 0x9f00 | number;
}

/** [number], constructed. Numbers up to 127, which covers the longest element (PE-OPT-USIM). */
export function constructedTag(number: number): number {
  return number < 0x1f ? 0xa0 | number : 0xbf00 | number;
}
