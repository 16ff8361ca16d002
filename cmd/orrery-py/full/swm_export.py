"""Evaluates in stable-worldmodel's own Push-T on a dataset of Orrery, as orrery export --to swm-pusht writes it.

    ORRERY=dist/orrery python cmd/orrery-py/full/swm_export.py

Its reader cuts windows, and its World starts each episode in a state of the data and asks for the state 30 frames on. The
actions of the data, played as they are, must mostly lead there, and doing nothing must not.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import h5py
import numpy as np
import stable_worldmodel as swm
from stable_worldmodel.data.formats.hdf5 import HDF5Dataset
from stable_worldmodel.policy import BasePolicy

ORRERY = os.environ.get("ORRERY", "orrery")
EPISODES, START, AHEAD = 20, 5, 30


class Played(BasePolicy):
    """Plays rows of actions [episodes, frames, 2]."""

    def __init__(self, actions):
        self.actions, self.frame = actions, 0

    def get_action(self, infos, **_):
        self.frame += 1
        return self.actions[:, self.frame - 1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for line in (["gen", "pusht", "--episodes", EPISODES, "--frames", START + AHEAD + 2, "--out", root / "data"],
                     ["export", root / "data", "--to", "swm-pusht", "--pixels", 224, "--out", root / "pusht.h5"]):
            subprocess.run([ORRERY, *map(str, line)], check=True, capture_output=True)
        windows = HDF5Dataset(path=root / "pusht.h5", frameskip=5, num_steps=3)[0]
        shapes = {name: tuple(windows[name].shape) for name in ("state", "proprio", "action", "pixels")}
        if shapes != {"state": (3, 7), "proprio": (3, 4), "action": (3, 10), "pixels": (3, 3, 224, 224)}:
            sys.exit(f"windows of other shapes: {shapes}")
        with h5py.File(root / "pusht.h5", "r", swmr=True) as file:
            rows = file["ep_offset"][:][:, None] + START + np.arange(AHEAD)
            actions = np.stack([file["action"][:][row] for row in rows])
        shares = {}
        for name, played in (("the data's actions", actions), ("no action", np.zeros_like(actions))):
            world = swm.World("swm/PushT-v1", num_envs=EPISODES, image_shape=(224, 224), max_episode_steps=200)
            world.set_policy(Played(played))
            found = world.evaluate(
                dataset=HDF5Dataset(path=root / "pusht.h5"), episodes_idx=list(range(EPISODES)), start_steps=[START] * EPISODES,
                goal_offset=AHEAD, eval_budget=AHEAD,
                callables=[{"method": "_set_state", "args": {"state": {"value": "state"}}},
                           {"method": "_set_goal_state", "args": {"goal_state": {"value": "goal_state"}}}])
            shares[name] = found["success_rate"]
        print(f"World.evaluate on swm/PushT-v1 from data of Orrery, {AHEAD} frames ahead: "
              + ", ".join(f"{name} {share:.0f} %" for name, share in shares.items()))
        if not (shares["the data's actions"] >= 60 and shares["no action"] <= 30):
            sys.exit("the actions of the data must lead to its states in 60 % at least, and no action in 30 % at most")


if __name__ == "__main__":
    main()
