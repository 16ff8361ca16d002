"""Small world models of 2D physics: scenes, environments, datasets, models and plans.

>>> import gymnasium, orrery
>>> env = gymnasium.make("orrery/PushT-v1")
>>> scene = orrery.Scenario.load("billiards").sample(seed=7)

Lengths are in metres, masses in kilograms, times in seconds and angles in radians, counter-clockwise, with x to the
right and y up; a task may have its own unit for actions and observations. A state is an array [bodies, 6] of x, y, angle, vx, vy and
omega. Everything below is a shared library that is loaded when it is first needed, and that releases Python's lock
while it works. A process forked after that cannot use it: start workers by spawn.
"""

from __future__ import annotations

from . import remote, rerun
from ._library import Error, MistakeError
from .dataset import Dataset, Episode, Windows, generate
from .environment import OrreryEnv, OrreryVectorEnv
from .evaluation import Evaluation, evaluate
from .model import Model, models
from .planner import Planner
from .recording import Recording, record
from .registry import register
from .scenario import Scenario, contacts, scenarios, simulate

register()

__all__ = [
    "Dataset",
    "Episode",
    "Error",
    "Evaluation",
    "MistakeError",
    "Model",
    "OrreryEnv",
    "OrreryVectorEnv",
    "Planner",
    "Recording",
    "Scenario",
    "Windows",
    "contacts",
    "evaluate",
    "generate",
    "models",
    "record",
    "remote",
    "rerun",
    "scenarios",
    "simulate",
]
