import type { JSONWebKeySet } from "jose";

/** Whose request it is. */
export interface Member {
  iss: string;
  aud: string;
  /** Who it is, for good: whoever is invited again under the same username is somebody else. */
  sub: string;
  preferred_username: string;
  role: "administrator" | "member";
  /** How she proved herself: `pwd`, `otp`, `device`, … */
  amr: string[];
  /** `https://refeds.org/profile/mfa` where two factors were shown; a remembered device is none. */
  acr?: string;
  /** When she last proved herself; Unix time in seconds, as all times here. */
  auth_time: number;
  sid: string;
  epoch: number;
  origin: string;
  iat: number;
  exp: number;
}

export interface Options {
  /** The tenant's issuer, `https://…/t/{tenant}`. */
  issuer: string;
  /** The id of the application of kind `gate`. */
  application: string;
  /** The origin under which people come to the application. */
  origin: string;
  /** The gate's key, to ask what has ended. Without it a token is true for as long as it lasts: five minutes. */
  key?: string;
  /** The tenant's published keys, where nothing is to be fetched. */
  jwks?: JSONWebKeySet;
  /** Instead of the global one, to ask what has ended. */
  fetch?: typeof fetch;
}

/** Verifies what `X-Edge-MFA-Token` holds. Rejects for whatever is not so, and where it cannot tell. */
export function createVerifier(options: Options): (token: string | null | undefined) => Promise<Member>;
