"""Plans in stable-worldmodel's own Push-T with its own CEM and a model of Orrery, judged by its own criterion.

    python cmd/orrery-py/full/swm_pusht.py [--model pusht] [--episodes 50] [--steps 300] [--seed 1]

Starts and goals are those that swm/PushT-v1 draws: anywhere. An episode succeeds when agent and block together are less than
20 px from their goal, and the block is turned by less than 20°.
"""

import argparse
import contextlib
import io
import time

import numpy as np
import stable_worldmodel as swm
from stable_worldmodel.policy import WorldModelPolicy
from stable_worldmodel.solver import CEMSolver

from orrery.stable_worldmodel import CostModel


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="pusht")
    parser.add_argument("--episodes", type=int, default=50)
    parser.add_argument("--envs", type=int, default=10)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--iterations", type=int, default=6)
    parser.add_argument("--horizon", type=int, default=5)
    parser.add_argument("--receding", type=int, default=1)
    parser.add_argument("--block", type=int, default=5)
    given = parser.parse_args()
    world = swm.World("swm/PushT-v1", num_envs=given.envs, image_shape=(32, 32), max_episode_steps=given.steps)
    solver = CEMSolver(CostModel(given.model), batch_size=given.envs, num_samples=given.samples, n_steps=given.iterations, topk=max(4, given.samples // 10), seed=given.seed)
    world.set_policy(WorldModelPolicy(solver, swm.PlanConfig(horizon=given.horizon, receding_horizon=given.receding, action_block=given.block)))
    start = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):  # the solver tells every search
        found = world.evaluate(episodes=given.episodes, seed=given.seed)
    won = int(np.sum(found["episode_successes"]))
    print(f"stable-worldmodel {swm_version()}: CEM with model {given.model} on swm/PushT-v1: {won} of {given.episodes} ({found['success_rate']:.0f} %), {(time.monotonic() - start) / 60:.1f} minutes")


def swm_version() -> str:
    from importlib.metadata import version

    return version("stable-worldmodel")


if __name__ == "__main__":
    main()
