"""The environments that Gymnasium knows by their names once orrery is imported."""

from __future__ import annotations

from typing import Any

import gymnasium

IDS = {
    "orrery/BallCup-v1": ("ballcup", 200),
    "orrery/CartPole-v1": ("cartpole", 300),
    "orrery/Drive-v1": ("drive", 300),
    "orrery/GymPushT-v1": ("gym-pusht", 300),
    "orrery/Push-v1": ("push", 200),
    "orrery/PushT-v1": ("pusht", 300),
    "orrery/Reach-v1": ("reach", 150),
}
"""The scenario of each environment, and the frames after which its episodes are truncated."""


def register() -> None:
    """Register the environments with Gymnasium, which import orrery does."""
    for name, (scenario, frames) in IDS.items():
        _register(name, kwargs={"scenario": scenario}, max_episode_steps=frames)
    _register("orrery/Scenario-v1")


def _register(name: str, **more: Any) -> None:
    if name not in gymnasium.registry:
        gymnasium.register(name, entry_point="orrery.environment:OrreryEnv", vector_entry_point="orrery.environment:OrreryVectorEnv", **more)
