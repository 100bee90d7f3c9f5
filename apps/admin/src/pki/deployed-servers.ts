import type { PkiPlan } from '@tegata/pki';

/** Part of a deployment that has a folder of its own: what is in it belongs to nobody else. */
export interface DeployedServer {
  /** As in logs and certificates: `management/aozora`. */
  readonly name: string;
  /** Its folder: `management-aozora`. */
  readonly folder: string;
  /** Entries of the PKI whose private keys are its own. */
  readonly keys: readonly string[];
  /** Entries that it needs the certificate of, and nothing else. */
  readonly certificates: readonly string[];
  /** Whether it has a secret of its own, in a vault key file. */
  readonly hasVaultKey: boolean;
}

const identityTrust = ['identity/root', 'identity/issuing-ca'];

/**
 * Who in a deployment holds which keys. The keys of the CI, the identity root and the service CA are nobody's here: they
 * stay where the PKI was made.
 */
export function deployedServers(plan: Pick<PkiPlan, 'carriers' | 'operators'>): readonly DeployedServer[] {
  return [
    ...plan.carriers.map(({ name }) => ({
      name: `management/${name}`,
      folder: `management-${name}`,
      keys: [...['dp-auth', 'dp-pb', 'dp-tls'].map((role) => `rsp/${name}/${role}`), `service/management-${name}`],
      certificates: [
        ...['rsp/ci', ...identityTrust, 'identity/authentication-encryption', 'service/ca'],
        // Of its operator's back end, to be pinned at listeners of ES2+.
        ...plan.operators.filter((operator) => operator === name).map((operator) => `service/operator-${operator}`),
      ],
      hasVaultKey: true,
    })),
    {
      name: 'authentication',
      folder: 'authentication',
      keys: ['identity/issuing-ca', 'identity/authentication-encryption', 'service/authentication'],
      certificates: ['rsp/ci', 'identity/root', 'identity/relay-encryption', 'service/ca'],
      hasVaultKey: true,
    },
    {
      name: 'relay',
      folder: 'relay',
      keys: ['rsp/relay/ds-auth', 'rsp/relay/ds-tls', 'identity/relay-encryption', 'service/relay'],
      // Those of the SM-DP+ are to be pinned at listeners of ES12.
      certificates: [
        ...['rsp/ci', ...identityTrust, 'service/ca'],
        ...plan.carriers.map(({ name }) => `rsp/${name}/dp-tls`),
      ],
      hasVaultKey: true,
    },
    {
      // It is its own eUICC's manufacturer: a real terminal comes with an eUICC and has no key at all.
      name: 'terminal',
      folder: 'terminal',
      keys: ['rsp/eum'],
      certificates: ['rsp/ci', ...identityTrust, 'identity/authentication-encryption'],
      hasVaultKey: false,
    },
    {
      name: 'operators',
      folder: 'operators',
      keys: plan.operators.map((operator) => `service/operator-${operator}`),
      certificates: ['service/ca'],
      hasVaultKey: false,
    },
  ];
}
