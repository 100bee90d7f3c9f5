/** What a person can do about each reason of an identity verification (docs/ekyc.md), or why a certificate of an earlier one is not enough, in Japanese. */
export const sentencesInJapanese: Readonly<Record<string, string>> = {
  DOCUMENT_FORMAT_NOT_ACCEPTED:
    '書類はJPEG、PNG、WebPのいずれかの静止画1枚で送ってください。透明な部分のある画像、動画、他の形式は使えません。',
  DOCUMENT_UNREADABLE: '書類の画像が壊れています。撮り直すか、書き出し直してください。',
  DOCUMENT_TOO_LARGE: '書類の画像が大きすぎます。5メガバイト、4000万画素までにしてください。',
  DOCUMENT_TOO_SMALL: '書類の画像が小さすぎます。近づいて、高さ240画素以上で撮影してください。',
  DOCUMENT_NO_FACE: '顔写真が見つかりません。顔写真のある面を平らに置き、均一な光で反射なく撮影してください。',
  DOCUMENT_SEVERAL_FACES: '異なる顔が複数写っています。書類だけを撮影してください。',
  DOCUMENT_PORTRAIT_TOO_SMALL: '顔写真が小さく比較できません。書類が画面いっぱいになるように撮影してください。',
  DOCUMENT_NOT_A_DOCUMENT: '顔だけが写っています。顔写真のある書類全体を撮影してください。',
  DOCUMENT_NOT_LOCATED: '書類が見つかりません。暗い無地の場所に置き、真上から撮影してください。',
  DOCUMENT_NOT_ALONE: '書類が複数写っています。1枚だけを撮影してください。',
  DOCUMENT_EDGE_CUT: '書類の端が切れています。四隅がすべて写るように撮影してください。',
  DOCUMENT_TOO_FAR: '書類が小さすぎます。画面いっぱいになるように近づいて撮影してください。',
  DOCUMENT_BLURRED: '書類がぼやけています。カメラを動かさず、ピントが合ってから撮影してください。',
  DOCUMENT_GLARE: '書類に光が反射しています。傾けるか照明を避け、フラッシュを使わずに撮影してください。',
  DOCUMENT_COPY: '画像に色がありません。コピーではなく書類そのものをカラーで撮影してください。',
  DOCUMENT_RECAPTURED: '画面または印刷されたコピーを撮影した画像のようです。書類そのものを撮影してください。',
  DOCUMENT_KIND_UNKNOWN:
    '書類の種類を確認できません。旅券、運転免許証、マイナンバーカード、在留カードのいずれかの表面を撮影してください。',
  DOCUMENT_WRONG_SIDE: '個人番号のある面は送らないでください。顔写真のある面を撮影してください。',
  DOCUMENT_TEXT_UNREADABLE: '書類の文字を読み取れません。近づいて平らに置き、均一な光ではっきり撮影してください。',
  DOCUMENT_MRZ_UNCERTAIN: '書類の下部の行を確実に読み取れません。平らに置き、全体をはっきり撮影してください。',
  DOCUMENT_CHECK_DIGIT_WRONG: '書類の下部の行に矛盾があります。別の書類を使ってください。',
  DOCUMENT_EXPIRED: '書類の有効期限が切れています。有効な書類を使ってください。',
  DOCUMENT_DATES_IMPLAUSIBLE: '書類の日付に矛盾があります。別の書類を使ってください。',
  DOCUMENT_NUMBER_UNSOUND: '書類の番号の形式が正しくありません。別の書類か、よりはっきりした画像を使ってください。',
  DOCUMENT_PRINT_DIFFERS:
    '書類の記載と下部の行の内容が一致しません。別の書類か、よりはっきりした画像を使ってください。',
  DOCUMENT_NAME_DIFFERS: '書類の氏名が入力と異なります。書類に記載の氏名で申し込んでください。',
  DOCUMENT_NAME_OTHER_WRITING: '書類の氏名は別の文字で書かれています。書類に記載のとおりの氏名で申し込んでください。',
  DOCUMENT_NAME_UNCERTAIN:
    '書類の氏名が入力とわずかに異なります。入力を確かめるか、よりはっきりした画像を送ってください。',
  DOCUMENT_BIRTH_DATE_DIFFERS: '書類の生年月日が入力と異なります。書類に記載の生年月日で申し込んでください。',
  DOCUMENT_ADDRESS_DIFFERS: '書類の住所が入力と異なります。書類に記載の住所で申し込んでください。',
  DOCUMENT_ADDRESS_UNCERTAIN:
    '書類の住所が入力とわずかに異なります。入力を確かめるか、よりはっきりした画像を送ってください。',
  FRAME_FORMAT_NOT_ACCEPTED: 'カメラの画像がJPEG、PNG、WebPの静止画ではありません。撮影アプリを使ってください。',
  FRAME_UNREADABLE: 'カメラの画像が壊れています。撮影し直してください。',
  FRAME_TOO_LARGE: 'カメラの画像が大きすぎます。1枚512キロバイト、400万画素までにしてください。',
  FRAME_TOO_SMALL: 'カメラの画像が小さすぎます。短い辺を240画素以上にしてください。',
  FRAMES_TOO_FEW: '画像が足りません。しばらく正面を見てから、それぞれの動きをゆっくり行ってください。',
  FRAMES_TOO_MANY: '画像が多すぎます。1つの動きにつき5枚ほどにしてください。',
  FRAMES_OUT_OF_ORDER: '画像が動きの順になっていません。続けて撮影し直してください。',
  CAPTURE_TOO_SLOW: '撮影が途切れたか、時間がかかりすぎました。続けて撮影し直してください。',
  FRAMES_TOO_DARK: 'カメラの画像が暗すぎます。顔に光を当てて、撮影し直してください。',
  FRAMES_TOO_BRIGHT: 'カメラの画像が明るすぎます。光の当たらない向きで、撮影し直してください。',
  FRAMES_BLURRED:
    'カメラの画像がぼやけています。他の理由もそのためかもしれません。レンズを拭き、カメラを固定し、顔に光を当ててください。',
  FRAMES_EMPTY: 'カメラの画像に何も写っていません。カメラが覆われていないか確かめてください。',
  FRAMES_WITHOUT_FACE: '顔が写っていません。カメラの正面に入り、顔に光を当ててください。',
  FRAMES_TOO_SMALL: 'カメラの画素数が少なく、書類を確認できません。縦横480画素以上のカメラを使ってください。',
  FACE_NOT_FOUND: '顔が写っていない画像が多すぎます。画面から出ず、回しすぎず、顔に光を当ててください。',
  FACE_TOO_SMALL: '顔が小さすぎます。カメラに近づいてください。',
  SEVERAL_FACES: '他の人が写っています。後ろに人の写真がない場所で、一人で撮影してください。',
  EYES_COVERED:
    '目元が隠れているか、暗くて見えません。濃い色や反射の強い眼鏡を外し、手や髪が目にかからないようにして、顔に光が当たるようにしてください。',
  NOT_LOOKING_STRAIGHT: '最初の動きを求められるまで、目の高さのカメラをまっすぐ見てください。',
  PROMPT_NOT_PERFORMED:
    '求められた動きがないか、足りません。指示された側へはっきり顔を向け、あごを十分に上げ下げしてください。',
  PROMPT_WRONG_DIRECTION: '動きの向きが逆です。左右はご自身から見た左右です。カメラの左右反転は切ってください。',
  FACE_FLAT: '顔が平らな写真のように動いています。写真や画面ではなく、ご自身の顔を写してください。',
  MOTION_NOT_CONTINUOUS: '画像がつながっていません。ゆっくり動き、続けて撮影してください。',
  PERSON_CHANGED: '同じ人が写っていない画像があります。一定の明るさで、すべてご自身を撮影してください。',
  PICTURE_FROZEN: '同じ画像が繰り返されています。録画ではなくカメラを使い、止まっていないか確かめてください。',
  FRAMES_SEEN_BEFORE:
    '以前に送られた画像か、二重に使われた画像です。カメラで撮り直してください。フォルダーの画像は、繰り返しを許すサーバーでだけ使えます。',
  DOCUMENT_IMAGE_ALONE:
    '画像だけでは書類が本物か確かめられません。担当者の確認をお待ちいただくか、書類のICチップを使ってください。',
  DOCUMENT_NOT_SHOWN:
    '画面の色が変わる間、カメラの前に本人確認書類が確認できませんでした。顔写真のある面を、全体が大きく写るように動かさず持ってください。',
  DOCUMENT_CHANGED: 'カメラの前の書類が、送信された画像の書類と異なります。同じ書類を、隠れないように持ってください。',
  DOCUMENT_LIGHT_NOT_SEEN:
    '画面の光が書類に映っていません。画面を明るくし、直射日光を避けて、書類そのものを画面に近づけてください。',
  SCREEN_LIGHT_NOT_SEEN: '画面の光が顔に映っていません。暗めの場所で画面を明るくし、顔を近づけてください。',
  FACE_NOT_MATCHING: '書類の顔と一致しません。ご自身の書類を使い、明るい場所で眼鏡を外して撮影してください。',
  FACE_MATCH_UNCERTAIN: '顔写真と似ていますが、確かではありません。書類とご自身をより鮮明に撮影してください。',
  LIVE_FACE_IS_DOCUMENT_PHOTO: 'カメラの画像が書類の顔写真そのもののようです。ご自身の顔を写してください。',
  CHIP_FILE_MALFORMED: 'ICチップを最後まで読み取れませんでした。書類をもう一度リーダーに置いてください。',
  CHIP_ALGORITHM_UNSUPPORTED: 'このICチップの暗号方式は受け付けられません。別の書類を使ってください。',
  DOCUMENT_SIGNER_UNKNOWN: 'この書類の発行者は確認できる発行者に含まれていません。別の書類を使ってください。',
  DOCUMENT_SIGNER_NOT_YET_VALID: '発行者の証明書がまだ有効になっていません。別の書類を使ってください。',
  DOCUMENT_SIGNER_EXPIRED: '発行者の証明書の期限が切れています。新しい書類を使ってください。',
  DOCUMENT_SIGNER_NOT_ALLOWED: '書類への署名が認められていない証明書です。別の書類を使ってください。',
  DOCUMENT_SIGNER_REVOKED: '発行者がこの書類の証明書を取り消しています。別の書類を使ってください。',
  REVOCATION_UNKNOWN: 'この書類が今も有効か、現在確認できません。しばらくしてからやり直してください。',
  CHIP_SIGNATURE_INVALID: 'ICチップの署名が正しくありません。別の書類を使ってください。',
  CHIP_CONTENT_ALTERED: 'ICチップの署名の対象が発行時と異なります。別の書類を使ってください。',
  DATA_GROUP_ALTERED: 'ICチップのデータが発行時と異なります。読み取り直すか、別の書類を使ってください。',
  DATA_GROUP_NOT_SIGNED: 'ICチップのデータに発行者の署名がありません。別の書類を使ってください。',
  CHIP_NOT_GENUINE:
    'ICチップが発行された本物であることを確認できません。もう一度リーダーに置くか、別の書類を使ってください。',
  CHIP_CHALLENGE_DIFFERS:
    'ICチップの応答がこの申込みに対するものではありません。申込みの間、書類をリーダーに置いてください。',
  CHIP_MRZ_UNSOUND: 'ICチップの機械読取領域に矛盾があります。別の書類を使ってください。',
  CHIP_DOCUMENT_EXPIRED: '書類の有効期限が切れています。有効な書類を使ってください。',
  CHIP_PORTRAIT_UNSUPPORTED: 'ICチップの顔写真の形式を読み取れません。別の書類を使ってください。',
  CHIP_PORTRAIT_UNUSABLE: 'ICチップの顔写真はお顔と比較できません。別の書類を使ってください。',
  PERSON_CERTIFICATE_MALFORMED: 'このカードの証明書を読み取れません。別のカードか書類を使ってください。',
  PERSON_CERTIFICATE_ISSUER_UNKNOWN: 'この証明書の発行者は確認できません。別のカードを使ってください。',
  PERSON_CERTIFICATE_NOT_YET_VALID: 'この証明書はまだ有効になっていません。別のカードか書類を使ってください。',
  PERSON_CERTIFICATE_EXPIRED: 'カードの証明書の期限が切れています。更新するか、別の書類を使ってください。',
  PERSON_CERTIFICATE_NOT_ALLOWED: '署名用の証明書ではありません。カードの署名用電子証明書を使ってください。',
  PERSON_CERTIFICATE_REVOKED: 'カードの証明書が失効しています。更新するか、別の書類を使ってください。',
  PERSON_CERTIFICATE_STATUS_UNKNOWN: '証明書が今も有効か、現在確認できません。しばらくしてからやり直してください。',
  PERSON_SIGNATURE_INVALID: 'カードの署名がこの申込みに対するものではありません。もう一度署名してください。',
  PERSON_ATTRIBUTES_MISSING: '証明書に氏名または生年月日がありません。別のカードか書類を使ってください。',
  REVIEW_REFUSED:
    '担当者が画像を書類と見比べましたが、本人と確認できませんでした。顔がはっきり写った書類で、もう一度お申し込みください。',
  REVIEW_LAPSED: '期限までに確認できる担当者がいませんでした。もう一度お申し込みください。',
  TRANSFER_STATEMENT_MALFORMED: '移行コードを読み取れません。これまでの端末で作り直してください。',
  TRANSFER_NOT_ACCEPTED: 'この移行コードで使える本人確認の記録がありません。本人確認書類でお申し込みください。',
  TRANSFER_OF_ANOTHER_DEVICE: 'この移行コードは別の端末のものです。この端末のEIDで作り直してください。',
  TRANSFER_EXPIRED: '移行コードの期限が切れたか、作った端末の時計が違っています。作り直してください。',
  TRANSFER_USED: 'この移行コードは使用済みです。作り直してください。',
  TRANSFER_TRIES_USED_UP: '移行の失敗が多すぎます。本人確認書類でお申し込みください。',
  DECLARED_ATTRIBUTE_REPEATED: '同じ項目が二度申告されています。それぞれ一度だけ申告してください。',
  ATTRIBUTE_UNCONFIRMED:
    '通信事業者が必要とする氏名または住所を、書類で確認できません。書類の記載どおりにお申し込みいただくか、別の書類をお使いください。',
  DECLARED_ATTRIBUTE_TOO_LONG: '氏名または住所が長すぎます。不要な文字を除いてください。',
  APPLICANT_DIFFERS: '書類とともに送られた氏名などが、お申し込みの内容と一致しません。同じ内容でお申し込みください。',
  DECLARED_ATTRIBUTE_DIFFERS: '氏名、生年月日または住所が書類と一致しません。書類のとおりにお申し込みください。',
  ENVELOPE_UNREADABLE: '送られたデータを開けませんでした。もう一度お申し込みください。',
  DOCUMENTS_UNREADABLE: '書類のデータを読み取れません。撮り直してください。',
  VERIFICATION_WITHDRAWN: '本人確認の前に契約が取り消されたか、期限が切れました。もう一度お申し込みください。',
  IDENTITY_PROOF_EXPIRED: '撮影の期限が切れました。もう一度撮影してください。',
  ID_PHOTO_NOT_JUDGED: '画像を解析できませんでした。できれば別のカメラで、撮り直してください。',
  DATA_ACQUISITION_KEY_UNUSABLE: 'この申込みの受け取り用の鍵は使えません。もう一度お申し込みください。',
  ASSERTION_MALFORMED: 'この端末での認証の結果を読み取れません。もう一度認証してください。',
  ASSERTION_SIGNATURE_INVALID: 'この端末での認証の署名が正しくありません。もう一度認証してください。',
  ASSERTION_CERTIFICATE_INVALID: 'この端末のeUICCの証明書は信頼されていません。通信事業者にお問い合わせください。',
  ASSERTION_OUTCOME_FAILED: 'この端末での認証に失敗しました。もう一度認証してください。',
  ASSERTION_NONCE_MISMATCH: 'この端末での認証が今回の手続きに対するものではありません。もう一度認証してください。',
  ASSERTION_CONTRACT_MISMATCH: 'この端末での認証が別の契約に対するものです。もう一度認証してください。',
  ASSERTION_CARRIER_MISMATCH: 'この端末での認証が別の通信事業者に対するものです。もう一度認証してください。',
  ASSERTION_EID_MISMATCH: 'この端末での認証が別のeUICCによるものです。もう一度認証してください。',
  ASSERTION_METHOD_NOT_ACCEPTED: 'この種類の認証は受け付けられません。通信事業者が受け付ける方法をお使いください。',
  ASSERTION_TIME_IN_FUTURE: 'この端末での認証の時刻が未来になっています。時計を合わせてください。',
  ASSERTION_TOO_OLD: 'この端末での認証から時間がたちすぎました。もう一度認証してください。',
  CERTIFICATE_EVIDENCE_NOT_ACCEPTED:
    'これまでの本人確認に使われた種類の書類は、この通信事業者では受け付けられません。別の書類で確認してください。',
  CERTIFICATE_METHOD_NOT_ACCEPTED:
    'これまでの本人確認の方法は、この通信事業者では受け付けられません。あらためて本人確認をしてください。',
  CERTIFICATE_ASSURANCE_TOO_LOW:
    'この通信事業者には、より確実な本人確認が必要です。書類のICチップなどで確認してください。',
  CERTIFICATE_TOO_OLD: '前の本人確認から時間がたちすぎています。あらためて本人確認をしてください。',
  LOCAL_FACTOR_NOT_ACCEPTED: 'この通信事業者には、別の種類の端末での認証が必要です。',
  LOCAL_FACTOR_VERIFIER_NOT_ACCEPTED: 'この通信事業者には、eUICCの中で照合される認証が必要です。',
  CERTIFICATE_MALFORMED: '本人確認の証明書を読み取れません。あらためて本人確認をしてください。',
  CERTIFICATE_FORGED: '本人確認の証明書の発行者を確認できません。あらためて本人確認をしてください。',
  CERTIFICATE_NOT_YET_VALID: '本人確認の証明書がまだ有効になっていません。端末の時計を確かめてください。',
  CERTIFICATE_EXPIRED: '本人確認の証明書の期限が切れています。あらためて本人確認をしてください。',
  CERTIFICATE_EID_MISMATCH: '本人確認の証明書は別のeUICCのものです。あらためて本人確認をしてください。',
  CERTIFICATE_KEY_MISMATCH:
    '本人確認の証明書は、このeUICCの鍵に対するものではありません。あらためて本人確認をしてください。',
  CERTIFICATE_REVOKED: '本人確認の証明書が失効しています。あらためて本人確認をしてください。',
  CERTIFICATE_STATUS_STALE: '本人確認の証明書が今も有効か、現在確認できません。あらためて本人確認をしてください。',
  ATTRIBUTE_NOT_CERTIFIED: '開示された項目が本人確認の証明書にありません。',
  ATTRIBUTE_DIGEST_MISMATCH: '開示された項目の内容が、本人確認の証明書と一致しません。',
  ATTRIBUTE_MALFORMED: '開示された項目を読み取れません。',
  ATTRIBUTE_REQUIRED: '通信事業者が必要とする項目が開示されていません。',
  ATTRIBUTE_DIFFERS_FROM_APPLICATION: '開示された項目の内容が、お申し込みの内容と異なります。',
  EVIDENCE_NOT_ACCEPTED: 'この方法の本人確認は受け付けられません。通信事業者が受け付ける方法をお使いください。',
};

/**
 * The sentence of a reason in the language of a locale (`ja_JP.UTF-8`): in Japanese where there is one, otherwise as it was received.
 */
export function localSentence({ code, sentence }: { code: string; sentence: string }, locale: string): string {
  return /^ja(?:[_.@-]|$)/i.test(locale) ? (sentencesInJapanese[code] ?? sentence) : sentence;
}

/** The Japanese sentences of the reasons that a message names by their codes, `… (CODE)`, with the codes; none for other locales. */
export function localReasons(message: string, locale: string): string[] {
  const codes = [...message.matchAll(/\(([A-Z][A-Z0-9_]+)\)/g)].map(([, code = '']) => code);
  return [...new Set(codes)].flatMap((code) => {
    const sentence = localSentence({ code, sentence: '' }, locale);
    return sentence === '' ? [] : [`${sentence} (${code})`];
  });
}

/** The locale of messages that an environment asks for (POSIX: LC_ALL before LC_MESSAGES before LANG). Empty where it asks for none. */
export function localeOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
}
