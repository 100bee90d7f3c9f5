import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Ask, ShownPrompt, TakenFrame } from './camera.ts';
import type { DocumentFault } from './page-protocol.ts';
import { PageServer } from './page-server.ts';
import { PageSession } from './page-session.ts';

/** The page's end of the loopback, which may send whatever it likes. */
describe('the capture page, to the terminal', () => {
  let session: PageSession;
  let server: PageServer;
  let origin: string;
  let token: string;
  let bearer: string;
  let frame: Uint8Array;
  let faults: DocumentFault[];
  const stop = new AbortController();

  beforeAll(async () => {
    const side = { width: 480, height: 480, channels: 3 as const };
    frame = await sharp({ create: { ...side, background: '#446688' } })
      .jpeg()
      .toBuffer();
  });
  beforeEach(async () => {
    faults = [];
    session = new PageSession(async () => faults);
    server = await PageServer.start(session);
    [origin = '', token = ''] = server.link.split('/#');
    bearer = '';
  });
  afterEach(async () => {
    session.end({ kind: 'complete' });
    if (bearer !== '') await post('/api/state?after=0');
    await server.close();
  });

  type Sent = {
    readonly body?: Uint8Array | string;
    readonly headers?: Record<string, string>;
    readonly method?: string;
  };
  /** A request with the headers of a browser, unless others are given. Status, and the error or the answer. */
  const post = async (path: string, { body = '', headers = {}, method = 'POST' }: Sent = {}) => {
    const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'image/jpeg';
    const own = { origin, authorization: `Bearer ${bearer}`, 'content-type': type, ...headers };
    return new Promise<{ status: number; error?: string; session?: string; [name: string]: unknown }>(
      (resolve, reject) => {
        const sent = httpRequest(`${origin}${path}`, { method, headers: own }, (response) => {
          let text = '';
          response.on('data', (part: Buffer) => {
            text += part.toString();
          });
          response.on('end', () => {
            const json = response.headers['content-type'] === 'application/json' && text !== '';
            resolve({ status: response.statusCode ?? 0, ...(json ? JSON.parse(text) : {}) });
          });
        });
        sent.on('error', reject);
        sent.end(body);
      },
    );
  };
  const open = async () => {
    bearer = (await post('/api/session', { body: token })).session ?? '';
  };
  const prompt = (ask: Ask, promptNumber = 0): ShownPrompt => ({
    ...{ ask, promptNumber, promptsTotal: 6, deadline: undefined },
    ...(ask.kind === 'colours' ? { minFrames: 1, maxFrames: 3 } : { minFrames: 4, maxFrames: 12 }),
  });
  const at = (place: Record<string, number>) => {
    const all = { prompt: 0, attempt: 0, number: 0, colour: 0, at: 0, ...place };
    return `/api/frame?${new URLSearchParams(Object.entries(all).map(([name, value]): [string, string] => [name, String(value)]))}`;
  };

  it('is opened by its link once, and by nothing else', async () => {
    expect(await post('/api/session', { body: 'A'.repeat(43) })).toMatchObject({ status: 403, error: 'LINK_WRONG' });
    expect(await post('/api/state?after=0')).toMatchObject({ status: 401, error: 'SESSION_UNKNOWN' });
    await open();
    expect(bearer).toMatch(/^[\w-]{43}$/);
    expect(await post('/api/session', { body: token })).toMatchObject({ status: 403, error: 'LINK_USED' });
    expect((await post('/api/state?after=0')).status).toBe(200);
    const other = { headers: { authorization: `Bearer ${token}` } };
    expect(await post('/api/state?after=0', other)).toMatchObject({ status: 401 });
  });

  it('can not be guessed: after twenty wrong tokens the right one is not taken either', async () => {
    for (let tries = 0; tries < 20; tries++) await post('/api/session', { body: `wrong${tries}` });
    expect(await post('/api/session', { body: token })).toMatchObject({ status: 403, error: 'LINK_USED' });
  });

  it('is not served under another name, nor to the script of another page', async () => {
    const { port } = new URL(origin);
    for (const host of [`localhost:${port}`, `evil.example:${port}`, '127.0.0.1']) {
      expect(await post('/', { method: 'GET', headers: { host } })).toMatchObject({ status: 421 });
    }
    for (const foreign of ['http://evil.example', 'null', `http://localhost:${port}`, `https://127.0.0.1:${port}`]) {
      const headers = { origin: foreign };
      expect(await post('/api/session', { body: token, headers })).toMatchObject({
        status: 403,
        error: 'ORIGIN_UNKNOWN',
      });
    }
    await open();
    expect(bearer).not.toBe('');
  });

  it.each(['//', '//:', 'http://[', '/%', '/api/frame?%'])(
    'may ask for the address %s, and is refused',
    async (path) => {
      const { hostname, port } = new URL(origin);
      const options = { host: hostname, port, path, method: 'POST', headers: { origin } };
      const status = await new Promise((resolve, reject) => {
        httpRequest(options, ({ statusCode }) => resolve(statusCode))
          .on('error', reject)
          .end();
      });
      expect([400, 401, 404]).toContain(status);
    },
  );

  it.each<[string, string, string, RegExp | undefined]>([
    ['UNDER_REVIEW', 'A person looks at it.', 'A person looks at it.', /^担当者が.*。$/],
    [
      'DOCUMENTS_REFUSED',
      'The identity document was refused: It has expired. (DOCUMENT_EXPIRED)',
      'The identity document was refused: It has expired. (DOCUMENT_EXPIRED)',
      /^本人確認書類は受け付けられませんでした。 .*期限が切れています.* \(DOCUMENT_EXPIRED\)$/,
    ],
    ['FACE_TOO_SMALL', 'Closer. (FACE_TOO_SMALL)', 'Closer. (FACE_TOO_SMALL)', /^顔が小さすぎます。[^(]*$/],
    ['OF_A_NEWER_SERVER', 'Told in English alone.', 'Told in English alone.', undefined],
  ])('is told how it ended, in Japanese where there is any (%s)', async (code, message, en, ja) => {
    await open();
    session.end({ kind: 'stopped', code, message });
    const { view } = (await post('/api/state?after=1')) as unknown as { view: { why: Record<string, string> } };
    expect(view.why).toEqual({ code, en, ...(ja && { ja: expect.stringMatching(ja) }) });
  });

  it('loads nothing from elsewhere, runs no script of its own making and is in no frame', async () => {
    const response = await fetch(origin);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*src="\/page\.js")|style="|https?:\/\//);
    for (const file of ['/page.js', '/page.css']) expect((await fetch(origin + file)).status).toBe(200);
    for (const path of ['/../package.json', '/constructor', '/api/none', '/page.js/']) {
      expect((await fetch(origin + path)).status).toBeGreaterThanOrEqual(404);
    }
  });

  it('answers a prompt with frames in order, and not with others', async () => {
    await open();
    const refused = async (path: string, body: Uint8Array, headers = {}) => (await post(path, { body, headers })).error;
    expect(await refused(at({}), frame)).toBe('NOT_ASKED');
    const answer = session.answer(prompt({ kind: 'colours', subject: 'face', colours: ['red', 'blue'] }), stop.signal);
    expect(await refused(at({ prompt: 1, colour: 1 }), frame)).toBe('OTHER_PROMPT');
    expect(await refused(at({ attempt: 1, colour: 1 }), frame)).toBe('OTHER_PROMPT');
    expect(await refused(at({ number: 1, colour: 1 }), frame)).toBe('FRAME_OUT_OF_ORDER');
    expect(await refused(at({ colour: 2 }), frame)).toBe('COLOUR_OUT_OF_ORDER');
    expect((await post(at({ colour: 1, at: 500 }), { body: frame })).status).toBe(204);
    expect(await refused(at({ colour: 1, at: 700 }), frame)).toBe('FRAME_OUT_OF_ORDER');
    expect(await refused(at({ number: 1, colour: 2, at: 500 }), frame)).toBe('TIME_OUT_OF_ORDER');
    expect(await refused(at({ number: 1, colour: 2, at: 99_999_999 }), frame)).toBe('TIME_OUT_OF_ORDER');
    expect((await post(at({ number: 1, colour: 2, at: 700 }), { body: frame })).status).toBe(204);
    const taken: readonly TakenFrame[] = await answer;
    expect(taken.map(({ takenAtMs, colourNumber }) => [takenAtMs, colourNumber])).toEqual([
      [500, 1],
      [700, 2],
    ]);
    expect(await refused(at({ number: 2, colour: 2, at: 900 }), frame)).toBe('NOT_ASKED');
  });

  it('sends JPEGs of some hundred pixels and at most 512 KiB, whatever it calls them', async () => {
    await open();
    const answer = session.answer(prompt({ kind: 'straight' }), stop.signal);
    answer.catch(() => undefined);
    const image = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: '#123456' } });
    const png = await image(480).png().toBuffer();
    const refused = async (body: Uint8Array, headers = {}) => {
      const { status, error } = await post(at({}), { body, headers });
      return [status, error];
    };
    expect(await refused(png)).toEqual([415, 'FRAME_NOT_JPEG']);
    expect(await refused(Buffer.from('<svg/>'), { 'content-type': 'image/svg+xml' })).toEqual([415, 'TYPE_WRONG']);
    expect(await refused(frame.subarray(0, 20))).toEqual([415, 'FRAME_NOT_JPEG']);
    expect(await refused(new Uint8Array(0))).toEqual([415, 'FRAME_NOT_JPEG']);
    expect(await refused(await image(100).jpeg().toBuffer())).toEqual([400, 'FRAME_SIZE_WRONG']);
    expect(await refused(await image(1400).jpeg().toBuffer())).toEqual([400, 'FRAME_SIZE_WRONG']);
    const padded = Buffer.concat([frame, Buffer.alloc(524_289 - frame.length)]);
    expect(await refused(padded)).toEqual([413, 'TOO_LARGE']);
    // Nothing of all this was taken.
    expect((await post(at({}), { body: frame })).status).toBe(204);
  });

  it('sends no numbers but whole ones', async () => {
    await open();
    session.answer(prompt({ kind: 'straight' }), stop.signal).catch(() => undefined);
    for (const wrong of ['', '-1', '1.5', '0x1', '1e3', 'NaN', ' 1', '9999999999', '１']) {
      const path = `${at({})}`.replace('number=0', `number=${encodeURIComponent(wrong)}`);
      expect(await post(path, { body: frame })).toMatchObject({ status: 400, error: 'PARAMETER_WRONG' });
    }
  });

  it('may send anything in any order: each is refused or taken, and what is taken is what was asked', async () => {
    await open();
    const answer = session.answer(
      prompt({ kind: 'colours', subject: 'face', colours: ['green', 'red', 'blue'] }),
      stop.signal,
    );
    const small = fc.nat({ max: 3 });
    await fc.assert(
      fc.asyncProperty(
        small,
        small,
        small,
        small,
        fc.nat({ max: 40 }),
        async (number, colour, attempt, which, time) => {
          const path = at({
            number,
            colour,
            attempt: Math.max(0, attempt - 2),
            prompt: Math.max(0, which - 2),
            at: time,
          });
          expect([204, 409]).toContain((await post(path, { body: frame })).status);
        },
      ),
      { numRuns: 60 },
    );
    for (let number = 0; number < 3; number++)
      await post(at({ number, colour: number + 1, at: 100 + number }), { body: frame });
    const taken = await answer;
    expect(taken.map(({ colourNumber }) => colourNumber)).toEqual([1, 2, 3]);
    const times = taken.map(({ takenAtMs }) => takenAtMs);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  it('hears why a picture of the document does not do, and may send it all the same, but nothing that is no picture', async () => {
    await open();
    const send = (query = '') => post(`/api/document${query}`, { body: frame });
    expect(await send()).toMatchObject({ status: 409 });
    const picture = session.photographDocument(stop.signal, undefined);
    faults = ['DOCUMENT_GLARE'];
    expect(await send()).toMatchObject({ status: 200, faults: ['DOCUMENT_GLARE'] });
    faults = ['DOCUMENT_UNREADABLE'];
    expect(await send('?as-it-is=true')).toMatchObject({ faults: ['DOCUMENT_UNREADABLE'] });
    faults = ['DOCUMENT_GLARE'];
    expect(await send('?as-it-is=true')).toMatchObject({ faults: [] });
    expect(Buffer.from(await picture).equals(Buffer.from(frame))).toBe(true);
    expect(await send()).toMatchObject({ status: 409 });
  });

  it('begins once, when it is asked to', async () => {
    await open();
    expect(await post('/api/start')).toMatchObject({ status: 409 });
    const ready = session.ready(stop.signal, undefined);
    expect((await post('/api/start')).status).toBe(204);
    await ready;
    expect(await post('/api/start')).toMatchObject({ status: 409 });
    // What was begun and came to nothing is not asked for again.
    await session.ready(stop.signal, undefined);
  });

  it('is told each state as soon as it is there, refusals in both languages', async () => {
    await open();
    const { version } = session.state;
    const next = post(`/api/state?after=${version}`);
    const reasons = [{ code: 'FACE_TOO_SMALL', sentence: 'The face is too small; come closer.' }];
    session.ready(AbortSignal.abort(), { reasons, triesLeft: 2 }).catch(() => undefined);
    session.ready(stop.signal, { reasons, triesLeft: 2 }).catch(() => undefined);
    const { view } = (await next) as unknown as { view: { kind: string; refused: unknown } };
    expect(view.kind).toBe('ready');
    expect(view.refused).toEqual({
      reasons: [{ code: 'FACE_TOO_SMALL', en: reasons[0]?.sentence, ja: expect.stringMatching(/近づいて/) }],
      triesLeft: 2,
    });
  });

  it('may find that the application has stopped, at any time', async () => {
    await open();
    const interrupted = new AbortController();
    const answer = session.answer(prompt({ kind: 'straight' }, 1), interrupted.signal);
    interrupted.abort(new Error('stopped'));
    await expect(answer).rejects.toThrow('stopped');
    expect(await post(at({ prompt: 1 }), { body: frame })).toMatchObject({ status: 409, error: 'NOT_ASKED' });
  });
});
