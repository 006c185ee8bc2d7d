// One action of the person, one idempotency key.
//
// An answer can be lost on its way back. Doing the same thing again (by us at
// once, or by the person with the button) then carries the same key, and the
// server repeats its answer instead of acting twice. As soon as any answer is
// here, or the person wants something else, the next action gets a new key.

export class Action {
  #wanted;
  #key;

  keyFor(wanted) {
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#key = crypto.randomUUID();
    }
    return this.#key;
  }

  answered() {
    this.#wanted = undefined;
    this.#key = undefined;
  }
}
