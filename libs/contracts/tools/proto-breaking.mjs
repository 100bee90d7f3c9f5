// Compares the contracts with the previous state of main: on a branch the merge base with main, on main its first
// parent. Where there is nothing to compare with (first commit, shallow clone, no contracts yet) it says so and passes.
import { execFileSync, spawnSync } from 'node:child_process';

const git = (...args) => {
  const run = spawnSync('git', args, { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : undefined;
};

/** The commit to compare with, or why there is none. */
function previousState() {
  const head = git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (head === undefined) return { none: 'no commit yet' };
  for (const main of ['refs/remotes/origin/main', 'refs/heads/main']) {
    const base = git('merge-base', 'HEAD', main);
    if (base !== undefined && base !== head) return { commit: base, what: `the merge base with ${main}` };
  }
  const parent = git('rev-parse', '--verify', '--quiet', 'HEAD~1^{commit}');
  if (parent !== undefined) return { commit: parent, what: 'the commit before' };
  if (git('rev-parse', '--is-shallow-repository') === 'true') return { none: 'the clone is shallow' };
  return { none: 'this is the first commit' };
}

const previous = previousState();
if (previous.none !== undefined) {
  console.log(`proto-breaking: nothing to compare with: ${previous.none}.`);
  process.exit(0);
}
const short = previous.commit.slice(0, 12);
if (!git('ls-tree', '-r', '--name-only', previous.commit, '--', 'proto')?.includes('.proto')) {
  console.log(`proto-breaking: nothing to compare with: ${previous.what} (${short}) has no contracts.`);
  process.exit(0);
}
console.log(`proto-breaking: comparing with ${previous.what} (${short}).`);
try {
  execFileSync('buf', ['breaking', '--against', `.git#ref=${previous.commit}`], { stdio: 'inherit' });
} catch (error) {
  process.exit(typeof error.status === 'number' ? error.status : 1);
}
