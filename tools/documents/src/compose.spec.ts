import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, normalize } from 'node:path';
import { readHttpsListeners } from '@tegata/rsp-http';
import { readCompose, type Service } from './compose.ts';
import { instructionsOf, readDockerfile } from './dockerfile.ts';
import { settingsOf } from './server-settings.ts';
import { exists, jsonOf, textOf, workspace } from './workspace.ts';

interface Carrier {
  readonly name: string;
  readonly displayName: string;
  readonly address: string;
  readonly oid: string;
  readonly plmn: { readonly mcc: string; readonly mnc: string };
}
interface NetworkFile {
  readonly carriers: Readonly<Record<string, { readonly address: string; readonly plmn: string }>>;
  readonly relay: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, string>>;
  readonly httpsEndpoints: Readonly<Record<string, string>>;
  readonly httpsServices: Readonly<Record<string, string>>;
}
interface Plan {
  readonly carriers: readonly { name: string; organisation: string; oid: string; address: string }[];
  readonly relay: { readonly address: string };
  readonly operators: readonly string[];
}

const compose = readCompose(textOf('docker/compose.yaml'));
const stages = readDockerfile(textOf('docker/Dockerfile'));
const network = jsonOf<NetworkFile>('docker/network.json');
const plan = jsonOf<Plan>('docker/pki-plan.json');
const serverTargets = ['management', 'authentication', 'relay'];
const isServer = ({ build }: Service) => serverTargets.includes(build?.target ?? '');
const servers = compose.services.filter(isServer);
const ours = compose.services.filter(({ build }) => build !== undefined);
const named = (services: readonly Service[]) => services.map((service) => [service.name, service] as const);
const service = (name: string) => compose.services.find((each) => each.name === name);
/** A path beside the compose file as a path of the workspace. */
const beside = (path: string) => normalize(join('docker', path));
const carrierOf = ({ mounts }: Service) => {
  const mount = mounts.find(({ target }) => target === '/carrier.json');
  return mount && jsonOf<Carrier>(beside(mount.source));
};
/** Name of a server as certificates have it: `management/aozora`. */
const identityOf = (server: Service) => {
  const carrier = carrierOf(server);
  return carrier ? `management/${carrier.name}` : server.name;
};

/** HTTPS/JSON listeners of a server, as the server reads them. */
const listenersOf = ({ environment, build }: Service) =>
  readHttpsListeners(build?.target === 'relay' ? ['es11', 'es9plus', 'es12', 'es15'] : ['es9plus', 'es2plus'])(
    JSON.parse(environment.TEGATA_HTTPS_LISTENERS ?? '[]'),
  );
const portOf = (address: string) => address.split(':').at(-1) ?? '';

describe('docker/compose.yaml', () => {
  it('runs Postgres, both carriers, authentication, relay and a terminal', () => {
    expect(compose.services.map(({ name }) => name)).toEqual([
      'postgres',
      'prepare',
      'authentication',
      'relay',
      'management-aozora',
      'management-minato',
      'terminal',
      'admin',
    ]);
  });

  it('says nothing that the compose specification has no member for', () => {
    const members = new Set(
      `build cap_drop command depends_on entrypoint environment healthcheck hostname image network_mode networks ports profiles read_only
       restart security_opt stop_grace_period tmpfs volumes`.split(/\s+/),
    );
    expect(compose.services.flatMap((each) => each.members).filter((member) => !members.has(member))).toEqual([]);
  });

  it.each(named(ours))('builds %s from a target that there is', (_, { build, image }) => {
    expect(stages.map(({ name }) => name)).toContain(build?.target);
    expect(beside(build?.context ?? '')).toMatch(/^\.\/?$/);
    expect(exists(build?.dockerfile ?? '')).toBe(true);
    expect(image).toBe(`tegata/${build?.target}`);
  });

  it.each(named(ours))('gives %s no capability and a root it can not write', (_, { readOnlyRoot, capDrop }) => {
    expect({ readOnlyRoot, capDrop }).toEqual({ readOnlyRoot: true, capDrop: ['ALL'] });
  });

  it.each(named(servers))('sets every setting that %s requires, and none that it does not have', (_, server) => {
    const { required, optional } = settingsOf(server.build?.target ?? '');
    const set = Object.keys(server.environment);
    expect(required).toContain('DATABASE_URL');
    expect(set).toEqual(expect.arrayContaining([...required]));
    expect([...required, ...optional]).toEqual(expect.arrayContaining(set));
  });

  it('names networks, volumes, services and files that there are', () => {
    for (const { networks, mounts, dependsOn } of compose.services) {
      expect(compose.networks).toEqual(expect.arrayContaining([...networks]));
      for (const name of dependsOn) expect(service(name)).toBeDefined();
      for (const { source } of mounts) {
        if (source.startsWith('.')) expect(exists(beside(source))).toBe(true);
        else expect(compose.volumes).toContain(source);
      }
    }
  });

  it("shows each server its own share of the keys, read-only, and nobody another's", () => {
    const shares = [...servers, service('terminal'), service('admin')].map((each) => {
      const [share] = each?.mounts.filter(({ source }) => source === 'state') ?? [];
      return { name: each?.name, subpath: share?.subpath, readOnly: share?.readOnly };
    });
    expect(shares).toEqual([
      ...servers.map(({ name }) => ({ name, subpath: `servers/${name}`, readOnly: true })),
      { name: 'terminal', subpath: 'servers/terminal/pki', readOnly: true },
      { name: 'admin', subpath: 'servers/operators/pki', readOnly: true },
    ]);
    const whole = compose.services.filter(({ mounts }) =>
      mounts.some(({ source, subpath }) => source === 'state' && subpath === undefined),
    );
    expect(whole.map(({ name }) => name)).toEqual(['prepare']);
  });

  it('serves every interface of the JSON binding, each listener at a port of the host of its own', () => {
    const served = Object.fromEntries(
      servers.map((each) => [each.name, listenersOf(each).flatMap(({ serves }) => serves)]),
    );
    expect(served).toEqual({
      authentication: [],
      relay: ['es11', 'es9plus', 'es12'],
      'management-aozora': ['es9plus', 'es2plus'],
      'management-minato': ['es9plus', 'es2plus'],
    });
    for (const each of servers) {
      const ports = listenersOf(each).map(({ address }) => portOf(address));
      expect(Object.keys(each.ports).sort()).toEqual(ports.sort());
      // A container is reached at all its addresses, or at none.
      for (const { address } of listenersOf(each)) expect(address).toMatch(/^0\.0\.0\.0:/);
    }
    const published = compose.services.flatMap((each) => Object.values(each.ports));
    expect(new Set(published).size).toBe(published.length);
  });

  it('holds no password: each is asked for, and is the same for Postgres and the server', () => {
    const asked = service('postgres')?.environment ?? {};
    for (const [name, value] of Object.entries(asked)) expect(value).toBe(`\${${name}:?is missing in docker/.env}`);
    const script = textOf('docker/init-databases.sh');
    for (const { environment } of servers) {
      const url = environment.DATABASE_URL ?? '';
      const [, user, variable, database] = /^postgres:\/\/(\w+):\$\{(\w+)\}@postgres\/(\w+)$/.exec(url) ?? [];
      expect(user).toBe(database);
      expect(Object.keys(asked)).toContain(variable);
      expect(script).toContain(`create ${database} "$${variable}"`);
    }
  });
});

describe('docker/network.json and docker/pki-plan.json', () => {
  it('know the carriers as their carrier files have them', () => {
    const carriers = servers.flatMap((each) => carrierOf(each) ?? []);
    expect(plan.carriers).toEqual(
      carriers.map(({ name, displayName, oid, address }) => ({ name, organisation: displayName, oid, address })),
    );
    expect(network.carriers).toEqual(
      Object.fromEntries(carriers.map(({ name, address, plmn }) => [name, { address, plmn: plmn.mcc + plmn.mnc }])),
    );
    expect([...plan.operators].sort()).toEqual([...carriers.map(({ name }) => name), 'authentication', 'relay'].sort());
  });

  it('lead to services of the compose file, at ports that their images expose', () => {
    const reachable = (address: string) => {
      const [host = '', port = ''] = address.split(':');
      const target = service(host)?.build?.target ?? '';
      return instructionsOf(stages, target, 'EXPOSE').some(({ text }) => text.split(/\s+/).includes(port));
    };
    const addresses = [
      ...Object.values(network.endpoints),
      ...Object.values(network.services),
      ...servers.flatMap(({ environment }) =>
        ['TEGATA_AUTHENTICATION', 'TEGATA_RELAY'].flatMap((name) => environment[name] ?? []),
      ),
      ...rspServers().map((each) => each.service),
    ];
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter((address) => !reachable(address))).toEqual([]);
    expect(network.services).toEqual(
      Object.fromEntries(servers.map((each) => [identityOf(each), `${each.name}:7543`])),
    );
  });

  it('lead to the HTTPS listeners, of LPAs and of servers', () => {
    const at = (mutual: boolean) =>
      servers.flatMap((each) =>
        listenersOf(each)
          .filter(({ clients }) => (clients !== undefined) === mutual)
          .map(({ address }) => [each, `${each.name}:${portOf(address)}`] as const),
      );
    const addressOf = (each: Service) => carrierOf(each)?.address ?? network.relay;
    expect(network.httpsEndpoints).toEqual(
      Object.fromEntries(at(false).map(([each, where]) => [addressOf(each), where])),
    );
    expect(network.httpsServices).toEqual(
      Object.fromEntries(at(true).map(([each, where]) => [identityOf(each), where])),
    );
  });

  it("agree with the relay's settings", () => {
    expect(service('relay')?.environment.TEGATA_ADDRESS).toBe(network.relay);
    expect(plan.relay.address).toBe(network.relay);
    for (const { environment } of servers.filter((each) => carrierOf(each))) {
      expect(environment.TEGATA_RELAY_ADDRESS).toBe(network.relay);
    }
    expect(rspServers()).toEqual(
      plan.carriers.map(({ name, address }) => ({
        address,
        owner: `management/${name}`,
        service: `management-${name}:7543`,
      })),
    );
  });

  const rspServers = () =>
    JSON.parse(service('relay')?.environment.TEGATA_RSP_SERVERS ?? '[]') as {
      address: string;
      owner: string;
      service: string;
    }[];
});

describe('docker/bin/prepare.sh', () => {
  let state: string;
  beforeAll(() => {
    state = mkdtempSync(join(tmpdir(), 'tegata-prepare-'));
  });
  afterAll(() => rmSync(state, { recursive: true }));

  it('makes every file that the servers are pointed at', () => {
    const commands = textOf('docker/bin/prepare.sh')
      .split('\n')
      .filter((line) => line.startsWith('tegata-admin '));
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const [, ...words] = command.split(' ');
      const args = words.map((word) => word.replace('"$plan"', 'docker/pki-plan.json').replace('/state', state));
      execFileSync(process.execPath, ['apps/admin/bin/tegata-admin.mjs', ...args], { cwd: workspace });
    }
    for (const server of servers) {
      const { environment, mounts } = server;
      const share = mounts.find(({ target }) => target === '/state')?.subpath ?? '';
      const pinned = listenersOf(server).flatMap(({ clients = [] }) => clients.map(({ certificate }) => certificate));
      const settings = [environment.TEGATA_PKI, environment.TEGATA_VAULT_KEY_FILE, ...pinned];
      const files = settings.flatMap((path) => path ?? []);
      expect(files).not.toEqual([]);
      for (const file of files) expect(existsSync(join(state, file.replace('/state', share)))).toBe(true);
    }
    for (const path of ['servers/terminal/pki', 'servers/operators/pki']) {
      expect(existsSync(join(state, path))).toBe(true);
    }
  });

  it('is what the compose file runs', () => {
    const text = textOf('docker/compose.yaml');
    expect(text).toContain('entrypoint: [/tegata/docker/bin/prepare.sh]');
    const copied = instructionsOf(stages, 'admin', 'COPY').some(({ text: copy }) =>
      copy.includes('docker/bin/prepare.sh'),
    );
    expect(copied).toBe(true);
    expect(service('prepare')?.mounts.map(({ source }) => basename(source))).toEqual(['state', 'pki-plan.json']);
  });
});
