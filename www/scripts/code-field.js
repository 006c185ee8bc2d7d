// One field for a six-digit code, forgiving about how it is typed.

const PAUSE_MS = 350;

// Digits that a phone in another script may show or type. Full-width ones are
// folded by NFKC.
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];

/** The code without spaces and hyphens and in 0-9, or undefined. */
export function readCode(text) {
  const plain = [...text.normalize("NFKC").replace(/[\s\u200b\u2010-\u2015-]/g, "")].map(plainDigit).join("");
  return /^\d{6}$/.test(plain) ? plain : undefined;
}

/** Sends the form by itself once the code is complete. A first typing or a paste
 *  goes by itself, after a breath in which it can still be corrected; mending a
 *  refused code waits for the button, since two wrong digits take two strokes. */
export function submitWhenComplete(input, form) {
  let armed = true;
  let before = 0;
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const { length } = input.value;
    const oneStroke = Math.abs(length - before) === 1;
    before = length;
    if (length <= 1 || !oneStroke) armed = true;
    if (!armed || !readCode(input.value)) return;
    timer = setTimeout(() => {
      armed = false;
      form.submit();
    }, PAUSE_MS);
  });
  // Sent by hand meanwhile, or left: the breath is over.
  input.form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("pagehide", () => clearTimeout(timer));
}

function plainDigit(character) {
  const point = character.codePointAt(0);
  const zero = ZEROS.find((first) => point >= first && point < first + 10);
  return zero === undefined ? character : String(point - zero);
}
