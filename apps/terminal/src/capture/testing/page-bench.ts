import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import type { ShownPrompt } from '../camera.ts';
import type { DocumentFault, Pace } from '../page-protocol.ts';
import { PageServer } from '../page-server.ts';
import { PageSession } from '../page-session.ts';
import { inBrowser, pageWithCamera, type ShownToCamera, startChromium } from './capture-browser.ts';

/** No waiting: the camera gives a picture whenever one is wanted. */
const promptly: Pace = { lead: 0, interval: 100, light: 0 };

/** The capture page in a real browser, and the terminal's end of it in the hands of a test; nobody judges the pictures. */
export class PageBench {
  session = new PageSession(async () => []);
  readonly #pages: Page[] = [];
  #server: PageServer | undefined;

  private constructor(
    private readonly browser: Browser,
    /** grey pictures, and those that have the colour of the screen */
    readonly shown: ShownToCamera,
  ) {}

  static async start(): Promise<PageBench> {
    const browser = await startChromium();
    const picture = (background: string) =>
      sharp({ create: { width: 480, height: 480, channels: 3, background } })
        .jpeg()
        .toBuffer();
    const document = await picture('#777777');
    const grey = [document, await picture('#787878')];
    return new PageBench(browser, {
      document,
      captures: { straight: grey, left: grey, right: grey, up: grey, down: grey },
      lit: {
        ...{ red: await picture('#ff0000'), green: await picture('#00ff00'), blue: await picture('#0000ff') },
        ...{ cyan: await picture('#00ffff'), magenta: await picture('#ff00ff'), yellow: await picture('#ffff00') },
      },
    });
  }

  /** Begins anew, with a terminal that finds these faults in a document. */
  async begin(pace: Pace = promptly, documentFaults: readonly DocumentFault[] = []): Promise<void> {
    this.session = new PageSession(async () => documentFaults, pace);
    this.#server = await PageServer.start(this.session);
  }

  /** Opens the page by its link, and what is behind that. */
  async visit(options: BrowserContextOptions = {}, behind = ''): Promise<Page> {
    const page = await pageWithCamera(this.browser, this.shown, options);
    this.#pages.push(page);
    await page.addInitScript({ content: await inBrowser('look.ts') });
    await page.goto(`${this.#server!.link}${behind}`);
    return page;
  }

  /** The terminal ends, and all pages with it. */
  async end(): Promise<void> {
    this.session.end({ kind: 'complete' });
    await this.#server?.close();
    for (const page of this.#pages.splice(0)) await page.context().close();
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

/** One of three prompts. */
export function promptOf(ask: ShownPrompt['ask'], promptNumber: number): ShownPrompt {
  return {
    ...{ ask, promptNumber, promptsTotal: 3, deadline: undefined },
    ...(ask.kind === 'colours' ? { minFrames: 1, maxFrames: 3 } : { minFrames: 4, maxFrames: 12 }),
  };
}
