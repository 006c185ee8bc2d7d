/** What app and verifier agree on. The defaults are the only ones that every app computes right. */
export interface TotpParameters {
  /** Default `SHA1`. */
  algorithm?: "SHA1" | "SHA256" | "SHA512";
  /** Default 6. */
  digits?: 6 | 7 | 8;
  /** Seconds; default 30, at most 3600. */
  period?: number;
}

export interface At {
  /** A date, or seconds since 1970; default now. */
  time?: Date | number;
}

/** A secret of 160 random bits, in base32 (32 symbols). */
export function generateSecret(): string;

/** What an app scans: `otpauth://totp/…`. It holds the secret: draw it, do not send or log it. */
export function keyUri(about: { issuer?: string; account: string; secret: string } & TotpParameters): string;

/** Reads a key URI. Throws an `Error` that says which part is wrong, and never the secret. */
export function parseKeyUri(text: string): {
  issuer: string | undefined;
  account: string;
  secret: string;
} & Required<TotpParameters>;

/** The code that an app shows, and for how long it still does. */
export function code(secret: string, options?: At & TotpParameters): { code: string; secondsLeft: number };

/**
 * Whether `typed` is the code of the present step, the one before or the one after; spaces are allowed.
 *
 * Keep the `step` that is returned with the member and give it back as `after`: a code is good once (RFC 6238 §5.2).
 * Count the attempt before you call this: three codes of a million are right at any moment, so who may try for ever
 * gets in.
 */
export function verify(
  secret: string,
  typed: string,
  options?: At & TotpParameters & { /** The last step that was accepted. */ after?: number },
): { step: number; /** -1: of the step before. */ drift: number } | null;

/**
 * How many seconds the clock is off that made `typed`, negative when it is behind; `null` when the code is not to be
 * found within ten minutes. It helps whoever enrols; it is no reason to let anybody in.
 */
export function clockOffset(secret: string, typed: string, options?: At & TotpParameters): number | null;

/** A QR code of level M: `modules` row by row from the top, 1 where one is dark. Leave four modules of margin. */
export function qrMatrix(text: string): { size: number; modules: Uint8Array };

/** The same as SVG, black on white with its margin. */
export function qrSvg(text: string): string;

/** One-time recovery keys of 115 random bits and two symbols that check them. Show them once; keep their digests. */
export function generateRecoveryKeys(count?: number): string[];

/** What was typed, in the form in which it was shown, or what is wrong with it. Whether it is right, its digest tells. */
export function checkRecoveryKey(
  typed: string,
): { key: string; problem: null } | { key: null; problem: "length" | "symbol" | "checksum" };

/**
 * What to keep of a recovery key: a keyed digest in hex. Compare digests in constant time.
 * @param digestKey 32 secret bytes
 * @param context names whose key it is, so that a digest moved elsewhere fits nothing
 */
export function recoveryKeyDigest(typed: string, digestKey: Uint8Array, context: string): string;
