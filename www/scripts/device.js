// Which phone the page is open on: for words and their order only, nothing depends on it.

/** "iphone", "android", or undefined on whatever is no phone. On a tablet the app is
 *  as likely on the phone beside it, so it counts as a screen to scan from. */
export function phone() {
  const { userAgent } = navigator;
  if (/\b(iPhone|iPod)\b/.test(userAgent)) return "iphone";
  if (/\bAndroid\b/.test(userAgent) && /\bMobile\b/.test(userAgent)) return "android";
  return undefined;
}
