/**
 * Why an application stopped, for the person at the capture page, in Japanese: codes of the terminal and of servers that are no reasons of identity
 * verification, which have theirs in `@tegata/contracts`.
 */
export const endsInJapanese: Readonly<Record<string, string>> = {
  ANOTHER_PICTURE_NEEDED: '本人確認書類の別の画像が必要です。',
  AUTHENTICATION_UNAVAILABLE: '本人確認のサーバーにつながりません。しばらくしてから続けてください。',
  CAPTURE_TOO_LATE: '指示された撮影が時間内に終わりませんでした。',
  CERTIFICATE_MISSING: '証明書がまだ届いていません。しばらくしてから続けてください。',
  CONTRACT_CANCELLED: '契約は取り消されました。',
  CONTRACT_EXPIRED: '契約の期限が切れました。もう一度お申し込みください。',
  CONTRACT_LAPSED: '契約の期限が切れました。もう一度お申し込みください。',
  CONTRACT_REFUSED: 'お申し込みは受け付けられませんでした。',
  DEADLINE_EXCEEDED: 'サーバーの応答がありません。しばらくしてから続けてください。',
  DECISION_PENDING: '確認に時間がかかっています。しばらくしてから続けてください。',
  DOCUMENTS_REFUSED: '本人確認書類は受け付けられませんでした。',
  EKYC_BUSY: '本人確認が混み合っています。しばらくしてから続けてください。',
  EVIDENCE_NEEDED: 'この契約には本人確認書類が必要です。',
  INTERRUPTED: 'お申し込みは中断されました。',
  LOCAL_AUTHENTICATION_FAILED: 'パスワードが違います。',
  LOCAL_AUTHENTICATION_LOCKED: 'パスワードの誤りが続いたため、この端末での認証がロックされました。',
  RATE_LIMITED: 'アクセスが集中しています。しばらくしてから続けてください。',
  SERVER_NOT_SERVING: 'サーバーは現在応答できません。しばらくしてから続けてください。',
  SERVER_UNREACHABLE: 'サーバーにつながりません。しばらくしてから続けてください。',
  UNDER_REVIEW: '担当者が本人確認の内容を確認します。数日かかることがあります。新しい画像は必要ありません。',
};
