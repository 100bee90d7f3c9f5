import {
  hasIdentityPki,
  type LpaTrust,
  loadLpaTrust,
  loadTerminalTrust,
  PkiError,
  type TerminalTrust,
} from '@tegata/pki';
import { EUICCInfo1 } from '@tegata/rsp';
import type { Connection } from '@tegata/service-kit';
import { type Certificate, ciKeyIdentifier } from '@tegata/x509';
import { TerminalError } from '../terminal-error.ts';
import { NetworkConnections } from './network-connections.ts';
import { type CarrierEntry, findCarrier, type NetworkFile, readNetworkFile } from './network-file.ts';

/**
 * The network of a terminal. Its file and trust roots are read when a server is first needed: what the user does with the
 * eUICC alone works without them.
 */
export class TerminalNetwork {
  #file: NetworkFile | undefined;
  #trust: LpaTrust | TerminalTrust | undefined;
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

  /** Root of who opens sealed identity documents. Only after `load`. IDENTITY_PKI_MISSING in a network without identity verification. */
  get identityRoot(): Certificate {
    const trust = this.#loaded(this.#trust);
    if ('identity' in trust) return trust.identity.root;
    throw new TerminalError(
      'precondition',
      'IDENTITY_PKI_MISSING',
      `The PKI in ${this.file.pki} has no identity root, which contracts need.`,
    );
  }

  /** PEM of the issuers of TLS certificates. Only after `load`. */
  get tlsRoots(): Uint8Array {
    return this.#loaded(this.#trust).tlsRoots;
  }

  /** The channel to a server by FQDN. Only after `load`. */
  to(fqdn: string): Connection {
    return this.#loaded(this.#connections).to(fqdn);
  }

  close(): void {
    this.#connections?.close();
  }

  #loaded<T>(part: T | undefined): T {
    if (part === undefined) throw new Error('the network is not loaded');
    return part;
  }

  async #loadTrust(): Promise<LpaTrust | TerminalTrust> {
    const { pki } = this.file;
    const options = { at: new Date(), acceptTestCis: this.acceptTestCis };
    try {
      return (await hasIdentityPki(pki)) ? await loadTerminalTrust(pki, options) : await loadLpaTrust(pki, options);
    } catch (cause) {
      if (!(cause instanceof PkiError)) throw cause;
      throw new TerminalError('precondition', 'PKI_UNUSABLE', `The PKI in ${pki} can't be used: ${cause.message}.`, {
        cause,
      });
    }
  }
}
