export { issuePassport, PassportFolderError, passwordOf, readPassport } from './passport-folder.ts';
