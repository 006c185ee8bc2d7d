// What can go wrong, by the API's stable code (or one of our own).

export class Problem extends Error {
  /** `values` fill the message; `field` is the name of the field to blame. */
  constructor(code, { retryAfter, reason, field, values } = {}) {
    super(code);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.field = field;
    this.values = values;
  }
}
