// Prints the entities of an MCAP file of scene updates as @mcap/core finds them.
// Each message has to pass the schema in the file, which has to be the published one.
import assert from "node:assert";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { McapIndexedReader } from "@mcap/core";
import { decompress } from "fzstd";

const require = createRequire(process.cwd() + "/package.json");
const { SceneUpdate } = require("@foxglove/schemas/jsonschema");
const Ajv = require("ajv");

const file = await open(process.argv[2]);
const readable = {
  size: async () => BigInt((await file.stat()).size),
  read: async (offset, length) => {
    const buffer = new Uint8Array(Number(length));
    await file.read(buffer, 0, buffer.length, Number(offset));
    return buffer;
  },
};
const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: { zstd: (b) => decompress(b) } });

for (const schema of reader.schemasById.values()) {
  assert.strictEqual(schema.name, "foxglove.SceneUpdate");
  assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(schema.data)), SceneUpdate);
}
const validate = new Ajv({ strict: false }).compile(SceneUpdate);
const messages = [];
for await (const m of reader.readMessages({ validateCrcs: true })) {
  const update = JSON.parse(new TextDecoder().decode(m.data));
  assert(validate(update), JSON.stringify(validate.errors));
  messages.push({
    topic: reader.channelsById.get(m.channelId).topic,
    time: Number(m.logTime),
    clears: update.deletions.length > 0,
    discs: update.entities.flatMap((e) => e.cylinders.map((c) => [c.pose.position.x, c.pose.position.y])),
  });
}
assert.strictEqual(Number(reader.statistics.messageCount), messages.length);
console.log(JSON.stringify(messages));
