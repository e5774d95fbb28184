/** What views and shells use of the exports. */

export { hexOf } from './caption';
export { fileName, offer } from './download';
export { ExportError } from './errors';
export { PAGE_EXPORT, PNG_EXPORT, filesOf, svgExport } from './files';
export type { Export, FileOffer, PictureContext } from './files';
export { embedded, own } from './host';
export type { Host } from './host';
