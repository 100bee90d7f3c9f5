// `tegata-admin` in an image: the bundle in place of the sources.
const { run } = await import('../../apps/admin/dist/main.js');
await run(process.argv);
