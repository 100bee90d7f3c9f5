import { type DescFile, type FileRegistry, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { status as StatusCode } from '@grpc/grpc-js';
import { descriptors } from '@tegata/contracts';
import {
  type ExtensionRequest,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from '@tegata/contracts/grpc-reflection-v1';
import { ServerReflectionService as AlphaReflectionService } from '@tegata/contracts/grpc-reflection-v1alpha';
import { implement, type ServiceImplementation } from './service-implementation.ts';

type Answer = ServerReflectionResponse['messageResponse'];

/**
 * Server reflection, v1 and v1alpha, over the compiled contracts. Own code, because @grpc/reflection builds descriptors
 * anew and loses imports between packages and options of our own.
 */
export function reflectionServices(services: readonly string[]): ServiceImplementation[] {
  const reflection = new Reflection(descriptors(), services);
  const serverReflectionInfo = (requests: AsyncIterable<ServerReflectionRequest>) => reflection.answerAll(requests);
  return [
    implement(ServerReflectionService, { serverReflectionInfo }),
    implement(AlphaReflectionService, { serverReflectionInfo }),
  ];
}

class Reflection {
  readonly #registry: FileRegistry;
  readonly #services: readonly string[];
  readonly #octets = new Map<DescFile, Buffer>();

  constructor(registry: FileRegistry, services: readonly string[]) {
    this.#registry = registry;
    this.#services = services;
  }

  async *answerAll(requests: AsyncIterable<ServerReflectionRequest>): AsyncGenerator<ServerReflectionResponse> {
    for await (const originalRequest of requests) {
      yield { validHost: originalRequest.host, originalRequest, messageResponse: this.#answer(originalRequest) };
    }
  }

  #answer({ messageRequest }: ServerReflectionRequest): Answer {
    switch (messageRequest?.$case) {
      case 'listServices': {
        const service = this.#services.map((name) => ({ name }));
        return { $case: 'listServicesResponse', value: { service } };
      }
      case 'fileByFilename':
        return this.#files(this.#registry.getFile(messageRequest.value));
      case 'fileContainingSymbol':
        return this.#files(this.#fileOfSymbol(messageRequest.value));
      case 'fileContainingExtension':
        return this.#files(this.#fileOfExtension(messageRequest.value));
      case 'allExtensionNumbersOfType':
        return this.#extensionNumbers(messageRequest.value);
      default:
        return problem(StatusCode.INVALID_ARGUMENT, 'the request asks for nothing');
    }
  }

  /** A file with everything it imports. */
  #files(file: DescFile | undefined): Answer {
    if (file === undefined) return problem(StatusCode.NOT_FOUND, 'not found');
    const fileDescriptorProto = [...importsOf(file)].map((each) => this.#octetsOf(each));
    return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
  }

  #octetsOf(file: DescFile): Buffer {
    let octets = this.#octets.get(file);
    if (octets === undefined) {
      octets = Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto));
      this.#octets.set(file, octets);
    }
    return octets;
  }

  /** Members of a type (methods, fields, enum values) are in the file of the type. */
  #fileOfSymbol(symbol: string): DescFile | undefined {
    for (let name = symbol; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
      const type = this.#registry.get(name);
      if (type) return type.file;
    }
    return undefined;
  }

  #fileOfExtension({ containingType, extensionNumber }: ExtensionRequest): DescFile | undefined {
    const extendee = this.#registry.getMessage(containingType);
    return extendee && this.#registry.getExtensionFor(extendee, extensionNumber)?.file;
  }

  #extensionNumbers(typeName: string): Answer {
    if (!this.#registry.getMessage(typeName)) return problem(StatusCode.NOT_FOUND, 'not found');
    const extensionNumber = [...this.#registry].flatMap((type) =>
      type.kind === 'extension' && type.extendee.typeName === typeName ? [type.number] : [],
    );
    return { $case: 'allExtensionNumbersResponse', value: { baseTypeName: typeName, extensionNumber } };
  }
}

function importsOf(file: DescFile, seen = new Set<DescFile>()): Set<DescFile> {
  if (!seen.has(file)) {
    seen.add(file);
    for (const dependency of file.dependencies) importsOf(dependency, seen);
  }
  return seen;
}

function problem(errorCode: number, errorMessage: string): Answer {
  return { $case: 'errorResponse', value: { errorCode, errorMessage } };
}
