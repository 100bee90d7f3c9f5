// Writes the FileDescriptorSet of our contracts and of grpc.health as a TypeScript module. A module survives bundling,
// a file beside the code would not. Source information stays in: the contract tests read comments from it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [target, ...folders] = process.argv.slice(2);
if (target === undefined || folders.length === 0) {
  console.error('usage: descriptor-image.mjs OUTPUT.ts PROTO_FOLDER...');
  process.exit(2);
}

const build = (folder) =>
  execFileSync('buf', ['build', folder, '--as-file-descriptor-set', '-o', '-'], {
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
// Sets of descriptors are merged by writing one after the other.
const image = Buffer.concat(folders.map(build));
writeFileSync(
  target,
  `// Generated from the proto files. DO NOT EDIT.\n\n/** FileDescriptorSet of all contracts, with imports and comments. */\nexport const descriptorImage: Uint8Array = Buffer.from(\n  '${image.toString('base64')}',\n  'base64',\n);\n`,
);
