"""Work in shards on a cluster of Ray: data, evaluations, plans and sweeps that one machine would take too long for.

    import ray, orrery.ray
    ray.init(address="auto")
    orrery.ray.generate("mixed", "/shared/mixed", shards=64, episodes=100_000)
    orrery.ray.evaluate(["/shared/model"], "/shared/heldout", "/shared/figures", shards=16)
    orrery.ray.sweep("/shared/mixed", "/shared/sweep", shards=12, steps=20_000, grid={"width": [16, 32, 64], "rounds": [2, 4]})

Each shard is a task of Ray that runs the program orrery, which must be on every node, as must the folders: on a disk that all
nodes share. A task whose node is lost, or that fails, is tried again, and goes on with what the shard has so far. Merged, data has the bytes
of one run and figures are those of one run. A shard that always fails does not hold up the others, and is named with what it said.

trainable lets the schedulers of Ray Tune stop trainings that promise little. Wants pip install 'orrery[ray]'.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import time
from typing import Any, Mapping, Sequence, Union

Path = Union[str, "os.PathLike[str]"]

WRONG_USAGE = 2
"""Exit code of a command line that no retry makes right."""


class ShardError(Exception):
    """A shard or a merge that could not be done: the message has what the program said."""


def _program(program: Path | None) -> str:
    """The path of the program orrery: what is given, what the environment variable ORRERY names, or that on the PATH."""
    found = shutil.which(os.fspath(program or os.environ.get("ORRERY") or "orrery"))
    if found is None:
        raise FileNotFoundError("there is no program orrery on the PATH; program= or the environment variable ORRERY names one")
    return found


def _call(command: Sequence[str], log: pathlib.Path | None = None) -> None:
    """Runs a command line, whose messages go to a log, and raises what it said last if it fails."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stderr)
    if done.returncode == 0:
        return
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    kind = ValueError if done.returncode == WRONG_USAGE else ShardError
    raise kind(f"{last} (exit code {done.returncode}{f', log {log}' if log else ''})")


def _shard(command: Sequence[str], log: str) -> None:
    """Does a shard: a task of Ray."""
    _call(command, pathlib.Path(log))


def run(
    line: Sequence[Any],
    out: Path,
    *,
    shards: int,
    retries: int = 3,
    cpus: int = 1,
    program: Path | None = None,
    resources: Mapping[str, float] | None = None,
) -> pathlib.Path:
    """Does a command of orrery that has --shard in so many shards, and merges them to the folder out, which it returns.

    line is the command with its arguments but for --out, --shard, --resume and --workers. Shards are in out.shards, and stay
    there: called again, run does only what is missing. Each task takes cpus of a node and whatever resources say, and is
    tried retries times more. The environment variable ORRERY or program names the program, as it is on every node.

    Raises ValueError for a wrong line, and ShardError when some shards could not be done, after all others are.
    """
    import ray

    if shards < 1:
        raise ValueError(f"shards {shards} must be at least 1")
    name = _program(program)
    out = pathlib.Path(out).absolute()
    parts = out.with_name(out.name + ".shards")
    parts.mkdir(parents=True, exist_ok=True)
    words = [name, *map(str, line)]
    task = ray.remote(num_cpus=cpus, max_retries=retries, retry_exceptions=[ShardError], resources=dict(resources or {}))(_shard)
    waiting = {}
    for i in range(shards):
        command = [*words, "--shard", f"{i}/{shards}", "--out", str(parts / str(i)), "--resume", "--workers", str(cpus)]
        waiting[task.options(name=f"orrery {line[0]} {i}/{shards}").remote(command, str(parts / f"{i}.log"))] = i
    failed: dict[int, Exception] = {}
    while waiting:
        done, _ = ray.wait(list(waiting), num_returns=1)
        for ref in done:
            i = waiting.pop(ref)
            try:
                ray.get(ref)
            except ray.exceptions.RayTaskError as e:
                cause = e.cause if isinstance(e.cause, Exception) else e
                if isinstance(cause, ValueError):
                    for other in waiting:  # which would fail alike
                        ray.cancel(other)
                    if waiting:
                        ray.wait(list(waiting), num_returns=len(waiting))
                    raise ValueError(str(cause)) from None
                failed[i] = cause
            except ray.exceptions.RayError as e:
                failed[i] = e
    if failed:
        raise ShardError("; ".join(f"shard {i}/{shards}: {e}" for i, e in sorted(failed.items())))
    _call([name, "merge", *(str(parts / str(i)) for i in range(shards)), "--out", str(out), "--resume"])
    return out


def _flags(**values: Any) -> list[str]:
    """The flags of values that are not None; True is a flag without a value, and a mapping or list repeats the flag."""
    words: list[str] = []
    for name, value in values.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                words += [flag, f"{key}={item}"]
        elif isinstance(value, (list, tuple)):
            for item in value:
                words += [flag, str(item)]
        else:
            words += [flag, str(value)]
    return words


def generate(scenario: Path, out: Path, *, shards: int, episodes: int = 100, seed: int = 1, retries: int = 3, cpus: int = 1, program: Path | None = None, **flags: Any) -> pathlib.Path:
    """Generates a dataset in shards, with the bytes of orrery gen. flags are more of its flags, as policy="noise" or set={"bodies": 3}."""
    line = ["gen", scenario, *_flags(episodes=episodes, seed=seed, **flags)]
    return run(line, out, shards=shards, retries=retries, cpus=cpus, program=program)


def evaluate(
    models: Path | Sequence[Path], data: Path | Sequence[Path], out: Path, *, shards: int, retries: int = 3, cpus: int = 1, program: Path | None = None, **flags: Any
) -> dict[str, Any]:
    """Judges models on datasets in shards of their episodes, with the figures and intervals of orrery eval, and returns metrics.json.

    flags are more flags of orrery eval, as horizons="0.1,1" or episodes=200.
    """
    line = ["eval", *_some(models), *_flags(data=_some(data), **flags)]
    folder = run(line, out, shards=shards, retries=retries, cpus=cpus, program=program)
    return dict(json.loads((folder / "metrics.json").read_text()))


def sweep(
    data: Path | Sequence[Path],
    out: Path,
    *,
    shards: int,
    steps: int,
    grid: Mapping[str, Sequence[Any]] | None = None,
    draw: Mapping[str, str] | None = None,
    trials: int | None = None,
    seeds: Sequence[int] = (1,),
    retries: int = 3,
    cpus: int = 1,
    program: Path | None = None,
    **flags: Any,
) -> list[dict[str, Any]]:
    """Trains models with many settings in shards, as orrery sweep does, and returns sweep.json: a dict for each trial.

    data are datasets or scenarios. grid has the values of flags of orrery train that are tried with one another, draw the
    ranges, as "0.001:0.1:log", of which trials values are drawn.
    """
    line = ["sweep", *_some(data), *_flags(steps=steps, trials=trials, draw=draw, seeds=",".join(map(str, seeds)), **flags)]
    for flag, values in (grid or {}).items():
        line += ["--grid", f"{flag}={','.join(map(str, values))}"]
    folder = run(line, out, shards=shards, retries=retries, cpus=cpus, program=program)
    return list(json.loads((folder / "sweep.json").read_text()))


def _some(paths: Path | Sequence[Path]) -> list[str]:
    """A list of paths, of one or several."""
    return [os.fspath(paths)] if isinstance(paths, (str, os.PathLike)) else [os.fspath(p) for p in paths]


def trainable(data: Path, *, steps: int, workers: int = 1, program: Path | None = None, **fixed: Any) -> type:
    """A Trainable of Ray Tune that trains a model on a dataset, for Tuner and its schedulers:

        tune.Tuner(
            orrery.ray.trainable("/shared/mixed", steps=20_000),
            param_space={"width": tune.choice([16, 32, 64]), "rate": tune.loguniform(3e-4, 3e-2)},
            tune_config=tune.TuneConfig(metric="validation", mode="min", num_samples=40, scheduler=ASHAScheduler(time_attr="step", max_t=20_000, grace_period=1_000)),
        ).fit()

    What a trial draws are flags of orrery train, with _ for -, and so are the keywords. Each result is a validation: its "step",
    the "loss" on the episodes learned from and the "validation" on those held out. The last one has "model", a folder, and "position_m",
    the mean error at the last horizon up to a second. A trial that a scheduler stops ends its training at once.
    """
    from ray import tune

    folder, name, usual = os.path.abspath(os.fspath(data)), _program(program), dict(fixed)

    class Training(tune.Trainable):  # type: ignore[misc]
        """Runs orrery train and tells of its validations."""

        def setup(self, config: dict[str, Any]) -> None:
            self._out = pathlib.Path(self.logdir).absolute() / "model"
            flags = _flags(**{**usual, **config})
            self._log = open(self._out.with_name("train.log"), "w")
            command = [name, "train", folder, "--steps", str(steps), "--workers", str(workers), "--out", str(self._out), "--resume", *flags]
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self._log)
            self._told: dict[str, Any] = {}

        def _validations(self) -> list[dict[str, Any]]:
            """The validations that were not told yet, of whole lines."""
            try:
                text = self._out.with_name("model.partial").joinpath("log.jsonl").read_text()
            except FileNotFoundError:
                try:
                    text = self._out.joinpath("log.jsonl").read_text()
                except FileNotFoundError:
                    return []
            lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
            return [line for line in lines if "validation" in line and line["step"] > self._told.get("step", 0)]

        def step(self) -> dict[str, Any]:
            while True:
                ended = self._process.poll() is not None
                if new := self._validations():
                    self._told = {name: new[0][name] for name in ("step", "loss", "validation")}
                    if self._told["step"] >= steps:  # a scheduler may stop at this result, so it must have the model
                        self._process.wait()
                        break
                    return {**self._told, "done": False}
                if ended:
                    break
                time.sleep(0.05)
            if self._process.returncode:
                said = self._out.with_name("train.log").read_text().strip().splitlines()
                raise ShardError(said[-1] if said else f"exit code {self._process.returncode}")
            return {**self._told, "step": steps, "model": str(self._out), "position_m": self._position(), "done": True}

        def _position(self) -> float | None:
            """The mean error at the last horizon up to a second, in metres, or None where it was not measured."""
            try:
                metrics = json.loads((self._out / "metrics.json").read_text())
                kind = json.loads((self._out / "config.json").read_text())["kind"]
            except FileNotFoundError:
                return None
            before = [h for h, seconds in enumerate(metrics["horizons_s"]) if seconds <= 1]
            return float(metrics["models"][kind]["position_m"]["mean"][before[-1] if before else 0])

        def cleanup(self) -> None:
            if self._process.poll() is None:
                self._process.terminate()
                try:
                    self._process.wait(10)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._log.close()

        def save_checkpoint(self, checkpoint_dir: str) -> None:
            """A training keeps its own checkpoints beside its model."""

        def load_checkpoint(self, checkpoint: Any) -> None:
            """It goes on from them by itself."""

    return Training
