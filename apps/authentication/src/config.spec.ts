import { readAuthenticationConfig } from './config.ts';

const needed = { TEGATA_PKI: 'pki', TEGATA_VAULT_KEY_FILE: 'key', DATABASE_URL: 'postgresql:///tegata' };
const problem = (name: string, value: string): string => {
  try {
    readAuthenticationConfig({ ...needed, [name]: value });
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the settings of the authentication server', () => {
  it.each([
    ['TEGATA_PERSON_POLICIES', '1.2.392.200149.8.5.1.1.10, 1.2.392.200149.8.5.1.1.20'],
    ['TEGATA_PERSON_OCSP_URL', 'http://127.0.0.1:8888'],
    ['TEGATA_VERDICT_RETENTION_MS', String(50 * 365 * 86_400_000)],
    ['TEGATA_MATCH_ACCEPT', '550'],
  ])('take %s=%s', (name, value) => {
    expect(problem(name, value)).toBe('none');
  });

  it.each([
    // which would have stood for any policy, for no responder, and for no time at all
    ['TEGATA_PERSON_POLICIES', ','],
    ['TEGATA_PERSON_POLICIES', ' , 1.2.3'],
    ['TEGATA_PERSON_POLICIES', '1.2.3;1.2.4'],
    ['TEGATA_PERSON_OCSP_URL', '127.0.0.1:8888'],
    ['TEGATA_PERSON_OCSP_URL', 'ldap://127.0.0.1'],
    ['TEGATA_PERSON_OCSP_TIMEOUT_MS', '3000000000'],
    ['TEGATA_VERDICT_RETENTION_MS', '9007199254740991'],
    ['TEGATA_RETENTION_MS', '-1'],
    ['TEGATA_CAPTURE_LIFETIME_MS', '9007199254740991'],
    ['TEGATA_MATCH_ACCEPT', '551'],
    ['TEGATA_MATCH_REFUSE', '601'],
    ['TEGATA_REVIEW', 'never'],
  ])('refuse %s=%s at the start', (name, value) => {
    expect(problem(name, value)).toContain(name);
  });
});
