/** A payload that cannot be drawn. The message is shown to the user. */
export class PayloadError extends Error {
  override name = 'PayloadError';
}

/** Return the error for damaged data. `reason` says what is wrong with it, such as `it ends too early`. */
export function damaged(reason: string): PayloadError {
  return new PayloadError(`The flamegraph data is damaged: ${reason}. Create this output again.`);
}
