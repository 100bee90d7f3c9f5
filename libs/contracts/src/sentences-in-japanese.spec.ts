import { commentOf } from './comments.ts';
import { describeOwnServices } from './descriptors.ts';
import { errorReasons } from './error-reasons.ts';
import { localeOf, localReasons, localSentence, sentencesInJapanese } from './sentences-in-japanese.ts';

const reason = { code: 'FACE_TOO_SMALL', sentence: 'Come nearer.' };

describe('a reason in the language of its reader', () => {
  it('is told in Japanese where the locale is Japanese, and as it was received elsewhere', () => {
    for (const locale of ['ja', 'ja_JP.UTF-8', 'ja-JP', 'JA']) {
      expect(localSentence(reason, locale)).toBe(sentencesInJapanese.FACE_TOO_SMALL);
    }
    for (const locale of ['', 'C', 'en_GB.UTF-8', 'jam']) expect(localSentence(reason, locale)).toBe('Come nearer.');
  });

  it('is told as it was received where there is no Japanese for it', () => {
    expect(localSentence({ code: 'EVIDENCE_NEW', sentence: 'Said.' }, 'ja')).toBe('Said.');
  });

  it('is found in a message that names its code', () => {
    const message =
      'The ID photo was refused: Come nearer. (FACE_TOO_SMALL) As said. (EVIDENCE_NEW) Again. (FACE_TOO_SMALL)';
    expect(localReasons(message, 'ja_JP.UTF-8')).toEqual([`${sentencesInJapanese.FACE_TOO_SMALL} (FACE_TOO_SMALL)`]);
    expect(localReasons(message, 'en_GB.UTF-8')).toEqual([]);
  });

  it('follows the environment as POSIX orders it', () => {
    expect(localeOf({ LC_ALL: 'ja_JP', LANG: 'C' })).toBe('ja_JP');
    expect(localeOf({ LC_ALL: '', LC_MESSAGES: 'ja_JP', LANG: 'C' })).toBe('ja_JP');
    expect(localeOf({})).toBe('');
  });
});

/** Reasons by which a carrier hears that what was submitted is wrong, and of which the applicant is told, as the comment of the call names them. */
function reasonsOfStartVerification(): string[] {
  const methods = describeOwnServices().flatMap((service) => service.methods);
  const method = methods.find(({ name }) => name === 'StartVerification');
  const comment = method === undefined ? '' : commentOf(method).replaceAll(/\s+/g, ' ');
  const told = /\b(?:INVALID_ARGUMENT|PERMISSION_DENIED|FAILED_PRECONDITION) \(([^)]*)\)/g;
  return [...comment.matchAll(told)].flatMap(([, list = '']) =>
    [...list.matchAll(/\b[A-Z]+_(?:\*|[A-Z_]+)/g)].flatMap(([name]) =>
      name.endsWith('*') ? Object.keys(errorReasons).filter((reason) => reason.startsWith(name.slice(0, -1))) : [name],
    ),
  );
}

describe('reasons of a verification that ended or could not begin', () => {
  it.each([
    ...reasonsOfStartVerification(),
    'IDENTITY_PROOF_EXPIRED',
    'ID_PHOTO_NOT_JUDGED',
    'REVIEW_REFUSED',
    'REVIEW_LAPSED',
  ])('%s has a sentence in Japanese', (code) => {
    expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
  });

  it('are many', () => {
    expect(reasonsOfStartVerification().length).toBeGreaterThan(20);
  });
});
