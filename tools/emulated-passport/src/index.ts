export {
  type AnswersBy,
  issuePassport,
  PassportFolderError,
  type PassportInFolder,
  type PassportKeys,
  passwordOf,
  readPassport,
} from './passport-folder.ts';
