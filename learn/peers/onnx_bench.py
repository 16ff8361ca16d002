#!/usr/bin/env python3
"""onnxruntime on one graph of the interaction network. Prints one JSON line.

  onnx_bench.py interaction.onnx

The model is what `torch_bench.py export` writes.
"""
import measure

parser = measure.arguments(__doc__, None)
parser.add_argument("onnx")
args = parser.parse_args()
measure.hold(args.threads)

import numpy as np
import onnxruntime
from measure import ARRIVING, EDGE, NODE, NODES

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = args.threads
session = onnxruntime.InferenceSession(args.onnx, options, providers=["CPUExecutionProvider"])
rng = np.random.default_rng(0)
inputs = {"nodes": rng.standard_normal((NODES, NODE), dtype=np.float32),
          "edges": rng.standard_normal((NODES * ARRIVING, EDGE), dtype=np.float32)}
seconds = measure.median_seconds(lambda: session.run(None, inputs), args.seconds)
measure.report(what="infer", program="onnxruntime", version=onnxruntime.__version__, kernels="MLAS", threads=args.threads, median_us=1e6 * seconds)
