"""Writes motion for Rerun and lets Rerun's own program verify and read the files.

    python cmd/orrery-py/full/rerun_check.py [--out DIR]

needs the package with its extra: pip install "./cmd/orrery-py[rerun]".
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
import rerun

import orrery


def episode(name: str, out: pathlib.Path) -> orrery.Episode:
    """Return an episode of a scenario in which something acts."""
    policies = orrery.Scenario.load(name).policies
    return orrery.generate(name, 1, out=out / name, seed=3, policy="random" if "random" in policies else None)[0]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=pathlib.Path, help="where the files stay")
    told = arguments.parse_args()
    out = told.out or pathlib.Path(tempfile.mkdtemp())
    program = pathlib.Path(sys.executable).with_name("rerun")
    for name in ("push", "pusht", "chain", "pile", "billiards", "ballcup"):
        it = episode(name, out)
        predicted = it.states.copy()
        predicted[:, :, 0] += np.linspace(0, 0.1, len(it))[:, None]
        path = out / f"{name}.rrd"
        began = time.perf_counter()
        orrery.rerun.log(it, predicted={"drifting": predicted[10:], "still": np.repeat(it.states[:1], 5, axis=0)}, start=0, out=path)
        spent = time.perf_counter() - began
        verified = subprocess.run([program, "rrd", "verify", path], capture_output=True, text=True)
        if verified.returncode:
            raise SystemExit(f"{path}: {verified.stdout}{verified.stderr}")
        stats = subprocess.run([program, "rrd", "stats", path], capture_output=True, text=True, check=True).stdout
        entities = set(re.findall(r"^(/\S+): \d+$", stats, re.M))
        bodies = [b.get("name") or f"body{i}" for i, b in enumerate(it.scene["bodies"])]
        for body in bodies[:1] + bodies[-1:]:
            for parent in ("/world/true", "/world/predicted/drifting", "/world/predicted/still"):
                if f"{parent}/{body}" not in entities:
                    raise SystemExit(f"{path}: has no {parent}/{body}, but {sorted(entities)}")
        for entity in ("/error/drifting/position", "/error/still/angle", "/impulse", "/world/error/drifting"):
            if entity not in entities:
                raise SystemExit(f"{path}: has no {entity}")
        rows = int(re.sub(r"\D", "", re.search(r"num_rows = (.+)", stats).group(1)))
        print(f"{name}: {len(it)} frames of {len(bodies)} bodies, {path.stat().st_size / 1e3:.0f} kB, {rows} rows, {len(entities)} entities, {spent:.2f} s")
    print(f"rerun-sdk {rerun.__version__}: all files are verified")


if __name__ == "__main__":
    main()
