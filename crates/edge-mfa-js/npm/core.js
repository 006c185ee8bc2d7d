// Defaults, randomness and the clock. Everything is computed in edge_mfa.wasm, which whoever imports this has started.

import { Authenticator, account_of, issuer_of, qr_modules, read_recovery_key } from "./edge_mfa.js";
import { recovery_key_digest, recovery_key_of, secret_of, verified_step } from "./edge_mfa.js";

const ALGORITHMS = { SHA1: 1, SHA256: 256, SHA512: 512 };

export function generateSecret() {
  return secret_of(crypto.getRandomValues(new Uint8Array(20)));
}

export function keyUri({ issuer, account, secret, ...parameters }) {
  return using(secret, parameters, (app) => app.key_uri(issuer, account));
}

export function parseKeyUri(text) {
  const app = Authenticator.of_key_uri(text);
  try {
    const algorithm = `SHA${app.algorithm()}`;
    const [secret, digits, period] = [app.secret(), app.digits(), app.period()];
    return { issuer: issuer_of(text), account: account_of(text), secret, algorithm, digits, period };
  } finally {
    app.free();
  }
}

export function code(secret, { time, ...parameters } = {}) {
  const at = seconds(time);
  return using(secret, parameters, (app) => ({ code: app.code(at), secondsLeft: app.seconds_left(at) }));
}

export function verify(secret, typed, { time, after = -1, ...parameters } = {}) {
  const { algorithm = "SHA1", digits = 6, period = 30 } = parameters;
  const at = seconds(time);
  const step = verified_step(secret, ALGORITHMS[algorithm] ?? 0, digits, period, typed, at);
  // It says no more than that; the authenticator says why.
  if (!(step >= -1) || Object.keys(parameters).length > 0) using(secret, parameters, (app) => app.code(at));
  return step > after && step >= 0 ? { step, drift: step - Math.floor(at / (period >>> 0)) } : null; // as WebAssembly takes it
}

export function clockOffset(secret, typed, { time, ...parameters } = {}) {
  return using(secret, parameters, (app) => app.clock_offset(typed, seconds(time))) ?? null;
}

export function qrMatrix(text) {
  const modules = qr_modules(text);
  return { size: Math.sqrt(modules.length), modules };
}

export function qrSvg(text) {
  const { size, modules } = qrMatrix(text);
  const side = size + 8; // four modules of quiet zone on each side
  let path = "";
  for (let at = 0; at < modules.length; at++) {
    if (modules[at]) path += `M${(at % size) + 4} ${Math.floor(at / size) + 4}h1v1h-1z`;
  }
  // White below in any theme: a QR that is drawn light on dark does not scan.
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`
  );
}

export function generateRecoveryKeys(count = 10) {
  return Array.from({ length: count }, () => recovery_key_of(crypto.getRandomValues(new Uint8Array(16))));
}

export function checkRecoveryKey(typed) {
  try {
    return { key: read_recovery_key(typed), problem: null };
  } catch (error) {
    return { key: null, problem: error.message };
  }
}

export function recoveryKeyDigest(typed, digestKey, context) {
  return recovery_key_digest(typed, digestKey, context);
}

/** What `ask` makes of an authenticator, which is forgotten after it. */
function using(secret, { algorithm = "SHA1", digits = 6, period = 30, ...unknown }, ask) {
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new TypeError(`there is no option ${name}`);
  const app = new Authenticator(secret, ALGORITHMS[algorithm] ?? 0, digits, period);
  try {
    return ask(app);
  } finally {
    app.free();
  }
}

/** Seconds since 1970 of a Date, of such seconds, or of now. */
function seconds(time = new Date()) {
  return time instanceof Date ? time.getTime() / 1000 : time;
}
