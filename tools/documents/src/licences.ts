/** Licences under which a package may run with Tegata (SPDX). */
const accepted = new Set(['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense']);

/** The library that sharp loads, and the builds of sharp that have it inside. */
const libvips = /^@img\/sharp-(libvips-[a-z0-9-]+|win32-[a-z0-9]+|wasm32)$/;

/**
 * Whether a package may be delivered with Tegata.
 * @param expression SPDX expression of AND, OR and parentheses around the whole; undefined when the package names none
 */
export function isDeliverable(packageName: string, expression: string | undefined): boolean {
  if (!expression) return false;
  const isAccepted = (licence: string) =>
    accepted.has(licence) || (licence === 'LGPL-3.0-or-later' && libvips.test(packageName));
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  // AND binds closer than OR.
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every(isAccepted));
}

/** The licence that a package.json names, in today's form or the one before it. */
export function licenceOf(manifest: {
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}): string | undefined {
  const { license, licenses } = manifest;
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ');
}
