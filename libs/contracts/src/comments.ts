import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';

/** An element of a proto file that can carry a comment. */
export type Commented = DescService | DescMethod | DescMessage | DescField | DescOneof | DescEnum | DescEnumValue;

/** The comment before an element, as it stands in the proto file without comment signs; empty when there is none. */
export function commentOf(element: Commented): string {
  const { file, path } = locate(element);
  let comments = commentsByFile.get(file);
  if (comments === undefined) {
    const locations = file.proto.sourceCodeInfo?.location ?? [];
    comments = new Map(locations.map((location) => [location.path.join(), location.leadingComments]));
    commentsByFile.set(file, comments);
  }
  return comments.get(path.join())?.trim() ?? '';
}

const commentsByFile = new WeakMap<DescFile, Map<string, string>>();

/** Path of an element in its file: field numbers of descriptor.proto, each with an index. */
function locate(element: Commented): { file: DescFile; path: readonly number[] } {
  switch (element.kind) {
    case 'service':
      return { file: element.file, path: [6, element.file.services.indexOf(element)] };
    case 'rpc':
      return below(element.parent, 2, element.parent.methods.indexOf(element));
    case 'message':
      if (element.parent) return below(element.parent, 3, element.parent.nestedMessages.indexOf(element));
      return { file: element.file, path: [4, element.file.messages.indexOf(element)] };
    case 'field':
      return below(element.parent, 2, element.parent.fields.indexOf(element));
    case 'oneof':
      return below(element.parent, 8, element.parent.oneofs.indexOf(element));
    case 'enum':
      if (element.parent) return below(element.parent, 4, element.parent.nestedEnums.indexOf(element));
      return { file: element.file, path: [5, element.file.enums.indexOf(element)] };
    case 'enum_value':
      return below(element.parent, 2, element.parent.values.indexOf(element));
  }
}

function below(parent: Commented, number: number, index: number): { file: DescFile; path: readonly number[] } {
  const { file, path } = locate(parent);
  return { file, path: [...path, number, index] };
}
