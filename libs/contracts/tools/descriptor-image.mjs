// Writes the FileDescriptorSet of our contracts and of the services every gRPC server has as a TypeScript module. A
// module survives bundling, a file beside the code would not. Source information stays in: reflection clients show the
// comments, and the contract tests read them.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [target, ...inputs] = process.argv.slice(2);
if (target === undefined || inputs.length === 0) {
  console.error('usage: descriptor-image.mjs OUTPUT.ts FOLDER[:SUBFOLDER]...');
  process.exit(2);
}

/** Compiles a folder of proto files, or one subfolder of it. */
function build(input) {
  const [folder, subfolder] = input.split(':');
  const only = subfolder === undefined ? [] : ['--path', `${folder}/${subfolder}`];
  return execFileSync('buf', ['build', folder, ...only, '--as-file-descriptor-set', '-o', '-'], {
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

// Sets of descriptors are merged by writing one after the other.
const image = Buffer.concat(inputs.map(build)).toString('base64');
writeFileSync(
  target,
  `// Generated from the proto files. DO NOT EDIT.

/** FileDescriptorSet of all contracts, with imports and comments. */
export const descriptorImage: Uint8Array = Buffer.from('${image}', 'base64');
`,
);
