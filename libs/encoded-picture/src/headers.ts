/** What is done with the octets of a picture before a decoder sees them; without the decoder, the models, and their packages. */
export { readJpeg2000Header } from './jpeg2000-header.ts';
export { stripMetadata } from './strip-metadata.ts';
