import { type MatchLimits, THRESHOLDS } from '@tegata/ekyc';
import { ConfigError, integer, readConfig } from '@tegata/service-kit';

/** The bands of the match by the authentication server's own settings (docs/operations.md). @throws ConfigError */
export function configuredMatchLimits(env: NodeJS.ProcessEnv): MatchLimits {
  const thousandths = (limit: number) => Math.round(1000 * limit);
  const { accept, refuse } = readConfig(
    {
      accept: integer({ env: 'TEGATA_MATCH_ACCEPT', default: thousandths(THRESHOLDS.acceptMatch), min: 100, max: 600 }),
      refuse: integer({ env: 'TEGATA_MATCH_REFUSE', default: thousandths(THRESHOLDS.refuseMatch), min: 100, max: 600 }),
    },
    { env },
  );
  if (accept > refuse) throw new ConfigError(['TEGATA_MATCH_ACCEPT is more than TEGATA_MATCH_REFUSE']);
  return { accept: accept / 1000, refuse: refuse / 1000 };
}
