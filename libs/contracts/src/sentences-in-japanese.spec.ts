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
