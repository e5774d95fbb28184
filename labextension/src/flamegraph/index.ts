/** The drawing engine: what the shells use. */

export { FLAMEGRAPH_STATE, drawFlamegraph, parsedPayload, stateKind } from './ui/any';
export type { DrawOptions, Drawn, StateKind } from './ui/any';
export { FlamegraphView } from './ui/view';
export type { ShownState, ViewOptions } from './ui/view';
export { PayloadError } from './errors';
export { MIME_TYPE } from './payload/payload';
export type { Payload, RunSummary } from './payload/payload';
export { INITIAL, changedPart, partOfState, sameState, viewState } from './payload/state';
export type { ViewState } from './payload/state';
export { embedded, own } from './export';
export type { Host } from './export';
export type { ThemeName } from './draw/theme';
