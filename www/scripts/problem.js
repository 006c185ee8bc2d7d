// What can go wrong, by the API's stable code (or one of our own).

export class Problem extends Error {
  /** `values` fill the message, `field` is the name of the field to blame, and
   *  `owes` the step that must come first. */
  constructor(code, { retryAfter, reason, field, owes, values } = {}) {
    super(code);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.field = field;
    this.owes = owes;
    this.values = values;
  }
}
