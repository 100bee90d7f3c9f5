import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChipFiles } from '../verify-chip.ts';

const folder = fileURLToPath(new URL('../../../../../shared/vectors/faces/', import.meta.url));

/** `describe` where the development set lies beside the workspace; it must in continuous integration. */
export const describeWithFaces: typeof describe.skip =
  existsSync(folder) || process.env.CI === 'true' ? describe : describe.skip;

/** A chip of the development set, its CSCA, and what the set says of them. */
export interface SampleChip {
  readonly file: string;
  readonly mrz: string;
  readonly expect: 'valid' | 'invalid';
  readonly files: ChipFiles;
  readonly csca: Uint8Array;
}

interface Manifest {
  readonly emrtd: readonly Omit<SampleChip, 'files' | 'csca'>[];
  readonly documents: readonly { readonly file: string; readonly mrz: readonly string[] | null }[];
}

const manifest = (): Manifest => JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8'));

export function sampleChips(): readonly SampleChip[] {
  return manifest().emrtd.map((entry) => {
    const parts: Readonly<Record<string, string>> = JSON.parse(readFileSync(`${folder}emrtd/${entry.file}`, 'utf8'));
    const part = (name: string) => new Uint8Array(Buffer.from(parts[name] ?? '', 'base64'));
    return { ...entry, csca: part('csca'), files: { sod: part('sod'), dg1: part('dg1'), dg2: part('dg2') } };
  });
}

/** Machine readable zones of the documents of the set. */
export const sampleZones = (): readonly string[] => manifest().documents.flatMap(({ mrz }) => mrz?.join('\n') ?? []);
