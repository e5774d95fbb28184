/** Types of the parts of BokehJS that the shell uses. BokehJS itself is on the page, not in the bundle. */

export type Require = (module: string) => Record<string, unknown>;

export type PluginModule = (
  this: unknown,
  require: Require,
  module: { exports: Record<string, unknown> },
  exports: Record<string, unknown>
) => void;

export interface Bokeh {
  __bokeh__?: boolean;
  version?: string;
  register_plugin: (modules: Record<string, PluginModule>, entry: string, aliases: object) => unknown;
}

export interface Property {
  change: unknown;
}

export interface Model {
  properties: Record<string, Property>;
  setv: (values: Record<string, unknown>) => void;
  payload: unknown;
  theme: string;
  height: number | null;
}

/** The base class of views. */
export declare class LayoutDOMView {
  model: Model;
  shadow_el: ShadowRoot;
  get child_models(): unknown[];
  connect_signals(): void;
  render(): void;
  remove(): void;
  connect(signal: unknown, slot: () => void): void;
}

export interface Kinds {
  Any: unknown;
}

/** The base class of models. */
export declare class LayoutDOM {
  static define(properties: (kinds: Kinds) => Record<string, [unknown, unknown?]>): void;
  static override(defaults: Record<string, unknown>): void;
  constructor(attributes?: unknown);
  setv(values: Record<string, unknown>): void;
}
