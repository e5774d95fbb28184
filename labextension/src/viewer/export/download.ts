/** Offers a file to the user for saving. */

const LONGEST_NAME = 80;
/** Milliseconds after which the file is released. By then the browser has begun to save it. */
const KEPT = 60_000;

/** Return a file name for a title, without characters or names that have a meaning for a file system. */
export function fileName(title: string, ending: string): string {
  const safe = title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._ +-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. -]+|[. ]+$/g, '');
  const short = Array.from(safe).slice(0, LONGEST_NAME).join('').trim().replaceAll(' ', '-');
  // On Windows these are names of devices.
  const name = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) ? `_${short}` : short;
  return `${name === '' ? 'flamegraph' : name}${ending}`;
}

/** Offer a file for saving. The link is added to the page itself, since an output may handle clicks within it. */
export function offer(blob: Blob, name: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.rel = 'noopener';
  link.style.display = 'none';
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, KEPT);
}
