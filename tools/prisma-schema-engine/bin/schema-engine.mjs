#!/usr/bin/env node
// What PRISMA_SCHEMA_ENGINE_BINARY points to. The loader is found from here, so that it may be run in any directory.
import { register } from 'tsx/esm/api';

register();
await import('../src/main.ts');
