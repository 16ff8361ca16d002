#!/usr/bin/env python3
"""NumPy's products, which are OpenBLAS, at the sizes of package learn/bench: one JSON line for each.

  numpy_bench.py gemm
"""
import measure

args = measure.arguments(__doc__, ["gemm"]).parse_args()
measure.hold(args.threads)

import numpy as np
import threadpoolctl

blas = next(info for info in threadpoolctl.threadpool_info() if info["user_api"] == "blas")
kernels = f"{blas['internal_api']} {blas['version']}, {blas.get('architecture', 'unknown')}"
rng = np.random.default_rng(0)
for m, k, n in measure.PRODUCTS:
    a, b = (rng.standard_normal(shape, dtype=np.float32) for shape in ((m, k), (k, n)))
    c = np.empty((m, n), np.float32)
    measure.report_product(lambda: np.matmul(a, b, out=c), (m, k, n), args.seconds,
                           program="NumPy", version=np.__version__, kernels=kernels, threads=args.threads)
