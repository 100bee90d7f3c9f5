export {
  type AnswersBy,
  issuePassport,
  PassportFolderError,
  type PassportInFolder,
  passwordOf,
  readPassport,
} from './passport-folder.ts';
