/** The payload cannot be drawn; the message is one sentence for the user. */
export class PayloadError extends Error {
  override name = 'PayloadError';
}
