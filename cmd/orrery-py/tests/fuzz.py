"""Calls every public function of the package with anything, for a time. Whatever is asked for, there is an answer or an
exception in words: no crash, no hang, no internal error.

    python tests/fuzz.py [--time 10m] [--seed N]

Each process of many has a minute; what it called last is known when it dies. Nothing is written but to a folder that
is taken away.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from typing import Any, Callable

CHUNK = 60  # s of a process
LONG = 0.4  # s after which a call is interrupted
HUNG = 60  # s after which a process that was to end is at fault


def parent(seconds: float, seed: int) -> int:
    """Run processes until the time is over, and return how many have found something."""
    faults, end = 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        here = tempfile.mkdtemp(prefix="orrery-fuzz-")
        command = [sys.executable, os.path.abspath(__file__), "--child", str(min(left, CHUNK)), "--seed", str(seed), "--here", here]
        try:
            code: Any = subprocess.run(command, cwd=here, timeout=CHUNK + HUNG, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}).returncode
        except subprocess.TimeoutExpired:
            code = "a hang"
        if code != 0:
            faults += 1
            last = pathlib.Path(here, "last")
            print(f"seed {seed} ended by {code}; the last call was\n{last.read_text() if last.exists() else 'none'}", flush=True)
            if not last.exists():  # it did not begin
                break
        shutil.rmtree(here, ignore_errors=True)
        seed += 1
    return faults


def child(seconds: float, seed: int, here: str) -> int:
    """Call functions until the time is over, and return 1 if one is at fault."""
    import gymnasium
    import numpy as np
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays

    import orrery

    warnings.simplefilter("ignore")
    folder = pathlib.Path(here)
    data = orrery.generate("push", 2, out=folder / "push", frames=12, policy="random")
    plain = orrery.generate("billiards", 1, out=folder / "billiards", frames=6)
    theirs = folder / "theirs"  # as LeRobot's tools leave it
    shutil.copytree(data.path, theirs)
    shutil.rmtree(theirs / "meta/orrery")
    sources = {"body0": "observation.state[0:2]", "body1": "observation.state[6:9]", "action": "action"}
    scenario = orrery.Scenario.load("push")
    scene, states, actions = data[0].scene, data[0].states, data[0].actions
    env = gymnasium.make("orrery/Push-v1", render_mode="rgb_array", size=(32, 32)).unwrapped
    env.reset(seed=1)
    many = gymnasium.make_vec("orrery/Reach-v1", num_envs=3, vectorization_mode="vector_entry_point", autoreset_mode="SameStep")
    many.reset(seed=1)
    models = [orrery.Model.load(name) for name in ("true", orrery.models()[0])]
    planner = orrery.Planner("true", env, budget=8, seed=1)
    closed = gymnasium.make("orrery/Push-v1").unwrapped
    closed.close()
    chance = random.Random(seed)
    fresh = iter(range(10**9))

    def path() -> str:
        return str(folder / f"new{next(fresh)}")

    def bent(value: Any, depth: int = 0) -> Any:
        """Return a value of JSON in which something is another."""
        if isinstance(value, dict) and value and chance.random() < 0.9:
            found = dict(value)
            key = chance.choice(list(found))
            if chance.random() < 0.1:
                del found[key]
            elif chance.random() < 0.05:
                found[chance.choice(["", "x", "kind", "é"])] = found[key]
            else:
                found[key] = bent(found[key], depth + 1)
            return found
        if isinstance(value, list) and value and chance.random() < 0.9:
            found = list(value)
            k = chance.randrange(len(found))
            if chance.random() < 0.1:
                del found[k]
            elif chance.random() < 0.1:
                found.append(copy.deepcopy(found[k]))
            else:
                found[k] = bent(found[k], depth + 1)
            return found
        return chance.choice([0, -1, 1, 2, 1e-300, 1e300, 1e9, -5.5, math.nan, math.inf, True, None, "", "x", [], {}, [0, 0], 2**63, 10**400, "circle", value])

    text = st.text(st.characters(exclude_characters="/"), max_size=12)
    number = st.one_of(st.integers(-3, 40), st.integers(), st.floats(), st.booleans(), st.sampled_from([2**63, -(2**63), 2**64 - 1, 2**31, 1e308, 5e-324]))
    shape = st.one_of(arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6), st.sampled_from([(4, 6), (3, 4, 6), (2, 2), (11, 2), (2,), (3, 2, 2), (1, 2, 3, 2)]))
    array = st.one_of(
        arrays.arrays(st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_, np.float16, np.int32]), shape),
        arrays.arrays(arrays.scalar_dtypes(), shape),
        st.builds(lambda a, k: a[..., ::k] if a.ndim else a, arrays.arrays(np.float64, shape), st.sampled_from([-1, 2, 3])),
    )
    known = st.sampled_from(
        [states, states[0], states[:3], states[0, :, :3], actions, actions[0], actions[:2], data[0].rewards, np.zeros((3, 2)), [0.1, -0.2], [[0.1, 0.2]], scene,
         plain[0].scene, plain[0].states, data[0], scenario, env, many, models[0], "push", "billiards", "reach", "random", "rest", "train", "all", "icem", "train=0.5,test=0.5", {"bodies": 3},
         {"bodies": (2, 4)}, {"others": 1}, sources, theirs, "pusht", {"state": states[0]}, {"goal": [0.1, 0.2]}, {"reset_mask": np.array([True, False, True])}, data.path, 0.01, 2, 3]
    )  # fmt: skip
    leaf = st.one_of(st.none(), number, text, st.binary(max_size=6), array, known, st.builds(lambda k: bent(scene if k % 2 else plain[0].scene), st.integers(0, 99)))
    anything = st.one_of(known, leaf, leaf, st.lists(leaf, max_size=3), st.dictionaries(text, leaf, max_size=3), st.tuples(leaf, leaf))

    def use(make: Callable[..., Any], then: Callable[[Any], Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return then(make(*args, **kwargs))

        return call

    def recorded(*args: Any, **kwargs: Any) -> Any:
        of = chance.choice(["push", scene, env, many, plain[0].scene])
        with orrery.record(path(), of) as out:
            return out.episode(*args, **kwargs)

    def recording(*args: Any, **kwargs: Any) -> Any:
        with orrery.record(path(), *args, **kwargs):
            many.step(many.action_space.sample())

    def predicting(model: Any) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
        return [(f, {"scene": scene, "states": states[0], "actions": actions[:2], "frames": 3}) for f in (model.rollout, model.spread, model.regions)]

    targets: list[tuple[Callable[..., Any], dict[str, Any]]] = [  # with arguments that are right
        (orrery.Scenario.load, {"source": "push", "values": {}}), (orrery.Scenario, {"source": "push", "values": None}),
        (scenario.sample, {"seed": 1, "episode": 0}), (scenario.simulate, {"scene": scene, "actions": actions, "frames": None, "state": states[0]}),
        (orrery.simulate, {"scene": scene, "actions": actions, "frames": 12, "state": states[0]}), (orrery.contacts, {"scene": scene, "states": states, "actions": actions}),
        (env.reset, {"seed": 1, "options": {}}), (env.step, {"action": [0.0, 0.0]}), (many.step, {"actions": np.zeros((3, 2))}), (many.reset, {"seed": 1, "options": None}),
        (closed.step, {"action": [0.0, 0.0]}), (closed.reset, {"seed": 1}),
        (use(orrery.OrreryEnv, lambda e: e.reset(seed=1)), {"scenario": "push", "values": None, "render_mode": "rgb_array", "size": (32, 32), "theme": "light"}),
        (use(orrery.OrreryVectorEnv, lambda e: e.reset(seed=1)), {"num_envs": 2, "scenario": "push", "values": None, "autoreset_mode": "SameStep", "workers": 1}),
        (orrery.Dataset, {"path": data.path, "scene": None, "mapping": None, "layout": None}), (use(orrery.Dataset, list), {"path": theirs, "scene": data, "mapping": {}}),
        (use(orrery.Dataset, list), {"path": theirs, "scene": None, "mapping": sources, "layout": None}), (data.__getitem__, {"index": 0}), (use(data.split, list), {"name": "all"}),
        (use(data.windows, lambda w: w[0]), {"window": 3, "stride": 1, "split": "all", "load": False}), (data.windows(3).__getitem__, {"index": 0}),
        (lambda **kwargs: orrery.generate(out=path(), **kwargs),
         {"scenario": "push", "episodes": 1, "seed": 1, "values": None, "policy": None, "frames": 3, "split": None, "workers": 1, "append": False, "resume": False, "force": False}),
        (lambda **kwargs: orrery.generate("push", 1, **kwargs), {"out": data.path, "append": False, "frames": 3}),
        (recording, {"of": "push", "values": None, "append": False, "policy": "me", "frames": None, "seed": 0}),
        (recorded, {"scene": scene, "states": states, "actions": actions, "rewards": None, "success": None, "truncated": None}),
        (orrery.rerun.log, {"what": data[0], "states": None, "predicted": states, "start": 0, "actions": None, "rewards": None, "contacts": True}),
        (use(orrery.Model, lambda m: m.rollout(scene, states[0], actions[:1])), {"source": "true"}),
        *predicting(models[0]), *predicting(models[1]), (lambda **kwargs: models[1].save(**{"out": path(), **kwargs}), {"force": False}),
        (use(orrery.Planner, lambda p: p.act(states[0])),
         {"model": "true", "task": "push", "scene": scene, "values": None, "goal": None, "planner": None, "settings": None, "budget": 8, "seed": 0, "workers": 1}),
        (planner.act, {"state": states[0]}), (planner.costs, {"state": states[0], "plans": np.zeros((2, 3, 2)), "final": 1.0}), (planner.reset, {"goal": None}),
        (orrery.evaluate,
         {"predict": lambda scene, state, actions: np.repeat(state[None], len(actions), axis=0), "data": plain.path, "name": None, "batched": False, "steps": False, "split": None, "episodes": 1,
          "horizons": [0.02], "stride": 1, "history": 0, "seed": 1, "workers": 1}),
        (lambda **kwargs: orrery.Model.train(**{"steps": 1, **kwargs}), {"data": data.path, "out": None, "kind": "contact", "steps": 1, "seed": 1}),
    ]  # fmt: skip
    allowed = (orrery.Error, TypeError, ValueError, OSError, IndexError, MemoryError, ImportError, TimeoutError, gymnasium.error.Error)
    begun, found, calls = time.monotonic(), set(), 0
    last = open(folder / "last", "w+", encoding="utf-8", errors="backslashreplace")

    def late(*_: Any) -> None:
        raise TimeoutError("interrupted")

    signal.signal(signal.SIGALRM, late)

    def shown(value: Any) -> str:
        return repr(value)[:1500] if not isinstance(value, np.ndarray) else f"array({value.dtype}, {value.shape}, {repr(value.ravel()[:20].tolist())})"

    @seeded(seed)
    @settings(max_examples=10**9, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(targets) - 1), st.lists(anything, min_size=1, max_size=3), st.integers(0, 2**30))
    def fuzz(which: int, values: list[Any], choice: int) -> None:
        nonlocal calls
        if time.monotonic() - begun > seconds:
            raise KeyboardInterrupt
        chance.seed(choice)
        function, right = targets[which]
        kwargs = dict(right)
        for value in values[: chance.choice([1, 1, 1, 2, 3])]:
            name = chance.choice(list(kwargs))
            kwargs[name] = bent(right[name]) if isinstance(right[name], dict) and chance.random() < 0.5 else value
        last.seek(0), last.truncate()
        last.write(f"{getattr(function, '__qualname__', function)}: " + ", ".join(f"{n}={shown(v)}" for n, v in kwargs.items()))
        last.flush()
        calls += 1
        try:
            try:
                signal.setitimer(signal.ITIMER_REAL, LONG)
                function(**kwargs)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except allowed as error:
            fault = "internal error" in str(error) or re.search(r"\*?\b(cannot unmarshal|invalid character|strconv\.|runtime error|nil pointer|goroutine)\b", str(error))
            if not fault:
                return
            report(error, kwargs, function)
        except Exception as error:
            report(error, kwargs, function)

    def report(error: BaseException, kwargs: Any, function: Any) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{type(error).__name__} {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno} {re.sub('[0-9]+', '#', str(error))[:60]}"
        if place in found:
            return
        found.add(place)
        last.seek(0)
        print(f"AT FAULT: {place}\n{''.join(traceback.format_exception(error)[-6:])}\n{last.read()}\n", flush=True)

    try:
        fuzz()
    except KeyboardInterrupt:
        pass
    print(f"seed {seed}: {calls} calls, {len(found)} at fault", flush=True)
    return 1 if found else 0


def duration(text: str) -> float:
    """Return the seconds of 90, 30s, 10m or 1h."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} must be a time as 30s or 10m")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--time", type=duration, default=600.0)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments.add_argument("--child", type=float)
    arguments.add_argument("--here")
    told = arguments.parse_args()
    if told.child is not None:
        code = child(told.child, told.seed, told.here)
        sys.stdout.flush()
        os._exit(code)
    sys.exit(1 if parent(told.time, told.seed) else 0)
