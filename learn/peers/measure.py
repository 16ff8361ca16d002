"""What the scripts beside this one share: threads, timing in the way of package learn/bench, and the lines they print.

Each line is JSON and names the program, its version and the kernels it multiplies matrices with.
"""
import argparse
import json
import os
import resource
import statistics
import time

SAMPLE = 200e-6  # seconds that a function is repeated before a reading of the clock
GRAPHS, NODES, NODE, EDGE, HIDDEN, ROUNDS = 64, 16, 16, 8, 128, 2  # of the interaction network
ARRIVING = NODES - 1  # edges per node, as every ordered pair of nodes has one
MLP, MLP_BATCH = (64, 256, 256, 64), 256
PRODUCTS = [(15360, 128, 128), (1024, 128, 128), (16, 128, 128)]


def arguments(doc, whats):
    """Returns the parser that all scripts have, with what each of them can measure."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if whats:
        parser.add_argument("what", choices=whats)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    return parser


def hold(threads):
    """Holds this process to some threads and as many cores; libraries are imported after it."""
    # Threads that wait without spinning are the faster choice for steps as short as these.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def median_seconds(f, duration):
    """Returns the median time of f, from calls that last about duration seconds together."""
    began = time.perf_counter()
    f()
    repeats = max(1, int(SAMPLE / (time.perf_counter() - began)))
    f()
    samples, began = [], time.perf_counter()
    while not samples or time.perf_counter() - began < duration:
        start = time.perf_counter()
        for _ in range(repeats):
            f()
        samples.append((time.perf_counter() - start) / repeats)
    return statistics.median(samples)


def report(**figures):
    print(json.dumps(figures), flush=True)


def report_product(f, size, duration, **what):
    m, k, n = size
    report(what="gemm", m=m, k=k, n=n, gflops=2 * m * k * n / median_seconds(f, duration) / 1e9, **what)


def report_step(step, duration, **what):
    for _ in range(3):
        step()
    milliseconds = 1e3 * median_seconds(step, duration)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(**what, median_ms=milliseconds, peak_rss_mb=peak)
