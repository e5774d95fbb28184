// Run by node for the tests: answers each line, a payload as JSON, with a line that has every file of it.
import { createInterface } from "node:readline";

import { styleOf } from "../../../labextension/src/viewer/draw/style";
import { panesOf } from "../../../labextension/src/viewer/draw/scene";
import {
  EXPORTS,
  ExportContext,
} from "../../../labextension/src/viewer/single/exports";
import { pprofChunks } from "../../../labextension/src/viewer/formats/pprof";
import { decodePayload } from "../../../labextension/src/viewer/payload/decode";
import { checkPayload } from "../../../labextension/src/viewer/payload/payload";
import {
  EVERYTHING,
  selectedGroups,
  selfCounts,
} from "../../../labextension/src/viewer/transform/select";
import { treeOf } from "../../../labextension/src/viewer/tree/totals";

const WIDTH = 1200;

async function files(payload: string): Promise<Record<string, string>> {
  const profile = await decodePayload(checkPayload(JSON.parse(payload)));
  const base = treeOf(
    profile.frames,
    profile.shape,
    selfCounts(profile, selectedGroups(profile, EVERYTHING)),
  );
  const scene = {
    tree: base,
    root: 0,
    ...panesOf(base, 0, WIDTH, false, 0),
    width: WIDTH,
    style: styleOf(base, "kind", "light"),
    flags: null,
  };
  const context: ExportContext = {
    profile,
    view: "flame",
    base,
    scene,
    subtitle: profile.title,
    background: "#ffffff",
    payload: () => payload,
    host: { pageScript: () => 'void "</script>";' },
  };
  const made: Record<string, string> = {};
  for (const { name, make } of EXPORTS) {
    // A PNG needs a browser.
    if (name !== "png") {
      const bytes = await (await make(context)).arrayBuffer();
      made[name] = Buffer.from(bytes).toString("base64");
    }
  }
  made.pprof_message = Buffer.concat(pprofChunks(profile)).toString("base64");
  return made;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await files(line))}\n`);
}
// Ports of message channels, over which the page gets its turns, keep node alive.
process.exit(0);
