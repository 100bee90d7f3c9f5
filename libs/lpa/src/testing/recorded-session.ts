import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Published test vectors, beside the checkout. */
const folder = fileURLToPath(new URL('../../../../../shared/vectors/sgp22/', import.meta.url));

/** Whether the vectors are there. They must be in CI. */
export const vectorsAreThere = existsSync(folder) || process.env.CI === 'true';

interface Exchange {
  readonly request: Readonly<Record<string, string>>;
  readonly response: Readonly<Record<string, string>>;
}

interface RecordedSession {
  readonly matchingId: string;
  readonly exchange: Readonly<
    Record<'initiateAuthentication' | 'authenticateClient' | 'getBoundProfilePackage' | 'handleNotification', Exchange>
  >;
}

/** One download as it was recorded between another LPA and another SM-DP+ (JSON of ES9+). */
export function readRecordedSession(): RecordedSession {
  return JSON.parse(readFileSync(`${folder}session-recorded.json`, 'utf8'));
}
