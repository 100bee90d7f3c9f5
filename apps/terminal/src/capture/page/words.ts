import type { FrameFault, LitSubject, Motion } from '../camera.ts';
import type { DocumentFault } from '../page-protocol.ts';

/** Languages of the page. */
export type Language = 'en' | 'ja';

/** Everything that the page says, in one language. */
export interface Words {
  /** offers the other language, in that language */
  readonly otherLanguage: string;
  readonly document: {
    readonly title: string;
    readonly lead: string;
    readonly take: string;
    readonly choose: string;
    readonly again: string;
    readonly anyway: string;
    readonly checking: string;
    readonly notGood: string;
    readonly good: string;
    readonly preview: string;
    readonly still: string;
  };
  readonly documentFaults: Readonly<Record<DocumentFault, string>>;
  readonly face: {
    readonly title: string;
    readonly lead: string;
    readonly advice: readonly string[];
    readonly start: string;
    readonly preview: string;
    readonly dark: string;
    readonly bright: string;
    readonly light: string;
    readonly small: (pixels: number) => string;
  };
  readonly step: (number: number, total: number) => string;
  readonly straight: string;
  readonly motions: Readonly<Record<Motion, string>>;
  readonly andBack: string;
  readonly hold: string;
  readonly colours: Readonly<Record<LitSubject, string>>;
  readonly coloursSoon: Readonly<Record<LitSubject, string>>;
  readonly next: string;
  readonly again: string;
  readonly frameFaults: Readonly<Record<FrameFault, string>>;
  readonly refused: string;
  readonly triesLeft: (tries: number) => string;
  readonly application: { readonly title: string; readonly lead: string };
  readonly decision: { readonly title: string; readonly lead: string };
  readonly complete: { readonly title: string; readonly lead: string };
  readonly stopped: { readonly title: string; readonly lead: string };
  readonly linkUsed: { readonly title: string; readonly lead: string };
  readonly linkWrong: { readonly title: string; readonly lead: string };
  readonly gone: { readonly title: string; readonly lead: string };
  readonly noCamera: { readonly title: string; readonly lead: string; readonly retry: string };
}

const en: Words = {
  otherLanguage: '日本語',
  document: {
    title: 'Photograph your identity document',
    lead: 'Lay the side with your portrait flat on a dark, plain surface and fill the frame with it.',
    take: 'Take the picture',
    choose: 'Choose a picture instead',
    again: 'Take it again',
    anyway: 'Send it as it is',
    checking: 'Checking the picture …',
    notGood: 'This picture may be refused',
    good: 'Good: all of it is in the picture, and sharp.',
    preview: 'Picture of the camera, for the document',
    still: 'The picture that was taken',
  },
  documentFaults: {
    DOCUMENT_NOT_LOCATED: 'No document is found. Use a plain, darker ground.',
    DOCUMENT_NOT_ALONE: 'There are several documents. Leave one.',
    DOCUMENT_EDGE_CUT: 'An edge is cut off. Move back a little.',
    DOCUMENT_TOO_FAR: 'It is too small. Come closer.',
    DOCUMENT_BLURRED: 'It is blurred. Hold still, or clean the lens.',
    DOCUMENT_GLARE: 'Light is reflected. Tilt it a little.',
    DOCUMENT_COPY: 'It looks like a copy in grey. Use the original.',
    DOCUMENT_RECAPTURED: 'It looks like a screen or a printed copy. Use the original.',
    DOCUMENT_UNREADABLE: 'This is no picture that can be read. Use JPEG, PNG or WebP.',
  },
  face: {
    title: 'Now your face',
    lead: 'Place your face in the oval. You will be asked to look straight and to turn your head, one thing at a time. It takes half a minute.',
    advice: [
      'Good light on the face, none from behind; nobody else in the picture.',
      'Without sunglasses, mask or hat.',
      'Have your document at hand: you may be asked to hold it before the camera.',
      'At the end the screen changes colour once or twice a second. If that is dangerous for you, close this page and use the chip of your document or another way.',
    ],
    start: 'Begin',
    preview: 'Your own picture, as in a mirror',
    dark: 'It is too dark. Put more light on your face.',
    bright: 'It is too bright. Turn away from the light.',
    light: 'The light is good.',
    small: (pixels) =>
      `This camera gives ${pixels} pixels each way: enough for your face, too few for your document, which you may be asked to hold before it (480).`,
  },
  step: (number, total) => `Step ${number} of ${total}`,
  straight: 'Look straight into the camera',
  motions: {
    left: 'Turn your head to your left',
    right: 'Turn your head to your right',
    up: 'Lift your chin well',
    down: 'Lower your chin',
  },
  andBack: 'and slowly back to the middle.',
  hold: 'Hold still for a moment.',
  colours: {
    face: 'Look straight; the screen changes colour',
    document: 'Hold your document before the camera; the screen changes colour',
  },
  coloursSoon: {
    face: 'Keep your face in the oval.',
    document: 'The side with your portrait, near the screen and whole in the frame. Hold it by its edge, and still.',
  },
  next: 'Good. What comes next …',
  again: 'Once more, please.',
  frameFaults: {
    FRAMES_TOO_DARK: 'It was too dark.',
    FRAMES_TOO_BRIGHT: 'It was too bright.',
    FRAMES_BLURRED: 'It was blurred.',
    FRAMES_EMPTY: 'Nothing could be seen. Is the camera covered?',
    FRAMES_WITHOUT_FACE: 'No face could be seen. Keep it in the oval.',
    FRAMES_TOO_SMALL: 'This camera gives too few pixels for a document.',
  },
  refused: 'That did not do yet',
  triesLeft: (tries) => (tries === 1 ? 'One try is left.' : `${tries} tries are left.`),
  application: { title: 'One moment', lead: 'Your application is on its way.' },
  decision: {
    title: 'Being checked',
    lead: 'Your pictures have arrived and are being checked. It takes some seconds.',
  },
  complete: {
    title: 'Done',
    lead: 'Your contract is complete and your profile is enabled. You can close this page.',
  },
  stopped: { title: 'Not finished', lead: 'Nothing is lost. The terminal says how to go on; you can close this page.' },
  linkUsed: {
    title: 'This link is used up',
    lead: 'It opens one page, once. Go on in that page. If it is closed, stop the command (Ctrl-C), and go on with: tegata contract resume --camera page',
  },
  linkWrong: {
    title: 'This link opens nothing',
    lead: 'A part of it is missing, or it is an old one. Open the link as the command tells it, to its last character.',
  },
  gone: { title: 'The terminal is gone', lead: 'The command has ended. You can close this page.' },
  noCamera: {
    title: 'No camera',
    lead: 'The browser gives no picture. Allow this page to use the camera, or connect one; no other program may be using it.',
    retry: 'Try again',
  },
};

const ja: Words = {
  otherLanguage: 'English',
  document: {
    title: '本人確認書類を撮影します',
    lead: '顔写真のある面を上にして、暗めで無地の台に平らに置き、枠いっぱいに写してください。',
    take: '撮影する',
    choose: '画像ファイルを選ぶ',
    again: '撮り直す',
    anyway: 'このまま送る',
    checking: '画像を確認しています…',
    notGood: 'この画像では受け付けられないことがあります',
    good: '全体が写っていて、鮮明です。',
    preview: '書類を写すカメラの映像',
    still: '撮影した画像',
  },
  documentFaults: {
    DOCUMENT_NOT_LOCATED: '書類が見つかりません。無地で暗めの台に置いてください。',
    DOCUMENT_NOT_ALONE: '書類が複数写っています。一枚だけにしてください。',
    DOCUMENT_EDGE_CUT: '端が切れています。少し離してください。',
    DOCUMENT_TOO_FAR: '小さすぎます。近づけてください。',
    DOCUMENT_BLURRED: 'ぼやけています。動かさず、レンズも拭いてください。',
    DOCUMENT_GLARE: '光が反射しています。少し傾けてください。',
    DOCUMENT_COPY: '白黒のコピーのようです。原本を写してください。',
    DOCUMENT_RECAPTURED: '画面か印刷したコピーのようです。原本を写してください。',
    DOCUMENT_UNREADABLE: '読み取れる画像ではありません。JPEG、PNG、WebPを使ってください。',
  },
  face: {
    title: '次に、お顔を撮影します',
    lead: '顔を楕円に合わせてください。正面を見る、顔を向けるなどの指示が一つずつ出ます。30秒ほどで終わります。',
    advice: [
      '顔に光が当たる明るい場所で、逆光を避け、お一人で撮影してください。',
      'サングラス、マスク、帽子は外してください。',
      '本人確認書類を手元に置いてください。カメラの前に持つよう求められることがあります。',
      '最後に画面の色が1秒に1〜2回変わります。光の変化で体調を崩すおそれのある方は、このページを閉じ、書類のICチップなど他の方法をお使いください。',
    ],
    start: '始める',
    preview: '鏡のように映るご自身の映像',
    dark: '暗すぎます。顔に光を当ててください。',
    bright: '明るすぎます。光の向きを変えてください。',
    light: '明るさは十分です。',
    small: (pixels) =>
      `このカメラの画素数は縦横${pixels}です。お顔には十分ですが、本人確認書類をカメラの前に持つよう求められた場合は足りません（480必要です）。`,
  },
  step: (number, total) => `${total}のうち${number}番目`,
  straight: 'カメラをまっすぐ見てください',
  motions: {
    left: '顔をご自身の左へ向けてください',
    right: '顔をご自身の右へ向けてください',
    up: 'あごをしっかり上げてください',
    down: 'あごを下げてください',
  },
  andBack: 'そのあと、ゆっくり正面に戻してください。',
  hold: 'そのまま少しお待ちください。',
  colours: {
    face: 'まっすぐ見たままで。画面の色が変わります',
    document: '本人確認書類をカメラの前に持ってください。画面の色が変わります',
  },
  coloursSoon: {
    face: '顔を楕円の中に保ってください。',
    document: '顔写真のある面を画面の近くで、枠の中に全体が入るように、端を持って動かさないでください。',
  },
  next: '撮れました。次の指示をお待ちください…',
  again: 'もう一度お願いします。',
  frameFaults: {
    FRAMES_TOO_DARK: '暗すぎました。',
    FRAMES_TOO_BRIGHT: '明るすぎました。',
    FRAMES_BLURRED: 'ぼやけていました。',
    FRAMES_EMPTY: '何も写っていません。カメラが覆われていませんか。',
    FRAMES_WITHOUT_FACE: '顔が写っていません。顔を楕円の中に保ってください。',
    FRAMES_TOO_SMALL: 'このカメラの画素数では書類を確認できません。',
  },
  refused: 'まだ確認できませんでした',
  triesLeft: (tries) => `あと${tries}回できます。`,
  application: { title: 'お待ちください', lead: 'お申し込みを送っています。' },
  decision: { title: '確認しています', lead: '画像が届き、確認しています。数秒かかります。' },
  complete: {
    title: '完了しました',
    lead: 'ご契約が完了し、プロファイルが有効になりました。このページは閉じてかまいません。',
  },
  stopped: {
    title: '完了していません',
    lead: '入力した内容は失われません。続け方は端末に表示されます。このページは閉じてかまいません。',
  },
  linkUsed: {
    title: 'このリンクは使用済みです',
    lead: 'リンクで開けるのは一つのページで一度だけです。そのページで続けてください。閉じた場合はコマンドをCtrl-Cで止め、次のコマンドで続けてください: tegata contract resume --camera page',
  },
  linkWrong: {
    title: 'このリンクでは開けません',
    lead: 'リンクの一部が欠けているか、古いリンクです。コマンドに表示されたリンクを最後の文字まで開いてください。',
  },
  gone: { title: '端末との接続が切れました', lead: 'コマンドが終了しました。このページは閉じてかまいません。' },
  noCamera: {
    title: 'カメラが使えません',
    lead: 'ブラウザーから映像が得られません。このページにカメラの使用を許可するか、カメラを接続してください。他のアプリが使用中のこともあります。',
    retry: 'もう一度試す',
  },
};

/** The words of each language. */
export const words: Readonly<Record<Language, Words>> = { en, ja };

/** The first of the browser's languages that the page has. */
export function preferredLanguage(languages: readonly string[]): Language {
  for (const language of languages) {
    const [primary = ''] = language.toLowerCase().split('-');
    if (primary === 'ja' || primary === 'en') return primary;
  }
  return 'en';
}
