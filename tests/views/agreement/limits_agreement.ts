// Run by node for the tests: answers each line, a payload, with the viewer's error, or with null if it reads it.
import { createInterface } from "node:readline";

import { decodeDifferential } from "../../../labextension/src/viewer/differential/model/decode";
import {
  checkDifferential,
  isDifferential,
} from "../../../labextension/src/viewer/differential/model/payload";
import { decodePayload } from "../../../labextension/src/viewer/payload/decode";
import { PayloadError } from "../../../labextension/src/viewer/payload/errors";
import { checkPayload } from "../../../labextension/src/viewer/payload/payload";

async function read(payload: unknown): Promise<string | null> {
  try {
    if (isDifferential(payload)) {
      await decodeDifferential(checkDifferential(payload));
    } else {
      await decodePayload(checkPayload(payload));
    }
    return null;
  } catch (error) {
    if (error instanceof PayloadError) {
      return error.message;
    }
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await read(JSON.parse(line)))}\n`);
}
process.exit(0);
