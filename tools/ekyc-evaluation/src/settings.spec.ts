import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { THRESHOLDS } from '@tegata/ekyc';
import { configuredMatchLimits } from './settings.ts';

describe('the bands of the match', () => {
  it('are those of the authentication server, by the same variables', () => {
    expect(configuredMatchLimits({})).toEqual({ accept: THRESHOLDS.acceptMatch, refuse: THRESHOLDS.refuseMatch });
    const env = { TEGATA_MATCH_ACCEPT: '400', TEGATA_MATCH_REFUSE: '500' };
    expect(configuredMatchLimits(env)).toEqual({ accept: 0.4, refuse: 0.5 });
    const server = readFileSync(
      fileURLToPath(new URL('../../../apps/authentication/src/config.ts', import.meta.url)),
      'utf8',
    );
    const declared = (env: string) => Number(new RegExp(`env: '${env}', default: (\\d+)`).exec(server)?.[1]);
    expect(declared('TEGATA_MATCH_ACCEPT')).toBe(1000 * THRESHOLDS.acceptMatch);
    expect(declared('TEGATA_MATCH_REFUSE')).toBe(1000 * THRESHOLDS.refuseMatch);
  });

  it('are refused where they are no bands', () => {
    expect(() => configuredMatchLimits({ TEGATA_MATCH_ACCEPT: '590' })).toThrow('is more than TEGATA_MATCH_REFUSE');
    expect(() => configuredMatchLimits({ TEGATA_MATCH_ACCEPT: 'much' })).toThrow('TEGATA_MATCH_ACCEPT');
  });
});
