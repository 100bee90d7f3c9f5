import { type CertificateContents, oids, roleOids } from '@tegata/x509';

/** A carrier whose SM-DP+ gets certificates. */
export interface CarrierPlan {
  /** short name: lower-case letters, digits and hyphens; names folders and the service identity */
  readonly name: string;
  /** organisation as certificates and people have it */
  readonly organisation: string;
  /** object identifier of its SM-DP+, dotted; registeredID of its certificates */
  readonly oid: string;
  /** FQDN of its SM-DP+ */
  readonly address: string;
}

/** Everything `ensurePki` makes. */
export interface PkiPlan {
  /** the EUM that makes the eUICCs: organisation, and the 8 digits its EIDs begin with */
  readonly eum: { readonly organisation: string; readonly iin: string };
  readonly carriers: readonly CarrierPlan[];
  /** the SM-DS */
  readonly relay: { readonly organisation: string; readonly oid: string; readonly address: string };
  /** authentication; `address` when it is reached from outside under a public name */
  readonly authentication: { readonly organisation: string; readonly address?: string };
  /** names of the operators' client certificates, usually the carriers' and `authentication`, `relay` */
  readonly operators: readonly string[];
  /** further DNS names on which service listeners are reached; `localhost` is there always */
  readonly serviceHosts?: readonly string[];
}

/** What a folder of the PKI holds. */
export interface EntryPlan {
  readonly entry: string;
  /** entry of the issuer; absent: self-signed */
  readonly issuer?: string;
  readonly contents: Omit<CertificateContents, 'subjectPublicKey'>;
  /** length of the validity, in days */
  readonly days: number;
}

/** Trust domain of service identities. */
export const trustDomain = 'tegata.example';

/** The URI by which a service names itself: `management/aozora` gives `spiffe://tegata.example/management/aozora`. */
export function serviceIdentity(path: string): string {
  return `spiffe://${trustDomain}/${path}`;
}

const DAYS = { root: 30 * 365, ca: 25 * 365, server: 3 * 365, tls: 397, encryption: 2 * 365 } as const;
const names = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The name, when it can name folders and services. @throws RangeError */
export function shortName(name: string): string {
  if (!names.test(name)) throw new RangeError(`${name} is no short name`);
  return name;
}

/**
 * The folders of a PKI, issuers before what they issue.
 *
 * @throws RangeError for a short name or IIN that is none
 */
export function entryPlans(plan: PkiPlan): readonly EntryPlan[] {
  for (const name of [...plan.carriers.map((carrier) => carrier.name), ...plan.operators]) shortName(name);
  if (!/^\d{8}$/.test(plan.eum.iin)) throw new RangeError('the IIN of an EUM has 8 digits');
  return [...rspEntries(plan), ...identityEntries(plan), ...serviceEntries(plan)];
}

const organisation = (value: string, commonName: string) => [
  { type: 'C', value: 'JP' },
  { type: 'O', value },
  { type: 'CN', value: commonName },
];

/** CI, EUM, and the certificates of SM-DP+ and SM-DS (SGP.22 section 4.5.2). */
function rspEntries({ eum, carriers, relay, authentication }: PkiPlan): EntryPlan[] {
  const ci: EntryPlan = {
    entry: 'rsp/ci',
    days: DAYS.root,
    contents: {
      subject: organisation('Tegata', 'Tegata RSP CI'),
      basicConstraints: { ca: true },
      keyUsage: ['keyCertSign', 'cRLSign'],
      policies: [roleOids.CI],
    },
  };
  const maker: EntryPlan = {
    entry: 'rsp/eum',
    issuer: ci.entry,
    days: DAYS.ca,
    contents: {
      subject: organisation(eum.organisation, `${eum.organisation} EUM`),
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign'],
      policies: [roleOids.EUM],
      permittedDirectoryNames: [
        [
          { type: 'O', value: eum.organisation },
          { type: 'serialNumber', value: eum.iin },
        ],
      ],
    },
  };
  type Server = { readonly organisation: string; readonly oid: string; readonly address: string };
  const signer = (entry: string, role: 'DPauth' | 'DPpb' | 'DSauth', server: Server): EntryPlan => ({
    entry,
    issuer: ci.entry,
    days: DAYS.server,
    contents: {
      subject: organisation(server.organisation, server.address),
      keyUsage: ['digitalSignature'],
      policies: [roleOids[role]],
      subjectAltName: { registeredIds: [server.oid] },
    },
  });
  const tls = (
    entry: string,
    policies: readonly string[],
    server: Omit<Server, 'oid'> & { oid?: string },
  ): EntryPlan => ({
    entry,
    issuer: ci.entry,
    days: DAYS.tls,
    contents: {
      subject: organisation(server.organisation, server.address),
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [oids.serverAuth, oids.clientAuth],
      ...(policies.length > 0 && { policies }),
      subjectAltName: { dnsNames: [server.address], registeredIds: server.oid === undefined ? [] : [server.oid] },
    },
  });
  const { address } = authentication;
  return [
    ci,
    maker,
    ...carriers.flatMap((carrier) => [
      signer(`rsp/${carrier.name}/dp-auth`, 'DPauth', carrier),
      signer(`rsp/${carrier.name}/dp-pb`, 'DPpb', carrier),
      tls(`rsp/${carrier.name}/dp-tls`, [roleOids.DPtls], carrier),
    ]),
    signer('rsp/relay/ds-auth', 'DSauth', relay),
    tls('rsp/relay/ds-tls', [roleOids.DStls], relay),
    // Not an RSP role: a public name of authentication that terminals may trust under the same root.
    ...(address === undefined ? [] : [tls('rsp/authentication/tls', [], { ...authentication, address })]),
  ];
}

/** Root, the CA that issues identity certificates and their status list, and the keys documents are sealed to. */
function identityEntries({ authentication, relay }: PkiPlan): EntryPlan[] {
  const root = 'identity/root';
  const encryption = (role: 'authentication' | 'relay', owner: string): EntryPlan => ({
    entry: `identity/${role}-encryption`,
    issuer: root,
    days: DAYS.encryption,
    contents: {
      subject: organisation(owner, `${role} encryption`),
      keyUsage: ['keyAgreement'],
      subjectAltName: { uris: [serviceIdentity(role)] },
    },
  });
  return [
    {
      entry: root,
      days: DAYS.root,
      contents: {
        subject: organisation(authentication.organisation, 'Tegata identity root'),
        basicConstraints: { ca: true },
        keyUsage: ['keyCertSign', 'cRLSign'],
      },
    },
    {
      entry: 'identity/issuing-ca',
      issuer: root,
      days: DAYS.ca,
      contents: {
        subject: organisation(authentication.organisation, 'Tegata identity issuing CA'),
        basicConstraints: { ca: true, pathLength: 0 },
        keyUsage: ['keyCertSign', 'cRLSign'],
      },
    },
    encryption('authentication', authentication.organisation),
    encryption('relay', relay.organisation),
  ];
}

/** The CA of mutual TLS between services, and what each service and operator shows. */
function serviceEntries({ carriers, operators, serviceHosts = [] }: PkiPlan): EntryPlan[] {
  const ca = 'service/ca';
  const client = (entry: string, identity: string): EntryPlan => ({
    entry,
    issuer: ca,
    days: DAYS.tls,
    contents: {
      subject: organisation('Tegata', identity),
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [oids.clientAuth],
      subjectAltName: { uris: [serviceIdentity(identity)] },
    },
  });
  const service = (entry: string, identity: string): EntryPlan => {
    const plan = client(entry, identity);
    const dnsName = `${identity.split('/').reverse().join('.')}.service.${trustDomain}`;
    return {
      ...plan,
      contents: {
        ...plan.contents,
        extendedKeyUsage: [oids.serverAuth, oids.clientAuth],
        subjectAltName: {
          dnsNames: [dnsName, 'localhost', ...serviceHosts],
          uris: [serviceIdentity(identity)],
          ipAddresses: ['127.0.0.1'],
        },
      },
    };
  };
  return [
    {
      entry: ca,
      days: DAYS.ca,
      contents: {
        subject: organisation('Tegata', 'Tegata service CA'),
        basicConstraints: { ca: true, pathLength: 0 },
        keyUsage: ['keyCertSign', 'cRLSign'],
      },
    },
    ...carriers.map(({ name }) => service(`service/management-${name}`, `management/${name}`)),
    service('service/authentication', 'authentication'),
    service('service/relay', 'relay'),
    ...operators.map((name) => client(`service/operator-${name}`, `operator/${name}`)),
  ];
}
