import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { Ask } from './camera.ts';
import { type Language, words } from './page/words.ts';
import type { PageView } from './page-protocol.ts';
import { missingOfChromium, showToCamera } from './testing/capture-browser.ts';
import { PageBench, promptOf } from './testing/page-bench.ts';

const reason = missingOfChromium();
const describeInBrowser = reason === undefined ? describe : describe.skip;

/** What of WCAG 2.2 AA can be computed, on every screen of the page: 400 % of a screen of 1280 by 1024 pixels are 320 by 256. */
const magnified = { width: 320, height: 256 };

const refused = {
  reasons: [
    { code: 'FACE_TOO_SMALL', en: 'The face is too small; come closer.', ja: '顔が小さすぎます。近づいてください。' },
    { code: 'OF_A_NEWER_SERVER', en: 'There is no Japanese for this yet.' },
  ],
  triesLeft: 1,
};
const prompt = (ask: Ask, promptNumber: number): PageView => ({
  ...{ kind: 'prompt', ask, promptNumber, promptsTotal: 4, attempt: 0, frames: 4, again: undefined },
});
const stopped: PageView = { kind: 'end', complete: false, why: { code: 'X', en: 'Stopped, told in English alone.' } };

describeInBrowser(`the capture page for everybody${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let bench: PageBench;

  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.stop());
  // A colour stays on the screen until something else is shown.
  beforeEach(() => bench.begin({ lead: 0, interval: 100, light: 99_999 }, ['DOCUMENT_GLARE']));
  afterEach(() => bench.end());

  const look = <T>(page: Page, what: string) => page.evaluate(`look.${what}()`) as Promise<T>;
  const titled = (page: Page, title: string) =>
    page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();

  /** Controls, pictures and regions of which a screen reader could say their kind alone. */
  const unnamed = async (page: Page): Promise<string[]> => {
    const client = await page.context().newCDPSession(page);
    const { nodes } = await client.send('Accessibility.getFullAXTree');
    await client.detach();
    const named = ['button', 'heading', 'image', 'progressbar', 'region', 'Video'];
    const roles = nodes.filter(({ ignored, name }) => !ignored && !name?.value).map(({ role }) => String(role?.value));
    return roles.filter((role) => named.includes(role));
  };

  /** What is wrong with a screen: text without contrast, or in another language than it says; edges, names, what does not fit. */
  const faults = async (page: Page) => {
    const texts = await look<[text: string, lang: string, contrast: number, least: number][]>(page, 'texts');
    const edges = await look<[control: string, contrast: number][]>(page, 'edges');
    const isJapanese = (text: string) => /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u.test(text);
    const size = '[document.documentElement.scrollWidth, innerWidth]';
    const [width = 0, window = 0] = (await page.evaluate(size)) as number[];
    return {
      faint: texts.filter(([, , contrast, least]) => contrast < least),
      ofAnotherLanguage: texts.filter(([text, lang]) => text !== 'Tegata' && isJapanese(text) !== (lang === 'ja')),
      edgeless: edges.filter(([, contrast]) => contrast < 3),
      unnamed: await unnamed(page),
      tooWide: width > window,
    };
  };
  /** In the browser: two frames of the screen. */
  const painted = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
  const none = { faint: [], ofAnotherLanguage: [], edgeless: [], unnamed: [], tooWide: false };

  it.each<[Language, string, 'light' | 'dark']>([
    ['en', 'en-GB', 'light'],
    ['en', 'en-GB', 'dark'],
    ['ja', 'ja-JP', 'light'],
    ['ja', 'ja-JP', 'dark'],
  ])(
    'can be read on every screen, magnified too, each word in its language (%s, %s, %s)',
    async (language, locale, colorScheme) => {
      const spoken = words[language];
      const page = await bench.visit({ locale, colorScheme, viewport: magnified });
      const seen = async (view: PageView | undefined, title: string, there: string) => {
        if (view !== undefined) bench.session.show(view);
        await titled(page, title);
        await page.locator(there).first().waitFor();
        // Whoever had scrolled down sees what comes.
        const top = 'document.getElementById("title").getBoundingClientRect().top';
        const isHidden = async () => view !== undefined && ((await page.evaluate(top)) as number) <= 0;
        const wrong = async () => ({ title, ...(await faults(page)), isHidden: await isHidden() });
        const right = { title, ...none, isHidden: false };
        let found = await wrong();
        // Of two screens with one title parts of both are looked at while one gives way to the other.
        for (let looks = 0; looks < 5 && !isDeepStrictEqual(found, right); looks++) {
          await page.evaluate(painted);
          found = await wrong();
        }
        expect(found).toEqual(right);
      };

      await seen(undefined, spoken.application.title, '#spinner');
      bench.session.photographDocument(AbortSignal.timeout(600_000), undefined).catch(() => undefined);
      await seen(undefined, spoken.document.title, '#hints li.fault');
      await page.locator('#primary').click();
      await seen(undefined, spoken.document.title, '#secondary:not([hidden])');
      await seen({ kind: 'document', refused }, spoken.document.title, '#refused');
      await seen({ kind: 'ready', refused }, spoken.face.title, '#hints li');
      await seen(prompt({ kind: 'straight' }, 0), spoken.straight, '#oval');
      bench.session.show({ kind: 'wait', what: 'prompt' });
      await seen(undefined, spoken.next, '#oval');
      for (const motion of ['left', 'right', 'up', 'down'] as const) {
        const again = { ...prompt({ kind: 'motion', motion }, 1), again: 'FRAMES_TOO_DARK' } as PageView;
        await seen(again, spoken.motions[motion], '#arrow');
        expect(await page.locator('#hints').innerText()).toBe(`${spoken.frameFaults.FRAMES_TOO_DARK} ${spoken.again}`);
      }
      for (const subject of ['face', 'document'] as const) {
        for (const colour of ['red', 'green', 'blue', 'cyan', 'magenta', 'yellow'] as const) {
          const lit = {
            ...prompt({ kind: 'colours', subject, colours: [colour] }, 2),
            again: 'FRAMES_BLURRED',
          } as PageView;
          await seen(lit, spoken.colours[subject], 'body.lit #stage');
        }
      }
      await seen({ kind: 'wait', what: 'decision' }, spoken.decision.title, '#spinner');
      await page.evaluate('showToCamera(undefined)');
      await seen({ kind: 'ready', refused: undefined }, spoken.face.title, '#secondary');
      // After an end nothing more is shown.
      if (colorScheme === 'light') await seen(stopped, spoken.stopped.title, '#advice li');
      else await seen({ kind: 'end', complete: true }, spoken.complete.title, '#lead');
    },
  );

  it.each<[Language, string, 'light' | 'dark']>([
    ['en', 'en-GB', 'light'],
    ['ja', 'ja-JP', 'dark'],
  ])(
    'says so in the same way when its link is used up, is not whole, or the terminal is gone (%s, %s, %s)',
    async (language, locale, colorScheme) => {
      const options = { locale, colorScheme, viewport: magnified };
      const wrong = await bench.visit(options, 'x');
      await titled(wrong, words[language].linkWrong.title);
      const page = await bench.visit(options);
      await titled(page, words[language].application.title);
      const second = await bench.visit(options);
      await titled(second, words[language].linkUsed.title);
      await page.route('**/api/state?*', (route) => route.abort());
      bench.session.show({ kind: 'wait', what: 'decision' });
      await titled(page, words[language].gone.title);
      for (const each of [wrong, second, page]) expect(await faults(each)).toEqual(none);
    },
  );

  it.each(['light', 'dark'] as const)('shows where the focus is, at each control (%s)', async (colorScheme) => {
    const page = await bench.visit({ locale: 'en-GB', colorScheme });
    bench.session.show({ kind: 'document', refused: undefined });
    await page.getByRole('button', { name: 'Take the picture' }).waitFor();
    for (const id of ['primary', 'file', 'language']) {
      while ((await look<{ id: string }>(page, 'focus')).id !== id) await page.keyboard.press('Tab');
      const { width, contrast } = await look<{ width: number; contrast: number }>(page, 'focus');
      expect([id, width >= 2, contrast >= 3]).toEqual([id, true, true]);
    }
  });

  it.each(['light', 'dark'] as const)(
    'shows where to hold face and document, before a white wall too (%s)',
    async (colorScheme) => {
      const page = await bench.visit({ locale: 'en-GB', colorScheme });
      for (const [guide, contrast] of await look<[string, number][]>(page, 'guides'))
        expect([guide, contrast >= 3]).toEqual([guide, true]);
    },
  );

  it('has each prompt read out once, with why it is asked for again, as often as it is', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    const straight = prompt({ kind: 'straight' }, 0);
    bench.session.show(straight);
    await titled(page, 'Look straight into the camera');
    expect(await look(page, 'readOut')).toContain('Look straight into the camera');
    const why = { ...straight, again: 'FRAMES_TOO_DARK' } as PageView;
    const told = 'It was too dark. Once more, please. Look straight into the camera';
    for (let times = 0; times < 2; times++) {
      bench.session.show(why);
      expect(await look(page, 'nextReadOut')).toEqual([told]);
    }
    bench.session.show(prompt({ kind: 'motion', motion: 'left' }, 1));
    await titled(page, 'Turn your head to your left');
    expect(await look(page, 'readOut')).toEqual(['Turn your head to your left and slowly back to the middle.']);
  });

  it('has read out why pictures are asked for again, and how often that may be', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    bench.session.show({ kind: 'ready', refused });
    await page.locator('#refused').waitFor();
    const [first, second] = refused.reasons.map(({ en }) => en);
    expect(await look(page, 'readOut')).toContain(`That did not do yet: ${first} ${second} One try is left.`);
  });

  it('changes the light fewer than three times a second, whatever pace is asked of it', async () => {
    await bench.end();
    await bench.begin({ lead: 0, interval: 0, light: 0 });
    const page = await bench.visit({ locale: 'en-GB' });
    const colours = ['red', 'cyan', 'red', 'green', 'blue', 'red'] as const;
    await bench.session.answer(
      promptOf({ kind: 'colours', subject: 'face', colours }, 2),
      AbortSignal.timeout(600_000),
    );
    await titled(page, 'Being checked');
    const changes = (await look<number[]>(page, 'lit')).slice(0, colours.length);
    expect(changes).toHaveLength(colours.length);
    for (const [k, at] of changes.slice(3).entries()) expect(at - changes[k]!).toBeGreaterThan(1000);
  });

  it('lights the person also where the system forces its own colours', async () => {
    const page = await bench.visit({ locale: 'en-GB', forcedColors: 'active' });
    bench.session.show(prompt({ kind: 'colours', subject: 'face', colours: ['red'] }, 2));
    await page.locator('body.lit').waitFor();
    const corner = await page.screenshot({ clip: { x: 2, y: 2, width: 4, height: 4 } });
    const { channels } = await sharp(corner).stats();
    expect(channels.slice(0, 3).map(({ mean }) => mean)).toEqual([255, 0, 0]);
  });

  it('moves nothing for who prefers less of it', async () => {
    const page = await bench.visit({ locale: 'en-GB', reducedMotion: 'reduce' });
    const moving = () => page.evaluate('document.getAnimations().length');
    await page.locator('#spinner').waitFor();
    expect(await moving()).toBe(0);
    bench.session.show(prompt({ kind: 'motion', motion: 'left' }, 1));
    await page.locator('#arrow').waitFor();
    expect(await moving()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moving()).toBeGreaterThan(0);
  });

  it('keeps the focus where it was, and a picture that was taken, when its language is changed', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    bench.session.photographDocument(AbortSignal.timeout(600_000), undefined).catch(() => undefined);
    await page.getByRole('button', { name: 'Take the picture' }).click();
    await page.getByRole('button', { name: 'Send it as it is' }).waitFor();
    await page.getByRole('button', { name: '日本語' }).click();
    await page.getByRole('button', { name: 'このまま送る' }).waitFor();
    expect(await page.locator('#hints').innerText()).toBe(words.ja.documentFaults.DOCUMENT_GLARE);
    expect(await page.getByRole('img').getAttribute('alt')).toBe(words.ja.document.still);
    expect(await look(page, 'focus')).toMatchObject({ id: 'language' });
  });

  it('says at once that its camera is gone, and goes on with another, but not in the middle of a prompt', async () => {
    const page = await bench.visit({ locale: 'en-GB' });
    const unplug = async () => {
      await page.evaluate('showToCamera(undefined)');
      await page.evaluate('unplugCamera()');
      await page.getByText('No camera').waitFor();
    };
    bench.session.show({ kind: 'ready', refused: undefined });
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    await unplug();
    await showToCamera(page, bench.shown);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    bench.session.show(prompt({ kind: 'motion', motion: 'up' }, 1));
    await titled(page, 'Lift your chin well');
    await unplug();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });
});
