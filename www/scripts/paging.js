// Next and back through a list that the server gives in parts.

export class Pages {
  #starts = [undefined]; // where each page up to this one begins
  #next;
  #buttons;

  constructor({ next, back, turned }) {
    this.#buttons = { next, back };
    next.addEventListener("click", () => {
      if (!this.#next) return;
      this.#starts.push(this.#next);
      turned();
    });
    back.addEventListener("click", () => {
      if (this.#starts.length === 1) return;
      this.#starts.pop();
      turned();
    });
  }

  /** Where the page to ask for begins; undefined for the first. */
  get after() {
    return this.#starts.at(-1);
  }

  toFirst() {
    this.#starts = [undefined];
  }

  /** Tells where the page after this one begins, or null. */
  tell(next) {
    this.#next = next;
    this.#buttons.next.hidden = !next;
    this.#buttons.back.hidden = this.#starts.length === 1;
  }
}
