/** The view's style sheet; it lives in the view's shadow root, so that it meets nothing else. */

export const STYLES = `
:host { display: block; }
.duronb-view {
  --bg: #ffffff; --fg: #1c2128; --muted: #5f6872; --line: #d8dde3; --soft: #f4f6f8; --control: #ffffff;
  --accent: #2563c9; --error: #b42318; --notice: #fff8e6; --notice-line: #e8c55b; --shadow: rgba(27, 31, 36, .16);
  --ui: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  box-sizing: border-box; position: relative; width: 100%; min-width: 0; padding: 10px 12px;
  background: var(--bg); color: var(--fg); color-scheme: light;
  font: 13px/1.45 var(--ui); text-align: left; letter-spacing: normal; -webkit-text-size-adjust: 100%;
}
.duronb-view *, .duronb-view *::before { box-sizing: border-box; }
.duronb-view [hidden] { display: none !important; }
.duronb-view[data-mode$=dark] {
  --bg: #16191d; --fg: #e4e8ec; --muted: #98a2ad; --line: #343a42; --soft: #20252b; --control: #1b2025;
  --accent: #7ab0ff; --error: #ff9a8f; --notice: #2b2616; --notice-line: #7d6520; --shadow: rgba(0, 0, 0, .55);
  color-scheme: dark;
}
.duronb-view[data-mode=contrast-light] { --muted: #2b2b2b; --line: #000000; --accent: #00309f; }
.duronb-view[data-mode=contrast-dark] {
  --bg: #000000; --fg: #ffffff; --muted: #dddddd; --line: #ffffff; --soft: #101010; --control: #000000;
  --accent: #ffd60a;
}
.duronb-view[data-host=lab] {
  --bg: var(--jp-layout-color0, #fff); --fg: var(--jp-content-font-color1, #1c2128);
  --muted: var(--jp-content-font-color2, #5f6872); --line: var(--jp-border-color2, #d8dde3);
  --soft: var(--jp-layout-color2, #f4f6f8); --control: var(--jp-layout-color1, #fff);
  --accent: var(--jp-brand-color1, #2563c9); --error: var(--jp-error-color1, #b42318);
  --ui: var(--jp-ui-font-family, system-ui, sans-serif);
}
.duronb-view[data-host=vscode] {
  --bg: var(--vscode-editor-background, #fff); --fg: var(--vscode-editor-foreground, #1c2128);
  --muted: var(--vscode-descriptionForeground, #5f6872); --line: var(--vscode-panel-border, #d8dde3);
  --soft: var(--vscode-editorWidget-background, #f4f6f8); --control: var(--vscode-input-background, #fff);
  --accent: var(--vscode-focusBorder, #2563c9); --error: var(--vscode-errorForeground, #b42318);
}
.duronb-fixed { height: 100%; display: flex; flex-direction: column; overflow: auto; }
.duronb-fixed .duronb-graph { flex: 1 1 0; min-height: 120px; }
.duronb-fixed .duronb-functions { flex: 0 0 auto; }
.duronb-message { margin: 8px 0; color: var(--muted); }
.duronb-message[role=alert] { color: var(--error); }
.duronb-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.duronb-bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 16px; }
.duronb-heading { display: flex; align-items: baseline; gap: 10px; min-width: 0; max-width: 100%; }
.duronb-title, .duronb-crumb, .duronb-link {
  appearance: none; border: 0; margin: 0; padding: 0; background: none; color: inherit; font: inherit;
  text-align: left; cursor: pointer; border-radius: 3px;
}
.duronb-title { font-weight: 600; font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.duronb-facts { color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto; min-width: 60px; font-variant-numeric: tabular-nums; }
.duronb-tools { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; flex: 1 0 100%; min-width: 0; }
.duronb-searching { display: flex; align-items: center; gap: 8px; flex: 0 1 auto; min-width: 0; }
.duronb-searching .duronb-search { border-radius: 5px 0 0 5px; }
.duronb-literal { font-family: var(--mono); }
.duronb-search, .duronb-choice, .duronb-button, .duronb-second {
  height: 26px; margin: 0; padding: 0 8px; border: 1px solid var(--line); border-radius: 5px;
  background: var(--control); color: var(--fg); font: inherit; font-size: 12px;
}
.duronb-search { width: 210px; min-width: 90px; flex: 0 1 210px; font-family: var(--mono); font-size: 11.5px; }
.duronb-search::placeholder { font-family: var(--ui); color: var(--muted); opacity: 1; }
.duronb-search[aria-invalid=true] { border-color: var(--error); }
.duronb-choice { max-width: 190px; padding: 0 4px; }
.duronb-thread { max-width: 150px; }
.duronb-matched { font-size: 12px; color: var(--fg); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; min-width: 0; }
.duronb-matched:empty { display: none; }
.duronb-error { color: var(--error); }
.duronb-buttons { display: flex; }
.duronb-button { border-radius: 0; white-space: nowrap; margin-left: -1px; cursor: pointer; color: var(--fg); }
.duronb-button:first-child { border-radius: 5px 0 0 5px; margin-left: 0; }
.duronb-button:last-child { border-radius: 0 5px 5px 0; }
.duronb-button:hover:not(:disabled) { background: var(--soft); }
.duronb-button:disabled { color: var(--muted); opacity: .65; cursor: default; }
.duronb-button[aria-pressed=true] { background: var(--soft); box-shadow: inset 0 -2px 0 var(--accent); }
.duronb-view :is(button, input, select, .duronb-graph, .duronb-functions, .duronb-popup):focus-visible {
  outline: 2px solid var(--accent); outline-offset: 1px; z-index: 1;
}

.duronb-options { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 6px 14px; margin-top: 8px; padding: 7px 9px; background: var(--soft); border-radius: 5px; font-size: 12px; }
.duronb-options label { display: inline-flex; align-items: center; gap: 5px; height: 26px; white-space: nowrap; }
.duronb-options input[type=checkbox] { margin: 0; accent-color: var(--accent); }
.duronb-filter { display: inline-flex; flex-direction: column; min-width: 0; flex: 0 1 220px; }
.duronb-filter .duronb-search { width: 100%; flex: none; }
.duronb-filter .duronb-error:empty { display: none; }

.duronb-popup { position: absolute; right: 12px; z-index: 20; margin-top: 6px; padding: 5px; max-width: calc(100% - 24px); max-height: 70%; overflow: auto; background: var(--bg); color: var(--fg); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 4px 14px var(--shadow); font-size: 12px; }
.duronb-item { display: flex; justify-content: space-between; gap: 24px; width: 100%; padding: 4px 8px; border: 0; border-radius: 4px; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.duronb-item:hover, .duronb-item:focus-visible { background: var(--soft); }
.duronb-item small { color: var(--muted); font: 11px/1.6 var(--mono); }
.duronb-keys { display: grid; grid-template-columns: auto 1fr; gap: 3px 14px; margin: 4px 8px; }
.duronb-keys dt { white-space: nowrap; }
.duronb-keys dd { margin: 0; color: var(--muted); }
.duronb-keys kbd { font: 11px/1.5 var(--mono); color: var(--fg); }

.duronb-timeline { display: flex; align-items: center; gap: 10px; margin-top: 8px; }
.duronb-strip { position: relative; flex: 1 1 auto; min-width: 0; height: 30px; cursor: col-resize; touch-action: none; border-bottom: 1px solid var(--line); }
.duronb-timeline-canvas { display: block; width: 100%; height: 30px; opacity: .75; }
.duronb-brush { position: absolute; top: 0; bottom: 0; pointer-events: none; background: color-mix(in srgb, var(--accent) 22%, transparent); border-inline: 1px solid var(--accent); }
.duronb-range { display: inline-flex; align-items: center; gap: 4px; flex: none; font-size: 12px; color: var(--muted); font-variant-numeric: tabular-nums; }
.duronb-second { width: 52px; padding: 0 4px; height: 22px; }
.duronb-range .duronb-link { text-decoration: underline; }

.duronb-buckets { margin-top: 8px; }
.duronb-bucket-bar { display: flex; gap: 1px; height: 12px; border-radius: 3px; overflow: hidden; }
.duronb-bucket-part { flex: 0 1 0; min-width: 1px; cursor: pointer; }
.duronb-bucket-part[data-dimmed] { opacity: .35; }
.duronb-bucket-list { display: flex; flex-wrap: wrap; gap: 1px 4px; margin: 3px -5px 0; }
.duronb-bucket {
  appearance: none; display: inline-flex; align-items: center; gap: 5px; height: 20px; padding: 0 5px; border: 0; border-radius: 4px;
  background: none; color: var(--fg); font: inherit; font-size: 11.5px; white-space: nowrap; cursor: pointer;
}
.duronb-bucket small { font-size: 11px; color: var(--muted); font-variant-numeric: tabular-nums; }
.duronb-bucket:hover { background: var(--soft); }
.duronb-bucket[aria-pressed=true] { background: var(--soft); box-shadow: inset 0 -2px 0 var(--accent); font-weight: 600; }

.duronb-crumbs { display: flex; align-items: center; gap: 2px; margin: 7px 0 5px; height: 18px; overflow: hidden; font: 11px/18px var(--mono); color: var(--muted); white-space: nowrap; }
.duronb-crumb { padding: 0 3px; flex: 0 1 auto; min-width: 24px; overflow: hidden; text-overflow: ellipsis; }
.duronb-crumb:hover { color: var(--fg); background: var(--soft); }
.duronb-crumb[aria-current] { color: var(--fg); flex-shrink: .2; }
.duronb-crumb:focus-visible { outline-offset: -2px !important; }
.duronb-crumb + .duronb-crumb::before, .duronb-gap::before, .duronb-gap + .duronb-crumb::before { content: "›"; margin-right: 7px; color: var(--muted); }

.duronb-graph { position: relative; overflow-x: hidden; overflow-y: auto; border-block: 1px solid var(--line); background: var(--bg); touch-action: pan-y; }
.duronb-space { position: relative; width: 100%; cursor: pointer; }
.duronb-canvas { position: sticky; top: 0; display: block; width: 100%; }
.duronb-hovered, .duronb-selected { position: absolute; top: 0; left: 0; pointer-events: none; border-radius: 1px; }
.duronb-hovered { box-shadow: inset 0 0 0 1px var(--fg); background: color-mix(in srgb, var(--bg) 22%, transparent); }
.duronb-graph:focus-visible .duronb-selected { box-shadow: inset 0 0 0 2px var(--accent); }

.duronb-foot { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 2px 16px; margin-top: 6px; font-size: 12px; color: var(--muted); }
.duronb-status { flex: 1 1 260px; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--fg); font-variant-numeric: tabular-nums; }
.duronb-coloring { height: 22px; font-size: 11.5px; color: var(--muted); border-color: transparent; background: none; }
.duronb-legend { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 0; padding: 0; list-style: none; }
.duronb-legend li { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
.duronb-legend small { font-size: 11px; font-variant-numeric: tabular-nums; }
.duronb-chip { width: 10px; height: 10px; border-radius: 2px; }

.duronb-tooltip {
  position: absolute; top: 0; left: 0; z-index: 10; max-width: min(460px, 92%); padding: 8px 10px; pointer-events: none;
  background: var(--bg); color: var(--fg); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 4px 14px var(--shadow);
  font-size: 12px;
}
.duronb-tooltip-name { font: 12px/1.4 var(--mono); overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 6; -webkit-box-orient: vertical; overflow: hidden; unicode-bidi: plaintext; }
.duronb-tooltip-origin { color: var(--muted); overflow-wrap: anywhere; margin-top: 2px; max-height: 3.2em; overflow: hidden; }
.duronb-tooltip dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 12px; margin: 5px 0 0; font-variant-numeric: tabular-nums; }
.duronb-tooltip dt { color: var(--muted); }
.duronb-tooltip dd { margin: 0; }

.duronb-functions { margin-top: 8px; max-height: 340px; overflow: auto; border: 1px solid var(--line); border-radius: 5px; }
.duronb-functions table { width: 100%; border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
.duronb-functions caption { padding: 5px 8px; text-align: left; color: var(--muted); }
.duronb-functions :is(th, td) { padding: 3px 8px; border-top: 1px solid var(--line); font-weight: normal; text-align: left; white-space: nowrap; }
.duronb-functions thead th { position: sticky; top: 0; background: var(--soft); color: var(--muted); text-align: right; }
.duronb-functions thead th:first-child { text-align: left; }
.duronb-functions th[aria-sort=descending] .duronb-link::after { content: " ↓"; }
.duronb-functions th[aria-sort=ascending] .duronb-link::after { content: " ↑"; }
.duronb-functions tr[data-marked] { background: color-mix(in srgb, var(--accent) 14%, transparent); }
.duronb-functions .duronb-open { display: inline !important; margin-right: 6px; color: var(--muted); text-decoration: none !important; }
.duronb-more { margin: 6px 8px; border-radius: 5px; }
.duronb-functions td { text-align: right; }
.duronb-functions tbody th { max-width: 0; width: 100%; }
.duronb-functions tbody th { overflow: hidden; text-overflow: ellipsis; }
.duronb-functions tbody .duronb-link { max-width: calc(100% - 20px); vertical-align: bottom; overflow: hidden; text-overflow: ellipsis; font: 11.5px/1.5 var(--mono); }
.duronb-functions tbody .duronb-link:hover { text-decoration: underline; }
.duronb-functions .duronb-module { text-align: left; color: var(--muted); max-width: 180px; overflow: hidden; text-overflow: ellipsis; }

.duronb-run { margin-bottom: 12px; }
.duronb-header { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0 0 8px; }
.duronb-header dt { font-size: 11px; color: var(--muted); }
.duronb-header dd { margin: 0; overflow-wrap: anywhere; }
.duronb-notices { margin: 0 0 8px; padding: 6px 10px; list-style: none; background: var(--notice); border: 1px solid var(--notice-line); border-radius: 5px; overflow-wrap: anywhere; }
.duronb-view[data-host=lab] .duronb-notices { background: var(--soft); }
.duronb-metrics { overflow-x: auto; }
.duronb-metrics table { border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
.duronb-metrics :is(th, td) { padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); text-align: right; font-weight: normal; white-space: nowrap; }
.duronb-metrics :is(th:first-child) { text-align: left; }
.duronb-metrics thead th { color: var(--muted); font-size: 11px; }
.duronb-diagnosis { margin-top: 6px; }
.duronb-diagnosis summary { cursor: pointer; font-size: 12px; color: var(--muted); }
.duronb-remarks { margin: 4px 0 0; padding-left: 18px; color: var(--muted); font-size: 12px; }

@media (forced-colors: active) {
  .duronb-hovered, .duronb-selected { outline: 2px solid Highlight; }
  .duronb-canvas, .duronb-chip, .duronb-bucket-part { forced-color-adjust: none; }
}
.duronb-view { container-type: inline-size; }
@container (max-width: 560px) {
  .duronb-module { display: none; }
  .duronb-choice { flex: 1 1 100px; max-width: none; }
  .duronb-searching { flex: 1 1 100%; }
  .duronb-searching .duronb-buttons:first-child { flex: 1 1 auto; }
  .duronb-search { flex: 1 1 140px; }
}
`;
