import { KeyStore, loadServerSet, OWN_SET, setNames } from '@tegata/pki';

/** A set of the PKI that a server has certificates of, for an HTTPS listener of its own (docs/foreign-pki.md). */
export interface ForeignListener {
  /** `relay`, `management/aozora` */
  readonly server: string;
  readonly set: string;
  /** FQDN in the TLS certificate of the set; undefined where the set has none, and the server's own is shown */
  readonly address: string | undefined;
}

/** The listeners that the sets of a PKI ask for, in the order of servers and names. None where there is no PKI yet. */
export async function foreignListeners(pki: string, servers: readonly string[]): Promise<readonly ForeignListener[]> {
  const store = new KeyStore(pki);
  const listeners: ForeignListener[] = [];
  for (const server of servers.filter((name) => name !== 'authentication')) {
    for (const set of await setNames(store)) {
      if (set === OWN_SET) continue;
      // Servers check dates, and whether test CIs are accepted, at their start.
      const options = { acceptTestCis: true, at: undefined };
      const { credentials, address } = await loadServerSet(store, set, server.replace('management/', ''), options);
      if (credentials.length > 0) listeners.push({ server, set, address });
    }
  }
  return listeners;
}
