"""Timing shared by the PyTorch scripts, in the way of package learn/bench."""
import json
import resource
import statistics
import time

SAMPLE = 200e-6  # seconds that a function is repeated before a reading of the clock


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
    print(json.dumps({**figures, "blas": blas()}), flush=True)


def report_step(step, duration, **what):
    for _ in range(3):
        step()
    milliseconds = 1e3 * median_seconds(step, duration)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(**what, median_ms=milliseconds, peak_rss_mb=peak)


def blas():
    """Returns which library multiplies matrices: Debian's PyTorch takes the one installed."""
    with open("/proc/self/maps") as maps:
        libraries = maps.read()
    for name in ("mkl", "openblas", "blis", "atlas"):
        if f"lib{name}" in libraries:
            return name
    return "reference"
