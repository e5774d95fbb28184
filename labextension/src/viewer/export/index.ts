/** The parts of the exports that views and shells use. */

export { hexOf } from './caption';
export { fileName, offer } from './download';
export { ExportError } from './errors';
export { PAGE_EXPORT, PNG_EXPORT, filesOf, svgExport } from './files';
export type { Export, FileOffer, PictureContext } from './files';
export { embeddedScript, ownScript } from './host';
export type { Host } from './host';
