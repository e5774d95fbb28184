/** A file that cannot be created. The message is shown to the user. */
export class ExportError extends Error {
  override name = 'ExportError';
}
