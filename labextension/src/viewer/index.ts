/** The parts of the viewer that the shells and JupyterLab use. */

export { FLAMEGRAPH_STATE } from './payload/state';
export { parsedPayload } from './payload/header';
export { drawFlamegraph, stateKind } from './draw_flamegraph';
export type { DrawOptions, Drawn } from './draw_flamegraph';
export type { StateKind } from './payload/state_kind';
export { FlamegraphView } from './single/view';
export type { ShownState } from './single/view';
export type { ViewOptions } from './view/view';
export { PayloadError } from './payload/errors';
export { MIME_TYPE } from './payload/declared';
export type { Payload, RunSummary } from './payload/payload';
export type { ViewState } from './payload/state';
export { embeddedScript, ownScript } from './export';
export type { Host } from './export';
export type { ThemeName } from './draw/theme';
