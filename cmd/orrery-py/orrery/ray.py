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

import collections
import json
import logging
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, Any, Callable, Hashable, Mapping, Sequence, Union

Path = Union[str, "os.PathLike[str]"]

WRONG_USAGE = 2
"""Exit code of a command line that no retry makes right. A program of Go that crashes ends with it, too."""

HOPELESS = 64
"""Exit code of orrery fleet work for a command line that no retry makes right."""


class ShardError(Exception):
    """A shard or a merge that could not be done: the message has what the program said."""


def _program(program: Path | None) -> str:
    """The path of the program orrery: what is given, what the environment variable ORRERY names, or that on the PATH."""
    found = shutil.which(os.fspath(program or os.environ.get("ORRERY") or "orrery"))
    if found is None:
        raise FileNotFoundError("there is no program orrery on the PATH; program= or the environment variable ORRERY names one")
    return found


def _last_line(file: IO[bytes]) -> str:
    """The last line of a file that has text."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 4000))
    lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _call(command: Sequence[str], log: pathlib.Path | None = None) -> None:
    """Runs a command line, whose messages go to a log as they come, and raises what it said last if it fails."""
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w+b") if log is not None else tempfile.TemporaryFile() as said:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said).returncode
        if code == 0:
            return
        last = _last_line(said)
    # Of a crash the last line is one of a goroutine.
    kind = ValueError if code == WRONG_USAGE and last.startswith("orrery: ") else ShardError
    raise kind(f"{last} (exit code {code}{f', log {log}' if log else ''})")


def _shard(command: Sequence[str], log: str) -> None:
    """Does a shard: a task of Ray."""
    _call(command, pathlib.Path(log))


def _work(program: str, folder: str, file: str, stage: str, task: str) -> None:
    """Does a task of a fleet: a task of Ray. The program ends when this process does, however that ends: its stdin does."""
    command = [program, "fleet", "work", file, stage, task, "--tied"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
            if process.stdin is not None:
                process.stdin.close()
        if code == 0:
            return
        last = _last_line(said)
    kind = ValueError if code == HOPELESS else ShardError
    raise kind(f"{last} (exit code {code})")


class _Tasks:
    """Tasks of Ray on their way. One that fails is tried again, and so is one whose node or process is lost."""

    MOST_LOST = 20
    """How often a task may be lost, which is no fault of it."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._waiting: dict[Any, Hashable] = {}  # keys by reference
        self._starts: dict[Hashable, Callable[[], Any]] = {}
        self._left: dict[Hashable, int] = {}  # retries
        self._lost: collections.Counter[Hashable] = collections.Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, key: Hashable, retries: int, function: Callable[..., None], *args: Any, **options: Any) -> None:
        """Hands a call of a function to Ray, with a key by which it is known."""
        task = self._ray.remote(max_retries=0, **options)(function)
        self._starts[key], self._left[key] = lambda: task.remote(*args), retries
        self._waiting[self._starts[key]()] = key

    def next(self) -> tuple[Any, Exception | None]:
        """Waits for a task that ends for good, and returns its key and its error."""
        while True:
            done, _ = self._ray.wait(list(self._waiting), num_returns=1)
            key, again = self._waiting.pop(done[0]), False
            error: Exception | None = None
            try:
                self._ray.get(done[0])
            except self._ray.exceptions.RayTaskError as e:
                error = e.cause if isinstance(e.cause, Exception) else e
                if not isinstance(error, ValueError) and self._left[key] > 0:
                    self._left[key] -= 1
                    again = True
            except self._ray.exceptions.RayError as e:
                error = e
                self._lost[key] += 1
                again = self._lost[key] <= self.MOST_LOST
            if not again:
                return key, error
            self._waiting[self._starts[key]()] = key

    def cancel(self) -> None:
        """Ends all tasks."""
        for reference in self._waiting:
            self._ray.cancel(reference)
        if self._waiting:
            self._ray.wait(list(self._waiting), num_returns=len(self._waiting))
        self._waiting.clear()


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
    if str(out).startswith("s3:"):
        raise ValueError(f"out {out} must be a folder that all nodes see; orrery fleet run --on ray takes s3://bucket/prefix")
    name = _program(program)
    out = pathlib.Path(out).absolute()
    parts = out.with_name(out.name + ".shards")
    parts.mkdir(parents=True, exist_ok=True)
    words = [name, *map(str, line)]
    tasks = _Tasks(ray)
    for i in range(shards):
        command = [*words, "--shard", f"{i}/{shards}", "--out", str(parts / str(i)), "--resume", "--workers", str(cpus)]
        tasks.begin(i, retries, _shard, command, str(parts / f"{i}.log"), num_cpus=cpus, resources=dict(resources or {}), name=f"orrery {line[0]} {i}/{shards}")
    failed: dict[int, Exception] = {}
    while tasks:
        i, error = tasks.next()
        if isinstance(error, ValueError):
            tasks.cancel()  # the others would fail alike
            raise ValueError(str(error)) from None
        if error is not None:
            failed[i] = error
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


def _fleet(ray: Any, order: Mapping[str, Any]) -> None:
    """Has the tasks of an order of orrery fleet run done: each stage when those that it needs are done, and its merge when its shards are.

    What became of a task is in its record, which the program writes.
    """
    tasks = _Tasks(ray)
    stages = {stage["name"]: stage for stage in order["stages"]}
    left = {name: collections.deque(stage["tasks"]) for name, stage in stages.items()}  # not begun
    going: collections.Counter[str] = collections.Counter()
    broken: set[str] = set()

    def begin() -> None:
        """Begins every task that may begin."""
        for name, stage in stages.items():
            if any(left[other] or going[other] or other in broken for other in stage["needs"]):
                continue
            while left[name] and not (left[name][0] == "merge" and (going[name] or name in broken)):
                task = left[name].popleft()
                going[name] += 1
                words = (order["program"], order["folder"], order["file"], name, task)
                more = {"memory": stage["memory"]} if stage.get("memory") else {}
                tasks.begin((name, task), stage["retries"], _work, *words, num_cpus=stage["cores"], name=f"orrery {name} {task}", **more)

    begin()
    while tasks:
        (name, _), error = tasks.next()
        going[name] -= 1
        if error is not None:
            broken.add(name)
        begin()


def _end_with(stdin: IO[str]) -> None:
    """Interrupts this process when stdin ends, which whoever started it keeps open."""
    stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


def _main() -> int:
    """Does what orrery fleet run --on ray asks for on stdin. 0 says that nothing is left that could be done."""
    order = json.loads(sys.stdin.readline())
    try:
        import ray
    except ImportError as e:
        print(f"orrery: {e}", file=sys.stderr)
        return 3
    threading.Thread(target=_end_with, args=(sys.stdin,), daemon=True).start()
    try:
        ray.init(address=order.get("address"), log_to_driver=False, logging_level=logging.ERROR)
        _fleet(ray, order)
    except KeyboardInterrupt:
        print("orrery: interrupted", file=sys.stderr)
        return 1
    except Exception as e:  # of Ray, of which the first line says what is wrong
        print(f"orrery: {(str(e).strip() or type(e).__name__).splitlines()[0]}", file=sys.stderr)
        return 3
    finally:
        ray.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
