/** Gives a file to the user. */

const LONGEST_NAME = 80;
/** Milliseconds after which a browser has certainly begun to save the file. */
const KEPT = 60_000;

/** A file's name of a title: nothing that a file system obeys. */
export function fileName(title: string, ending: string): string {
  const safe = title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._ +-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. -]+|[. ]+$/g, '');
  const short = Array.from(safe).slice(0, LONGEST_NAME).join('').trim().replaceAll(' ', '-');
  // Windows takes these for devices.
  const name = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) ? `_${short}` : short;
  return `${name === '' ? 'flamegraph' : name}${ending}`;
}

/** Offer a file for saving. The link stands in the page itself: in a shadow tree or in an output others take its click. */
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
