import { createPublicKey, type KeyObject } from 'node:crypto';

/** Keys remembered: more than sessions are under way at once. */
const most = 4_096;

/**
 * Public keys of eUICCs, each parsed once for all the steps of its sessions that this process serves. Another replica, or this
 * one later, parses it again from the session's row.
 */
export class EuiccKeys {
  readonly #keys = new Map<string, KeyObject>();

  /** Remembers the key of a verified certificate. */
  keep(subjectPublicKeyInfo: Uint8Array, key: KeyObject): void {
    const name = nameOf(subjectPublicKeyInfo);
    this.#keys.delete(name);
    this.#keys.set(name, key);
    if (this.#keys.size <= most) return;
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }

  /** The key of a session's row. */
  of({ euiccPublicKey }: { readonly euiccPublicKey: Uint8Array }): KeyObject {
    const known = this.#keys.get(nameOf(euiccPublicKey));
    if (known !== undefined) return known;
    const key = createPublicKey({ key: Buffer.from(euiccPublicKey), format: 'der', type: 'spki' });
    this.keep(euiccPublicKey, key);
    return key;
  }
}

const nameOf = (octets: Uint8Array) => Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
