"""Does data, an evaluation and a sweep in shards on a cluster of Ray, one of whose two nodes is lost in the middle, and lets
ASHA stop trainings.

    python cmd/orrery-py/full/ray_check.py

The environment variable ORRERY names the program. What comes out must be what one run writes.
"""

import filecmp
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import ray
from ray import tune
from ray.cluster_utils import Cluster
from ray.tune.schedulers import ASHAScheduler

import orrery.ray

PROGRAM = os.environ["ORRERY"]


def orrery_program(*words: object) -> None:
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def same_tree(a: pathlib.Path, b: pathlib.Path) -> None:
    """Demands the same files with the same bytes."""
    names = [sorted(str(p.relative_to(d)) for p in d.rglob("*") if p.is_file()) for d in (a, b)]
    assert names[0] == names[1], names
    _, different, odd = filecmp.cmpfiles(a, b, names[0], shallow=False)
    assert not different and not odd, (different, odd)


def timeless(value: object) -> object:
    """What figures are but for times of the clock."""
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in ("us_per_step", "train_s")}
    return [timeless(v) for v in value] if isinstance(value, list) else value


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(pathlib.Path(folder))


def check(work: pathlib.Path) -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    lost = cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    cluster.wait_for_nodes()
    nodes = sum(node["Alive"] for node in ray.nodes())
    assert nodes == 2, nodes

    def lose() -> None:
        """Takes a node away as soon as some shards are made."""
        while not any((work / "data.shards").glob("*/meta/info.json")):
            time.sleep(0.02)
        cluster.remove_node(lost, allow_graceful=False)

    threading.Thread(target=lose, daemon=True).start()
    began = time.monotonic()
    orrery.ray.generate("mixed", work / "data", shards=12, episodes=240, seed=7)
    print(f"12 shards in {time.monotonic() - began:.1f} s, with a node lost in the middle")
    while sum(node["Alive"] for node in ray.nodes()) > 1:
        time.sleep(0.1)
    orrery_program("gen", "mixed", "--episodes", 240, "--seed", 7, "--out", work / "whole")
    same_tree(work / "data", work / "whole")
    print("the bytes of one run")

    figures = orrery.ray.evaluate("true", work / "data", work / "figures", shards=3, horizons="0.1,0.5", episodes=12)
    orrery_program("eval", "true", "--data", work / "whole", "--horizons", "0.1,0.5", "--episodes", 12, "--out", work / "metrics.json")
    assert timeless(figures) == timeless(json.loads((work / "metrics.json").read_text()))
    print("the figures of one run")

    settings = {"width": [8, 12], "batch": [16]}
    trials = orrery.ray.sweep(work / "data", work / "sweep", shards=2, steps=20, grid=settings)
    orrery_program("sweep", work / "data", "--steps", 20, "--grid", "width=8,12", "--grid", "batch=16", "--out", work / "one")
    assert timeless(trials) == timeless(json.loads((work / "one" / "sweep.json").read_text()))
    print("the trials of one run")

    for wrong, error in ((["gen", "mixed", "--episodes", 2], ValueError), (["eval", work / "none", "--data", work / "data"], orrery.ray.ShardError)):
        try:
            orrery.ray.run(wrong, work / "wrong", shards=3, retries=1)
        except error as e:
            print(f"refused: {e}"[:160])
        else:
            raise AssertionError(wrong)

    tuner = tune.Tuner(
        orrery.ray.trainable(work / "data", steps=1500, batch=16),
        param_space={"width": tune.choice([8, 12]), "rate": tune.grid_search([0.003, 0.9, 0.0000001, 0.000001])},
        tune_config=tune.TuneConfig(metric="validation", mode="min", scheduler=ASHAScheduler(time_attr="step", max_t=1500, grace_period=200, reduction_factor=2)),
        run_config=tune.RunConfig(storage_path=str(work / "tune"), verbose=0),
    )
    results = tuner.fit()
    assert not results.errors, results.errors
    steps = sorted(r.metrics["step"] for r in results)
    best = results.get_best_result()
    assert steps[0] < 1500 and steps[-1] >= 1500, steps
    assert best.config["rate"] == 0.003, best.config
    assert pathlib.Path(best.metrics["model"], "model.safetensors").exists() and best.metrics["position_m"] > 0, best.metrics
    print(f"ASHA stopped trainings after {steps} of 1500 steps; the best has a rate of {best.config['rate']}")
    left = subprocess.run(["pgrep", "-f", f"train {work}"], capture_output=True, text=True).stdout.split()
    assert not left, left
    fleet(cluster, work)
    ray.shutdown()
    cluster.shutdown()


def fleet(cluster: Cluster, work: pathlib.Path) -> None:
    """Has a fleet file done on the cluster, and takes a node away in the middle."""
    lost = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    (work / "fleet.yaml").write_text(
        f"format: 1\nout: fleet\nray: {{address: '{cluster.address}', python: '{sys.executable}'}}\nstages:\n"
        "  - {name: data, run: gen mixed --episodes 240 --seed 7, shards: 12}\n"
        "  - {name: model, run: 'train {data} --steps 20'}\n"
        "  - {name: bad, run: 'gen mixed --episodes 4 --film video --film-with h264=99', shards: 2, retries: 1}\n"
    )
    run = subprocess.Popen([PROGRAM, "fleet", "run", work / "fleet.yaml", "--on", "ray"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    shards = work / "fleet" / ".fleet" / "data" / "of-12" / "shards"
    while not any(shards.glob("*/meta/info.json")):
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    cluster.remove_node(lost, allow_graceful=False)
    _, said = run.communicate()
    assert run.returncode == 1 and said.splitlines()[-1].startswith("orrery: bad 0: ") and "bad 1: " in said, said
    same_tree(work / "fleet" / "data", work / "whole")
    assert (work / "fleet" / "model" / "model.safetensors").exists()
    print("a fleet with a node lost in the middle: the bytes of one run")


main()
