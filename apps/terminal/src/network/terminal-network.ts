import { loadTerminalTrust, PkiError, type TerminalTrust } from '@tegata/pki';
import { EUICCInfo1 } from '@tegata/rsp';
import type { Connection } from '@tegata/service-kit';
import { ciKeyIdentifier } from '@tegata/x509';
import { TerminalError } from '../terminal-error.ts';
import { NetworkConnections } from './network-connections.ts';
import { type CarrierEntry, findCarrier, type NetworkFile, readNetworkFile } from './network-file.ts';

/**
 * The network of a terminal. Its file and trust roots are read when a server is first needed: what the user does with the
 * eUICC alone works without them.
 */
export class TerminalNetwork {
  #file: NetworkFile | undefined;
  #trust: TerminalTrust | undefined;
  #connections: NetworkConnections | undefined;

  constructor(
    private readonly path: string,
    private readonly acceptTestCis = false,
  ) {}

  /** The network file. NETWORK_FILE_NOT_FOUND, NETWORK_FILE_INVALID. */
  get file(): NetworkFile {
    this.#file ??= readNetworkFile(this.path);
    return this.#file;
  }

  /**
   * Reads file and trust roots, and looks whether the eUICC was made in this network: one that trusts other certificate
   * issuers can't authenticate any of its servers. PKI_UNUSABLE, NETWORK_CHANGED.
   *
   * @param euiccInfo1 DER, tag BF20
   */
  async load(euiccInfo1: Uint8Array): Promise<void> {
    if (this.#connections !== undefined) return;
    const trust = await this.#loadTrust();
    const { euiccCiPKIdListForVerification: trusted } = EUICCInfo1.decode(euiccInfo1);
    const common = trust.cis.some((ci) => trusted.some((id) => Buffer.compare(id, ciKeyIdentifier(ci)) === 0));
    if (!common) {
      throw new TerminalError(
        'precondition',
        'NETWORK_CHANGED',
        `The eUICC of this terminal was made in another network than that of ${this.path}.`,
      );
    }
    this.#trust = trust;
    this.#connections = new NetworkConnections(this.file, trust.tlsRoots);
  }

  /** The carrier of that name. CARRIER_UNKNOWN. */
  carrier(name: string): CarrierEntry {
    return findCarrier(this.file, name);
  }

  /** Roots that servers and identity documents are trusted by. Only after `load`. */
  get trust(): TerminalTrust {
    if (this.#trust === undefined) throw new Error('the network is not loaded');
    return this.#trust;
  }

  /** PEM of the issuers of TLS certificates. Only after `load`. */
  get tlsRoots(): Uint8Array {
    return this.trust.tlsRoots;
  }

  /** The channel to a server by FQDN. Only after `load`. */
  to(fqdn: string): Connection {
    if (this.#connections === undefined) throw new Error('the network is not loaded');
    return this.#connections.to(fqdn);
  }

  close(): void {
    this.#connections?.close();
  }

  async #loadTrust(): Promise<TerminalTrust> {
    const { pki } = this.file;
    try {
      return await loadTerminalTrust(pki, { at: new Date(), acceptTestCis: this.acceptTestCis });
    } catch (cause) {
      if (!(cause instanceof PkiError)) throw cause;
      throw new TerminalError('precondition', 'PKI_UNUSABLE', `The PKI in ${pki} can't be used: ${cause.message}.`, {
        cause,
      });
    }
  }
}
