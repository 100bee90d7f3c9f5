import { runServer } from '@tegata/operations';
import { readManagementConfig } from './config.ts';
import { startManagement } from './server.ts';

await runServer({ name: 'management', readConfig: readManagementConfig, start: startManagement });
