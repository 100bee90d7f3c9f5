/**
 * Characters that a terminal obeys, or that take no place on it: control and formatting characters (so marks of direction and blanks of no width),
 * halves of characters, ends of lines, and fillers that look like nothing. Variation selectors are none of them: names in Japanese registers have them.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;

/** Text of others for one line of a terminal: it can't move the cursor, break the line, turn its direction or hide in it. */
export const printable = (text: string): string => text.replaceAll(unprintable, '\ufffd');

/** The same value in JSON, for programs and for whoever sees it on a terminal: those characters stand there as `\u` escapes. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each), indent)
    .split('\n')
    .map((line) => line.replaceAll(unprintable, escaped))
    .join('\n');

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
