import { runServer } from '@tegata/operations';
import { readRelayConfig } from './config.ts';
import { startRelay } from './server.ts';

await runServer({ name: 'relay', readConfig: readRelayConfig, start: startRelay });
