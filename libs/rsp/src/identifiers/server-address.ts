/** Labels of letters, digits and hyphens; a port may follow, for servers that do not have 443. */
const TEXT = /^(?=.{1,253}$)[0-9A-Z](?:[0-9A-Z-]*[0-9A-Z])?(?:\.[0-9A-Z](?:[0-9A-Z-]*[0-9A-Z])?)*\.?(?::\d{1,5})?$/i;

/** Whether `text` can be the address of an SM-DP+ or SM-DS: a fully qualified domain name, at most 253 characters. */
export function isServerAddress(text: string): boolean {
  const [, port = '443'] = text.split(':');
  return TEXT.test(text) && Number(port) > 0 && Number(port) <= 65_535;
}

/** Whether two addresses name the same server; letter case and the dot of the root do not matter. */
export function isSameServerAddress(one: string, other: string): boolean {
  return normaliseServerAddress(one) === normaliseServerAddress(other);
}

/** An address as it is compared: in lower case, without the dot of the root. */
export function normaliseServerAddress(address: string): string {
  return address.toLowerCase().replace(/\.(?=:|$)/, '');
}
