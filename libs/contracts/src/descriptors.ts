import {
  createFileRegistry,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorImage } from './gen/descriptor-image.ts';

let registry: FileRegistry | undefined;

/** All descriptors: our contracts, what they import, and the services every gRPC server has. Read on first use. */
export function descriptors(): FileRegistry {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorImage));
  return registry;
}

/** Every service of the image, ordered by full name. */
export function describeServices(): DescService[] {
  const services = [...descriptors()].filter((type) => type.kind === 'service');
  return services.sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

/** Every service that the proto files of this repository declare, without health and reflection. */
export function describeOwnServices(): DescService[] {
  return describeServices().filter((service) => !service.typeName.startsWith('grpc.'));
}

/** Full path of a method as it travels: `/gsma.rsp.v2.Es9Plus/InitiateAuthentication`. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** The method of a full path. Throws when the contracts have none. */
export function describeMethod(path: string): DescMethod {
  const [, serviceName, methodName] = path.split('/');
  const service = descriptors().getService(serviceName ?? '');
  const method = service?.methods.find(({ name }) => name === methodName);
  if (method === undefined) throw new Error(`no method ${path} in the contracts`);
  return method;
}
