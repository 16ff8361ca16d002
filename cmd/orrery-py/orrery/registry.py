"""The environments that Gymnasium knows by their names once orrery is imported."""

from __future__ import annotations

import gymnasium

IDS = {
    "orrery/BallCup-v1": "ballcup",
    "orrery/CartPole-v1": "cartpole",
    "orrery/Drive-v1": "drive",
    "orrery/GymPushT-v1": "gym-pusht",
    "orrery/Push-v1": "push",
    "orrery/PushT-v1": "pusht",
    "orrery/Reach-v1": "reach",
}
"""The scenario of each environment."""


def register() -> None:
    """Register the environments with Gymnasium, which import orrery does."""
    entries: dict[str, dict[str, str]] = {name: {"scenario": scenario} for name, scenario in IDS.items()}
    entries["orrery/Scenario-v1"] = {}
    for name, kwargs in entries.items():
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point="orrery.environment:OrreryEnv", vector_entry_point="orrery.environment:OrreryVectorEnv", kwargs=kwargs)
