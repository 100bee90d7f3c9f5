import { runServer } from '@tegata/operations';
import { readAuthenticationConfig } from './config.ts';
import { startAuthentication } from './server.ts';

await runServer({ name: 'authentication', readConfig: readAuthenticationConfig, start: startAuthentication });
