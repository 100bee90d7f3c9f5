import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../binding/json.ts';

const folder = fileURLToPath(new URL('../../../../../shared/vectors/sgp22/', import.meta.url));

/** `describe` for tests that need the conformance data: skipped where it is not there, failed so in continuous integration. */
export function describeWithVectors(name: string, body: () => void): void {
  if (existsSync(folder)) {
    describe(name, body);
    return;
  }
  const absent = process.env.CI === 'true' ? describe : describe.skip;
  absent(name, () => {
    it('needs the conformance data', () => {
      throw new Error(`no vectors at ${folder}`);
    });
  });
}

/** One exchange of the JSON binding as it went over the wire. */
export interface RecordedExchange {
  readonly request: JsonObject;
  readonly status: number;
  readonly response: JsonObject | null;
}

/** A download recorded against another SM-DP+, by function. */
export function recordedSession(): Readonly<Record<string, RecordedExchange>> {
  return JSON.parse(readFileSync(`${folder}session-recorded.json`, 'utf8')).exchange;
}
