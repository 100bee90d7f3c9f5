import { isMapping, readYaml, type YamlMapping, type YamlValue } from './plain-yaml.ts';

/** A mount of a service. */
export interface Mount {
  /** Name of a volume, or a path of the host, which begins with a dot. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Folder within the volume. */
  readonly subpath: string | undefined;
}

/** A service of a compose file, as far as it is looked at. */
export interface Service {
  readonly name: string;
  readonly members: readonly string[];
  readonly image: string;
  readonly build: { readonly context: string; readonly dockerfile: string; readonly target: string } | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Ports of the host by ports of the container. */
  readonly ports: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly dependsOn: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly capDrop: readonly string[];
}

/** A compose file. */
export interface Compose {
  readonly services: readonly Service[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** @throws Error naming what has another shape than the compose specification gives it */
export function readCompose(text: string): Compose {
  const root = mapping(readYaml(text), 'the file');
  return {
    services: Object.entries(mapping(root.services, 'services')).map(([name, value]) => serviceOf(name, value)),
    networks: Object.keys(mapping(root.networks, 'networks')),
    volumes: Object.keys(mapping(root.volumes, 'volumes')),
  };
}

function serviceOf(name: string, value: YamlValue): Service {
  const service = mapping(value, name);
  const {
    build,
    image,
    environment = {},
    volumes = [],
    ports = [],
    networks = [],
    depends_on: dependsOn = {},
  } = service;
  const settings = mapping(environment, `${name}.environment`);
  return {
    name,
    members: Object.keys(service),
    image: string(image, `${name}.image`),
    build: build === undefined ? undefined : buildOf(mapping(build, `${name}.build`), name),
    environment: Object.fromEntries(
      Object.entries(settings).map(([key, each]) => [key, string(each, `${name}.environment.${key}`)]),
    ),
    mounts: list(volumes, `${name}.volumes`).map((mount) => mountOf(mount, name)),
    ports: Object.fromEntries(list(ports, `${name}.ports`).map((each) => portOf(string(each, `${name}.ports`), name))),
    networks: list(networks, `${name}.networks`).map((each) => string(each, `${name}.networks`)),
    dependsOn: Object.keys(mapping(dependsOn, `${name}.depends_on`)),
    readOnlyRoot: service.read_only === true,
    capDrop: list(service.cap_drop ?? [], `${name}.cap_drop`).map((each) => string(each, `${name}.cap_drop`)),
  };
}

const buildOf = ({ context, dockerfile, target }: YamlMapping, name: string) => ({
  context: string(context, `${name}.build.context`),
  dockerfile: string(dockerfile, `${name}.build.dockerfile`),
  target: string(target, `${name}.build.target`),
});

function portOf(published: string, name: string): readonly [string, string] {
  const [, host, container] = /^127\.0\.0\.1:([0-9]+):([0-9]+)$/.exec(published) ?? [];
  if (host === undefined || container === undefined)
    throw new Error(`${name}.ports: only of this machine's own address`);
  return [container, host];
}

function mountOf(mount: YamlValue, name: string): Mount {
  if (typeof mount === 'string') {
    const [source = '', target = '', mode] = mount.split(':');
    return { source, target, readOnly: mode === 'ro', subpath: undefined };
  }
  const { type, source, target, read_only: readOnly, volume } = mapping(mount, `${name}.volumes`);
  if (type !== 'volume') throw new Error(`${name}.volumes: only volumes have the long form here`);
  return {
    source: string(source, `${name}.volumes.source`),
    target: string(target, `${name}.volumes.target`),
    readOnly: readOnly === true,
    subpath: string(mapping(volume, `${name}.volumes.volume`).subpath, `${name}.volumes.volume.subpath`),
  };
}

function mapping(value: YamlValue | undefined, where: string): YamlMapping {
  if (isMapping(value)) return value;
  throw new Error(`${where} is no mapping`);
}

function list(value: YamlValue, where: string): readonly YamlValue[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} is no list`);
}

function string(value: YamlValue | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${where} is no text`);
}
