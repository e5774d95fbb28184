/** The drawing engine: what the shells use. */

export { FlamegraphView } from './view';
export type { ShownState, ViewOptions } from './view';
export { MIME_TYPE, PayloadError, viewState } from './payload';
export type { Payload, RunSummary, ViewState } from './payload';
export type { ThemeName } from './theme';
