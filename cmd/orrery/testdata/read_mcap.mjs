// Prints the entities and the numbers of an MCAP file as @mcap/core finds them.
// Each message has to pass the schema in the file; that of scene updates has to be the published one.
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

const ajv = new Ajv({ strict: false });
const validators = new Map();
for (const [id, schema] of reader.schemasById) {
  const published = JSON.parse(new TextDecoder().decode(schema.data));
  if (schema.name === "foxglove.SceneUpdate") assert.deepStrictEqual(published, SceneUpdate);
  validators.set(id, ajv.compile(published));
}
const messages = [];
for await (const m of reader.readMessages({ validateCrcs: true })) {
  const update = JSON.parse(new TextDecoder().decode(m.data));
  const channel = reader.channelsById.get(m.channelId);
  const validate = validators.get(channel.schemaId);
  assert(validate(update), JSON.stringify(validate.errors));
  const time = Number(m.logTime);
  if (reader.schemasById.get(channel.schemaId).name !== "foxglove.SceneUpdate") {
    assert(Object.values(update).every(Number.isFinite), channel.topic);
    messages.push({ topic: channel.topic, time, numbers: update });
    continue;
  }
  messages.push({
    topic: channel.topic,
    time,
    clears: update.deletions.length > 0,
    discs: update.entities.flatMap((e) => e.cylinders.map((c) => [c.pose.position.x, c.pose.position.y])),
  });
}
assert.strictEqual(Number(reader.statistics.messageCount), messages.length);
console.log(JSON.stringify(messages));
