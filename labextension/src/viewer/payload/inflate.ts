/** Decodes base64 and decompresses gzip, up to a limit. */

import { PayloadError, damaged } from './errors';

type FromBase64 = { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };

/** Decode base64 of any length. Throws a `PayloadError` for other text. */
export function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  try {
    const native = (Uint8Array as FromBase64).fromBase64;
    if (native !== undefined) {
      return native.call(Uint8Array, data);
    }
    const binary = atob(data);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) {
      bytes[i] = binary.charCodeAt(i);
    }
    return bytes;
  } catch {
    throw damaged('it is not base64');
  }
}

/** Decompress gzip. Rejects with a `PayloadError` if the result has more than `most` bytes or the data is damaged. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await reader.read();
    } catch {
      throw damaged('it cannot be decompressed');
    }
    if (chunk.done) {
      break;
    }
    size += chunk.value.length;
    if (size > most) {
      void reader.cancel().catch(() => undefined);
      throw new PayloadError(
        `The flamegraph data is larger than ${most >> 20} MB when it is decompressed. Leave out narrow frames.`
      );
    }
    chunks.push(chunk.value);
  }
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
