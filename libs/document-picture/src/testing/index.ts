export * from './legible-picture.ts';
