#!/usr/bin/env node
// onnxruntime-node on one graph of the interaction network, in one thread.
//
//   node onnx_bench.mjs interaction.onnx DIR [SECONDS]
//
// The model is what `torch_bench.py export` writes; DIR is where
// `npm install onnxruntime-node` was run. Prints one JSON line.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [model, dir, seconds = "1"] = process.argv.slice(2);
const ort = createRequire(resolve(dir) + "/")("onnxruntime-node");
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: "all" });

const random = (rows, cols) =>
  new ort.Tensor("float32", Float32Array.from({ length: rows * cols }, () => 2 * Math.random() - 1), [rows, cols]);
const inputs = { nodes: random(16, 16), edges: random(16 * 15, 8) };

const samples = [];
for (let i = 0; i < 20; i++) await session.run(inputs);
for (const began = performance.now(); performance.now() - began < 1e3 * Number(seconds); ) {
  const start = performance.now();
  await session.run(inputs);
  samples.push(performance.now() - start);
}
samples.sort((a, b) => a - b);
console.log(JSON.stringify({ what: "infer", variant: "onnxruntime-node", threads: 1, median_us: 1e3 * samples[samples.length >> 1] }));
