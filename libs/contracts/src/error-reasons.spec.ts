import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import { describeOwnServices } from './descriptors.ts';
import { errorReasons } from './error-reasons.ts';

/** `STATUS (REASON, REASON, ...)` as comments name errors. */
function namedReasons(element: DescMethod | DescService): { status: string; reason: string }[] {
  const comment = commentOf(element).replaceAll(/\s+/g, ' ');
  return [...comment.matchAll(/\b([A-Z]+(?:_[A-Z]+)*) (?:with the reason of [a-z ]+)?\(([^)]*)\)/g)].flatMap((match) =>
    [...(match[2] ?? '').matchAll(/\b[A-Z]{2,}(?:_[A-Z]+)+\b(?!\*)/g)].map(([reason]) => ({
      status: match[1] as string,
      reason,
    })),
  );
}

describe('the table of error reasons', () => {
  const named = describeOwnServices().flatMap((service) =>
    [service, ...service.methods].flatMap((element) => namedReasons(element)),
  );

  it('has every reason that a comment names, under the status the comment names', () => {
    expect(named.length).toBeGreaterThan(20);
    const table: Readonly<Record<string, { status: string }>> = errorReasons;
    // What eKYC finds in documents and photos has a table of its own, in @tegata/ekyc.
    const here = named.filter(({ reason }) => !/^(DOCUMENT|FRAME|FACE)_/.test(reason));
    const wrong = here.filter(({ status, reason }) => table[reason]?.status !== status);
    expect(wrong).toEqual([]);
  });

  it('has sentences, not fragments', () => {
    for (const [reason, { sentence }] of Object.entries(errorReasons)) {
      expect([reason, /^[A-Z].*\.$/.test(sentence)]).toEqual([reason, true]);
    }
  });
});
