// `tegata` in an image: the bundle in place of the sources.
const { main } = await import('../../apps/terminal/dist/main.js');
process.exitCode = await main(process.argv.slice(2));
