// Run by node for the tests: answers each line, a payload and a series of states, with what the viewer makes of them.
import { createInterface } from "node:readline";

import { panesOf } from "../../../labextension/src/viewer/draw/scene";
import { decodePayload } from "../../../labextension/src/viewer/payload/decode";
import { checkPayload } from "../../../labextension/src/viewer/payload/payload";
import { ViewState } from "../../../labextension/src/viewer/payload/state";
import { functions } from "../../../labextension/src/viewer/tree/functions";
import { Session } from "../../../labextension/src/viewer/single/model/session";

interface Question {
  payload: unknown;
  width: number;
  states: Partial<ViewState>[];
}

function shown(session: Session, width: number): Record<string, unknown> {
  const { tree, base, root, state, found, selectedSamples, scope, perSecond, errors } =
    session;
  const { frames } = tree;
  const { panes } = panesOf(tree, root, width, state.icicle, 0);
  return {
    state,
    errors: Object.entries(errors)
      .filter(([, error]) => error !== undefined)
      .map(([key]) => key),
    whole: selectedSamples,
    scope,
    root,
    matched: found.samples,
    matches: found.nodes,
    buckets: [...session.bucketSums],
    marked: session.marks === null ? null : [...session.marks],
    shownBuckets: [...(tree.bucket ?? [])],
    perSecond: [...perSecond],
    frames: frames.names.map((name, f) => [
      name,
      frames.modules[frames.module[f]],
      frames.kinds[frames.kind[f]],
    ]),
    callers: tree.callers,
    nodes: [...tree.parent].map((parent, i) => [
      parent,
      tree.frame[i],
      tree.self[i],
      tree.total[i],
    ]),
    rectangles: panes.flatMap(({ shown: { rows, nodes, x, width: widths } }) =>
      [...nodes].map((node, k) => [
        node,
        rows.findIndex((end) => end > k) - 1,
        x[k],
        widths[k],
      ]),
    ),
    functions: functions(base, state.view === "flame" ? root : 0).map((row) => [
      base.frames.names[row.frame],
      base.frames.modules[base.frames.module[row.frame]],
      base.frames.kinds[base.frames.kind[row.frame]],
      row.self,
      row.total,
    ]),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { payload, width, states } = JSON.parse(line) as Question;
  const [first, ...others] = states;
  const session = new Session(
    await decodePayload(checkPayload(payload)),
    first,
  );
  const answers = [shown(session, width)];
  for (const state of others) {
    session.update(state);
    answers.push(shown(session, width));
  }
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
// Ports of message channels, over which the page gets its turns, keep node alive.
process.exit(0);
