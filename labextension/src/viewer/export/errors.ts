/** A file cannot be made; the message is one sentence for the user. */
export class ExportError extends Error {
  override name = 'ExportError';
}
