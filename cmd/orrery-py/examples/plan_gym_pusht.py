"""Solves the real gym-pusht by planning with a model of 2,000 parameters that learned from an hour and a half of play.

    pip install ./cmd/orrery-py gym-pusht "pymunk<7"
    python cmd/orrery-py/examples/plan_gym_pusht.py

Starts, rule (more than 95 % of the goal are covered) and limit (300 frames, 30 s) are gym-pusht's own. The planner is
told what gym-pusht's policies are told, the observation, and nothing that is hidden from them.
"""

import argparse
import importlib.metadata
import os
import time

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import gym_pusht  # noqa: F401
import gymnasium
import numpy as np

import orrery


def solve(real, planner, seed):
    """Act in the episode of a seed. Return whether it is solved, after how many frames, and seconds for each action."""
    observation, _ = real.reset(seed=seed)
    planner.reset()
    frames, thinking, over = 0, 0.0, False
    while not over:
        begin = time.perf_counter()
        action = planner.act(observation)
        thinking += time.perf_counter() - begin
        observation, _, solved, late, _ = real.step(action)
        frames, over = frames + 1, solved or late
    return solved, frames, thinking / frames


def interval(k, n):
    """Return Wilson's 95 % interval of a share of k in n."""
    z, share = 1.96, k / n
    middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def main(arguments=None):
    """Act in many episodes. Return the share that is solved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=250)
    parser.add_argument("--seed", type=int, default=0, help="of the first episode")
    parser.add_argument("--model", default="pusht", help="a model's directory, or the name of one that comes with Orrery")
    parser.add_argument("--workers", type=int, default=0, help="cores to plan on, 0 for all; actions do not depend on it")
    options = parser.parse_args(arguments)
    real = gymnasium.make("gym_pusht/PushT-v0")
    planner = orrery.Planner(options.model, "gym-pusht", workers=options.workers)
    results = []
    for episode in range(options.episodes):
        results.append(solve(real, planner, options.seed + episode))
        solved, frames, seconds = results[-1]
        print(f"seed {options.seed + episode:>4}  {'solved' if solved else 'FAILED'}  {frames:>4} frames  {1000 * seconds:>6.1f} ms an action", flush=True)
    solved = sum(r[0] for r in results)
    low, high = interval(solved, len(results))
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("gym-pusht", "pymunk"))
    print(f"{solved} of {len(results)} solved, {solved / len(results):.1%} ({low:.1%} to {high:.1%}); {versions}")
    print(f"median {np.median([r[1] for r in results]):.0f} frames, mean {1000 * np.mean([r[2] for r in results]):.1f} ms an action")
    return solved / len(results)


if __name__ == "__main__":
    main()
