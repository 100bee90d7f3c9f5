import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { type GreyPlane, pgm } from '@tegata/document-picture';

const require = createRequire(import.meta.url);

/** How a picture is laid out: a block of lines, or a single line. Tesseract's page segmentation modes. */
const layouts = { block: '6', line: '7' } as const;

/** The calls of the engine that are made here, of those it has (Tesseract's `TessBaseAPI`). */
interface TesseractApi {
  Init(dataPath: null, language: string, engineMode: number): number;
  SetVariable(name: string, value: string): boolean;
  SetPageSegMode(mode: number): void;
  SetImageFile(exifOrientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetUTF8Text(): string;
  MeanTextConf(): number;
  Clear(): void;
}

interface TesseractModule {
  readonly FS: { writeFile(path: string, octets: Uint8Array): void };
  readonly TessBaseAPI: new () => TesseractApi;
}

type LoadTesseract = (settings: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<TesseractModule>;

/** Text as an engine reads it. */
export interface RecognisedText {
  readonly text: string;
  /** 0 to 100 */
  readonly confidence: number;
}

/** What a reader may be told about a picture. */
export interface TextHints {
  readonly layout: keyof typeof layouts;
  /** no other characters than these; any when absent */
  readonly characters?: string;
}

/** Engine modes of Tesseract: shapes of characters, or a network over lines. */
const [LEGACY, LSTM] = [0, 1];

/** What reads: packages and versions, to be stored beside a reading. */
export const TEXT_MODEL_SET = ['tesseract.js-core', '@tesseract.js-data/eng', '@tesseract.js-data/jpn']
  .map((name) => `${name}-${(require(`${name}/package.json`) as { version: string }).version}`)
  .join('+');

/**
 * Tesseract in this thread: the legacy engine for Latin letters and digits, the LSTM engine for Japanese. Everything is read from
 * installed packages; the build has no network code. About 190 MB.
 */
export class Tesseract {
  private constructor(
    private readonly module: TesseractModule,
    private readonly latinApi: TesseractApi,
    private readonly japaneseApi: TesseractApi,
  ) {}

  /** Loads engine and data. About a second. Throws when a file is missing or no data. */
  static async load(): Promise<Tesseract> {
    const load = require('tesseract.js-core/tesseract-core-simd') as LoadTesseract;
    const quiet = () => undefined;
    const module = await load({ print: quiet, printErr: quiet });
    const started = async (language: string, file: string, engineMode: number) => {
      module.FS.writeFile(`${language}.traineddata`, gunzipSync(await readFile(require.resolve(file))));
      const api = new module.TessBaseAPI();
      if (api.Init(null, language, engineMode) !== 0)
        throw new Error(`Tesseract does not take its data for ${language}`);
      // nothing is learnt from one person's document for the next
      api.SetVariable('classify_enable_learning', '0');
      return api;
    };
    const latin = await started('eng', '@tesseract.js-data/eng/4.0.0/eng.traineddata.gz', LEGACY);
    const japanese = await started('jpn', '@tesseract.js-data/jpn/4.0.0_best_int/jpn.traineddata.gz', LSTM);
    return new Tesseract(module, latin, japanese);
  }

  /** Latin letters, digits and fillers. */
  latin(plane: GreyPlane, hints: TextHints): RecognisedText {
    return this.recognise(this.latinApi, plane, hints);
  }

  /** Japanese. About 100 ms a line. */
  japanese(plane: GreyPlane, hints: TextHints): RecognisedText {
    return this.recognise(this.japaneseApi, plane, hints);
  }

  private recognise(api: TesseractApi, plane: GreyPlane, { layout, characters = '' }: TextHints): RecognisedText {
    this.module.FS.writeFile('/input', pgm(plane));
    api.SetPageSegMode(Number(layouts[layout]));
    api.SetVariable('tessedit_char_whitelist', characters);
    try {
      if (api.SetImageFile(1, 0) === 1) throw new Error('Tesseract does not take the picture');
      api.Recognize(null);
      return { text: api.GetUTF8Text().trim(), confidence: api.MeanTextConf() };
    } finally {
      api.Clear();
      this.module.FS.writeFile('/input', new Uint8Array());
    }
  }
}
