/** One instruction of a Dockerfile. */
export interface Instruction {
  /** Upper case: `COPY`. */
  readonly name: string;
  /** What follows, continuation lines joined. */
  readonly text: string;
  readonly line: number;
}

/** One stage: from a FROM to the next. */
export interface Stage {
  readonly name: string;
  /** Image or earlier stage it begins with. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** A COPY taken apart. */
export interface Copy {
  /** Stage it copies from; undefined for the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

const known = new Set(
  'ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/**
 * Takes a Dockerfile apart.
 * @throws Error for an instruction that there is none of, or a stage without a name
 */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const { line, content } of joinedLines(text)) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(content) ?? [];
    const name = word.toUpperCase();
    if (name === 'FROM') {
      const [, from, stage] = /^(\S+)\s+AS\s+([a-z][a-z0-9-]*)$/i.exec(rest) ?? [];
      if (!from || !stage) throw new Error(`line ${line}: a stage without a name`);
      stages.push({ name: stage, from, instructions: [] });
    } else if (known.has(name)) {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`line ${line}: ${name} before the first FROM`);
      stage.instructions.push({ name, text: rest, line });
    } else {
      throw new Error(`line ${line}: there is no instruction ${word || content}`);
    }
  }
  return stages;
}

function joinedLines(text: string): { readonly line: number; readonly content: string }[] {
  const joined: { line: number; content: string }[] = [];
  let open: { line: number; content: string } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*(#.*)?$/.test(raw)) continue;
    const goesOn = raw.trimEnd().endsWith('\\');
    const part = goesOn ? raw.trimEnd().slice(0, -1).trim() : raw.trim();
    if (open) open.content += ` ${part}`;
    else open = { line: index + 1, content: part };
    if (goesOn) continue;
    joined.push(open);
    open = undefined;
  }
  if (open) throw new Error(`line ${open.line}: the last instruction does not end`);
  return joined;
}

/** A stage with those it begins with, the first of them first. */
export function lineage(stages: readonly Stage[], name: string): readonly Stage[] {
  const stage = stages.find((each) => each.name === name);
  return stage ? [...lineage(stages, stage.from), stage] : [];
}

/** Instructions of one name over a stage and those it begins with, in the order they work. */
export const instructionsOf = (stages: readonly Stage[], stage: string, name: string): readonly Instruction[] =>
  lineage(stages, stage)
    .flatMap(({ instructions }) => instructions)
    .filter((instruction) => instruction.name === name);

/** Takes a COPY apart; forms with JSON or heredocs are not used here. */
export function copyOf({ text }: Instruction): Copy {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}

/** Variables that ENV sets, the later over the earlier. */
export function environmentOf(stages: readonly Stage[], stage: string): ReadonlyMap<string, string> {
  const pairs = instructionsOf(stages, stage, 'ENV').flatMap(({ text }) => text.match(/\w+=("[^"]*"|\S+)/g) ?? []);
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
