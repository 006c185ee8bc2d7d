// What can go wrong, by the API's stable code (or one of our own).

export class Problem extends Error {
  /** `values` fill the message, `field` is the name of the field to blame, `owes`
   *  the step that must come first and `by` the proofs that a step-up takes. */
  constructor(code, { retryAfter, reason, field, owes, by, values } = {}) {
    super(code);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.field = field;
    this.owes = owes;
    this.by = by;
    this.values = values;
  }
}
