export { CaFolder, CaFolderError } from './ca-folder.ts';
export { cardFiles, issueCard } from './issue-card.ts';
export { serveOcsp } from './serve-ocsp.ts';
