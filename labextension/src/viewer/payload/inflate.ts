/** From base64 text to bytes: gzip undone, sizes checked. */

import { PayloadError } from './errors';

type FromBase64 = { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };

/** Decode base64, which may be of any size. */
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
    throw new PayloadError('The flamegraph data is not base64.');
  }
}

/** Decompress gzip, up to `most` bytes. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await reader.read();
    } catch {
      throw new PayloadError('The flamegraph data is damaged: it does not decompress.');
    }
    if (chunk.done) {
      break;
    }
    size += chunk.value.length;
    if (size > most) {
      void reader.cancel().catch(() => undefined);
      throw new PayloadError(
        `The flamegraph data decompresses to more than ${most >> 20} MB; it is not drawn.`
      );
    }
    chunks.push(chunk.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
