import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { TakenFrame } from './camera.ts';
import { missingOfChromium, showToCamera } from './testing/capture-browser.ts';
import { PageBench, promptOf } from './testing/page-bench.ts';

const reason = missingOfChromium();
const describeInBrowser = reason === undefined ? describe : describe.skip;

/** The page in a real browser; who is before the camera does not matter here, and nobody judges the pictures. */
describeInBrowser(`the capture page in Chromium${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let bench: PageBench;
  let axe: string;
  const { signal } = new AbortController();

  beforeAll(async () => {
    bench = await PageBench.start();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });
  afterAll(() => bench?.stop());
  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const findings = async (page: Page) => {
    await page.evaluate(axe);
    const found = '({ violations }) => violations.map(({ id, nodes }) => id + nodes[0].html)';
    const run = `axe.run({ resultTypes: ['violations'] }).then(${found})`;
    return (await page.evaluate(run)) as string[];
  };
  /** What a screen reader was told last. */
  const announced = (page: Page) => page.locator('[aria-live=assertive]').innerText();
  const refused = {
    reasons: [{ code: 'FACE_TOO_SMALL', sentence: 'The face is too small; come closer to the camera.' }],
    triesLeft: 2,
  };

  it.each([
    ['en-GB', 'light', ['Photograph your identity document', 'Now your face', 'Being checked', 'Done']],
    ['ja-JP', 'dark', ['本人確認書類を撮影します', '次に、お顔を撮影します', '確認しています', '完了しました']],
  ] as const)(
    'is accessible on every screen (%s, %s), and done by keyboard alone',
    async (locale, colorScheme, titles) => {
      const [ofDocument, ofFace, ofWaiting, ofEnd] = titles;
      const english = locale === 'en-GB';
      const page = await bench.visit({ locale, colorScheme, reducedMotion: 'reduce' });
      const picture = bench.session.photographDocument(signal, undefined);
      await heading(page, ofDocument);
      // What is wrong is said in words, in a place that is read out; a colour only goes with it.
      await page
        .getByRole('status')
        .getByText(english ? /No document/ : /書類が見つかりません/)
        .waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe(locale.slice(0, 2));
      expect(await findings(page)).toEqual([]);
      const focused = () => page.evaluate('document.activeElement.id');
      // From the title to what can be done, in order; the language is before it.
      const order = [await focused()];
      for (const key of ['Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
        await page.keyboard.press(key);
        order.push(await focused());
      }
      expect(order).toEqual(['title', 'primary', 'file', 'primary', 'language']);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect((await picture).length).toBeGreaterThan(100);

      const ready = bench.session.ready(signal, refused);
      await heading(page, ofFace);
      await page.locator('#hints li').waitFor();
      const why = english ? /too small/ : /近づいて/;
      expect(await page.locator('#refused').innerText()).toMatch(why);
      expect(await announced(page)).toMatch(why);
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await ready;

      const straight = bench.session.answer(promptOf({ kind: 'straight' }, 0), signal);
      expect(await straight).toHaveLength(4);
      expect(await announced(page)).toMatch(english ? /Look straight/ : /まっすぐ/);
      expect(await findings(page)).toEqual([]);
      // A movement is asked for in words, not by the arrow alone; how far it is, too.
      const again = 'FRAMES_WITHOUT_FACE';
      const left = bench.session.answer({ ...promptOf({ kind: 'motion', motion: 'left' }, 1), again }, signal);
      expect(await left).toHaveLength(8);
      expect(await announced(page)).toMatch(english ? /to your left/ : /左へ/);
      // Why it is asked for once more is read out.
      const noFace = english
        ? 'No face could be seen. Keep it in the oval. Once more, please.'
        : '顔が写っていません。顔を楕円の中に保ってください。 もう一度お願いします。';
      expect(await announced(page)).toContain(noFace);
      expect(await page.locator('#step').innerText()).toBe(english ? 'Step 2 of 3' : '3のうち2番目');
      expect(await findings(page)).toEqual([]);
      bench.session.show({ kind: 'wait', what: 'decision' });
      await heading(page, ofWaiting);
      expect(await announced(page)).toBe(ofWaiting);
      expect(await findings(page)).toEqual([]);
      bench.session.show({ kind: 'end', complete: true });
      await heading(page, ofEnd);
      expect(await findings(page)).toEqual([]);
    },
  );

  it('shows each colour on the whole screen while its frame is taken, and takes them in order', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    const ready = bench.session.ready(signal, undefined);
    await page.getByRole('button', { name: 'Begin' }).click();
    await ready;
    const colours = ['green', 'magenta', 'blue'] as const;
    const frames: readonly TakenFrame[] = await bench.session.answer(
      promptOf({ kind: 'colours', subject: 'face', colours }, 2),
      signal,
    );
    expect(frames.map(({ colourNumber }) => colourNumber)).toEqual([1, 2, 3]);
    // The camera saw the screen: what it took has the colour that was shown.
    const expected = { green: [0, 255, 0], magenta: [255, 0, 255], blue: [0, 0, 255] };
    for (const [k, colour] of colours.entries()) {
      const { channels } = await sharp(frames[k]?.jpeg).stats();
      for (const [c, level] of expected[colour].entries()) {
        expect(Math.abs((channels[c]?.mean ?? 128) - level)).toBeLessThan(30);
      }
    }
    await heading(page, 'Being checked');
  });

  it.each([
    ['en-GB', 'light', /Hold your document before the camera.* near the screen/],
    ['ja-JP', 'dark', /本人確認書類をカメラの前に.*画面の近くで/],
  ] as const)(
    'asks for the document before the camera in words, read out too (%s)',
    async (locale, colorScheme, words) => {
      const page = await bench.visit({ locale, colorScheme, reducedMotion: 'reduce' });
      const ready = bench.session.ready(signal, undefined);
      await page.locator('#primary').click();
      await ready;
      const colours = ['yellow', 'cyan'] as const;
      const asked = promptOf({ kind: 'colours', subject: 'document', colours }, 1);
      const frames = await bench.session.answer(asked, signal);
      expect(await announced(page)).toMatch(words);
      expect(await findings(page)).toEqual([]);
      expect(frames.map(({ colourNumber }) => colourNumber)).toEqual([1, 2]);
      expect(await sharp(frames[0]?.jpeg).metadata()).toMatchObject({ width: 480, height: 480 });
      const level = async (k: number) =>
        (await sharp(frames[k]?.jpeg).stats()).channels.map(({ mean }) => Math.round(mean / 255));
      expect([await level(0), await level(1)]).toEqual([
        [1, 1, 0],
        [0, 1, 1],
      ]);
    },
  );

  it.each([
    [300, /gives 300 pixels each way: enough for your face, too few for your document/],
    [480, /^Good light on the face/],
  ])('says before the person begins whether a camera of %d pixels does for a document, too', async (side, first) => {
    const straight = [await sharp(bench.shown.document).resize(640, side, { fit: 'fill' }).jpeg().toBuffer()];
    const page = await bench.visit({ locale: 'en-GB' });
    await showToCamera(page, { ...bench.shown, captures: { ...bench.shown.captures, straight } });
    const stop = new AbortController();
    const ready = bench.session.ready(stop.signal, undefined);
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    expect(await page.locator('#advice li').first().innerText()).toMatch(first);
    stop.abort(new Error('not begun'));
    await expect(ready).rejects.toThrow('not begun');
  });

  it('makes the document before the camera no larger than the camera gives it', async () => {
    const small = await sharp(bench.shown.document).resize(400, 300, { fit: 'fill' }).jpeg().toBuffer();
    const page = await bench.visit({ locale: 'en-GB' });
    await showToCamera(page, { ...bench.shown, lit: { ...bench.shown.lit, red: small } });
    const ready = bench.session.ready(signal, undefined);
    await page.locator('#primary').click();
    await ready;
    const asked = promptOf({ kind: 'colours', subject: 'document', colours: ['red'] }, 1);
    const [frame] = await bench.session.answer(asked, signal);
    expect(await sharp(frame?.jpeg).metadata()).toMatchObject({ width: 300, height: 300 });
  });

  it('changes its language at any time', async () => {
    const page = await bench.visit({ locale: 'fr-FR' });
    const ready = bench.session.ready(signal, refused);
    ready.catch(() => undefined);
    await heading(page, 'Now your face');
    await page.getByRole('button', { name: '日本語' }).click();
    await heading(page, '次に、お顔を撮影します');
    expect(await page.locator('#refused').innerText()).toMatch(/近づいて/);
    await page.getByRole('button', { name: 'English' }).click();
    await heading(page, 'Now your face');
    await page.getByRole('button', { name: 'Begin' }).click();
    await ready;
  });

  it('can be loaded again, and is opened by its link in one tab only', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    bench.session.ready(signal, undefined).catch(() => undefined);
    await heading(page, 'Now your face');
    expect(page.url()).not.toContain('#');
    await page.reload();
    await heading(page, 'Now your face');
    const second = await bench.visit({ locale: 'en-GB' });
    await heading(second, 'This link is used up');
    await heading(page, 'Now your face');
  });

  it('says what to do without a camera, and goes on when there is one', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    await page.evaluate('showToCamera(undefined)');
    bench.session.ready(signal, undefined).catch(() => undefined);
    await page.getByText('No camera').waitFor();
    expect(await findings(page)).toEqual([]);
    await showToCamera(page, bench.shown);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Begin' }).waitFor();
  });
});
