"""Measures what the guide says of speed. All that is compared is measured in turn, in one run, and told as medians.

    python cmd/orrery-py/full/speed.py [--rounds N]

needs the package, installed, and those of tests/requirements.txt.
"""

import argparse
import statistics
import time
import warnings

import gymnasium
import numpy as np

import orrery
from orrery import _library

warnings.filterwarnings("ignore")


def environments(name: str, **kwargs) -> tuple:
    """Return a function that acts in an environment for some seconds, at random, and returns steps a second."""
    env = gymnasium.make(name, **kwargs)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(1024)]
    env.reset(seed=0)

    def run(seconds: float) -> float:
        steps, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds:
            for action in actions:
                _, _, terminated, truncated, _ = env.step(action)
                if terminated or truncated:
                    env.reset()
            steps += len(actions)
        return steps / spent

    return run, env


def vector(number: int):
    """Return the same of a vector of environments of Push-T."""
    envs = gymnasium.make_vec("orrery/PushT-v1", num_envs=number)
    envs.action_space.seed(0)
    actions = [envs.action_space.sample() for _ in range(64)]
    envs.reset(seed=0)

    def run(seconds: float) -> float:
        steps, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds:
            for action in actions:
                envs.step(action)
            steps += len(actions) * number
        return steps / spent

    return run


def overhead(env, calls: int = 20000) -> float:
    """Return what a step costs beside the library's own work, in µs: Python's part, and entering the library."""
    env = env.unwrapped
    env.reset(seed=0)
    action = np.array([250.0, 250.0], np.float32)
    whole = work = 0.0
    done = 0
    while done < calls:
        env.reset(seed=done)
        for bare in (False, True) * 140:  # an episode has 300 frames
            start = time.perf_counter()
            if bare:
                env._library_step(env._handle)
                work += time.perf_counter() - start
            else:
                env.step(action)
                whole += time.perf_counter() - start
        done += 140
    drop = _library.library().orrery_drop
    start = time.perf_counter()
    for _ in range(calls):
        drop(-1)
    enter = (time.perf_counter() - start) / calls
    return 1e6 * ((whole - work) / done + enter)


def rollouts() -> tuple[float, float]:
    """Return the seconds that 300 rollouts of 25 frames of Push-T take from Python, and those of a Go program."""
    model, scene = orrery.Model.load("pusht"), orrery.Scenario.load("pusht").sample(seed=7)
    actions = np.random.default_rng(0).uniform(0, 5.12, (300, 25, 2))
    start = time.perf_counter()
    model.rollout(scene, actions=actions)
    spent = time.perf_counter() - start
    asked, arrays, _ = model._asked(scene, None, actions, None, 0)
    return spent, _library.call("model.rollout.inside", asked, arrays)[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    import gym_pusht  # noqa: F401

    theirs, _ = environments("gym_pusht/PushT-v0", obs_type="state")
    ours, env = environments("orrery/PushT-v1")
    many = vector(64)
    figures: dict[str, list[float]] = {"gym-pusht": [], "orrery": [], "vector of 64": [], "overhead": []}
    pairs = []
    for _ in range(rounds):
        pairs += [rollouts() for _ in range(3)]
        figures["gym-pusht"].append(theirs(1))
        figures["orrery"].append(ours(1))
        figures["vector of 64"].append(many(1))
        figures["overhead"].append(overhead(env))
    base = figures["gym-pusht"]
    for name in ("gym-pusht", "orrery", "vector of 64"):
        ratio = statistics.median(a / b for a, b in zip(figures[name], base))
        print(f"{name:14} {statistics.median(figures[name]):9.0f} steps/s  {ratio:6.1f} ×")
    print(f"a step beside the library's work: {statistics.median(figures['overhead']):.1f} µs")
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"300 rollouts of 25 frames: {1000 * statistics.median(a for a, _ in pairs):.0f} ms from Python, {ratio:.2f} × as long as in Go")


if __name__ == "__main__":
    main()
