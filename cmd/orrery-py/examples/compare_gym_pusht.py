"""Compares the scenario gym-pusht with the real gym-pusht: same starts, same actions, how far blocks are apart.

    pip install ./cmd/orrery-py gym-pusht "pymunk<7"
    python cmd/orrery-py/examples/compare_gym_pusht.py

Actions are drawn evenly over the whole square, which rarely meets the block, or within 60 px of the block's centre of
mass, which squeezes it against walls all the time. Both go on after a success, as gym-pusht lets them.
"""

import argparse
import importlib.metadata
import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import gym_pusht  # noqa: F401
import gymnasium
import numpy as np

import orrery

SCENARIOS = {"gym-pusht": 1 / 128, "pusht": 1 / 100}
"""How long a pixel is in each, in metres."""


def state(real):
    """Return the state [2, 6] of the real environment in pixels: agent and block, at their centres of mass."""
    block = real.block
    centre = block.local_to_world(block.center_of_gravity)
    return np.array([
        [*real.agent.position, 0, *real.agent.velocity, 0],
        [*centre, block.angle, *block.velocity, block.angular_velocity],
    ])


def metres(pixels, pixel):
    """Return a state in pixels as one in metres."""
    return pixels * [pixel, pixel, 1, pixel, pixel, 1]


def record(real, seed, frames, aimed):
    """Return what happens in the real environment: states [frames + 1, 2, 6] and actions [frames, 2] in pixels."""
    rng = np.random.default_rng([seed, aimed])
    real.reset(seed=seed)
    states, actions = [state(real)], []
    for _ in range(frames):
        action = rng.uniform(0, 512, 2)
        if aimed:
            action = np.clip(states[-1][1, :2] + rng.uniform(-60, 60, 2), 0, 512)
        actions.append(action)
        real.step(action)
        states.append(state(real))
    return np.array(states), np.array(actions)


def apart(states, actions, scenario="gym-pusht"):
    """Return how far the block of a scenario is from the real one after each action [frames], in pixels."""
    pixel = SCENARIOS[scenario]
    scene = orrery.Scenario.load(scenario).sample()
    ours = orrery.simulate(scene, actions * pixel, state=metres(states[0], pixel))
    return np.hypot(*(ours[1:, 1, :2] / pixel - states[1:, 1, :2]).T)


def main(arguments=None):
    """Print a table. Return of each kind of actions how many blocks are near after 100, after all and in all frames."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=30)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--scenario", choices=SCENARIOS, default="gym-pusht")
    options = parser.parse_args(arguments)
    real = gymnasium.make("gym_pusht/PushT-v0").unwrapped
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("gym-pusht", "pymunk"))
    print(f"{options.scenario}, {options.episodes} episodes of {options.frames} frames; {versions}")
    print("actions    block within 1 px   at step 100   at the end   frames   median distance    90 %")
    shares = {}
    for name, aimed in (("anywhere", False), ("at the T", True)):
        d = np.array([apart(*record(real, seed, options.frames, aimed), options.scenario) for seed in range(options.episodes)])
        near = d < 1
        share = shares[name] = [near[:, min(100, options.frames) - 1].mean(), near[:, -1].mean(), near.mean()]
        print(f"{name:<29}{share[0]:>12.1%}{share[1]:>13.1%}{share[2]:>9.1%}{np.median(d):>15.0e} px{np.quantile(d, 0.9):>8.0e}")
    return shares


if __name__ == "__main__":
    main()
