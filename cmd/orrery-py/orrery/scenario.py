"""Scenarios: how scenes are drawn, and what is to be done in them."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any, Mapping, Sequence, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library

Scene = dict[str, Any]
"""A scene as the files of Orrery have it. It comes back as it was from json.dumps and json.loads."""

Source = Union[str, "os.PathLike[str]", Mapping[str, Any], "Scenario"]
"""A scenario: a name of the library, the path of a file, what such a file says as a dict, or a Scenario."""


def request(source: Source, values: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Return a scenario as the library is asked for it."""
    if isinstance(source, Scenario):
        return {**source._request, "values": {**source.values, **_values(values)}}
    if isinstance(source, Mapping):
        try:
            return {"scenario": "scenario", "text": json.dumps(dict(source), default=_library.numbers, allow_nan=False), "values": _values(values)}
        except ValueError as error:
            raise _library.MistakeError(f"scenario: {error}") from None
    if isinstance(source, os.PathLike):
        path = pathlib.Path(source)
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file")
        return {"scenario": path.name, "text": path.read_text(encoding="utf-8"), "values": _values(values)}
    if isinstance(source, str):
        return {"scenario": source, "values": _values(values)}
    raise TypeError(f"scenario must be a name, a path, a dict or a Scenario, not {type(source).__name__}")


def _values(values: Mapping[str, float] | None) -> dict[str, float]:
    return {str(name): _library.number(value, f"value of {name}") for name, value in _library.mapping(values, "values").items()}


def seed_of(seed: Any) -> int:
    """Return a seed as the library takes it, 0 to 2**64 − 1."""
    found = _library.whole(seed, "seed")
    if not 0 <= found < 2**64:
        raise _library.MistakeError(f"seed {found} must be 0 to {2**64 - 1}")
    return found


def state_of(state: ArrayLike, bodies: int, name: str = "state") -> NDArray[np.float64]:
    """Return a state as an array [bodies, 6] of x, y, angle (m, rad) and velocities (m/s, rad/s). One of
    [bodies, 3] is at rest."""
    found = _library.array(state, name)
    if found.shape == (bodies, 3):
        found = np.hstack([found, np.zeros((bodies, 3))])
    if found.shape != (bodies, 6):
        raise _library.MistakeError(f"{name} has the shape {found.shape}, must have ({bodies}, 6): x, y, angle, vx, vy, omega of each body")
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        raise _library.MistakeError(f"{name}{bad[0].tolist()}: {found[tuple(bad[0])]} must be finite")
    return found


def goals_of(value: Any, own: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return goals as those of a scene, of which own are those it has: they may be told as such, or as the pose x, y,
    angle (m, rad) of each."""
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        return [dict(v) for v in value]
    poses = np.atleast_2d(_library.array(value, "goal"))
    if poses.ndim != 2 or poses.shape[1] not in (2, 3) or len(poses) != len(own):
        raise _library.MistakeError(f"goal has the shape {poses.shape}, must have ({len(own)}, 3): x, y (m) and angle (rad) of each")
    if not np.isfinite(poses).all():
        raise _library.MistakeError("goal must be finite")
    goals = []
    for goal, pose in zip(own, poses):
        goal = {**goal, "target": [float(pose[0]), float(pose[1])]}
        if len(pose) == 3 and goal["kind"] in ("pose", "angle"):
            goal["angle"] = float(pose[2])
        goals.append(goal)
    return goals


class Scenario:
    """A way to draw scenes, with a task or without.

    >>> billiards = Scenario.load("billiards")
    >>> scene = billiards.sample(seed=7)
    >>> billiards.simulate(scene, frames=61).shape  # [frames, bodies, 6]
    (61, 6, 6)
    """

    def __init__(self, source: Source, values: Mapping[str, float] | None = None) -> None:
        self._read(request(source, values))

    def _read(self, asked: dict[str, Any]) -> None:
        self._request = asked
        answer, _ = _library.call("scenario", asked)
        self.name: str = answer["name"]
        self.summary: str = answer["summary"]
        self.task: str = answer["task"]
        self.frames: int = answer["frames"]
        self.parameters: list[dict[str, Any]] = answer["params"]
        self.values: dict[str, float] = answer["values"]
        self.policies: list[str] = answer["policies"]

    @classmethod
    def load(cls, source: Source, values: Mapping[str, float] | None = None) -> "Scenario":
        """Return a scenario of the library by its name, or that of a file. values are its parameters, by name, in
        their own units; what is left out has its default.

        Raises FileNotFoundError, and MistakeError with all that is wrong with a file.
        """
        return cls(source, values)

    def sample(self, seed: int = 0, episode: int = 0) -> Scene:
        """Return the scene of an episode as a dict. The same seed and episode give the same scene."""
        scene: Scene = _library.call("scene", {**self._request, "seed": seed_of(seed), "episode": _library.whole(episode, "episode")})[0]
        return scene

    def simulate(
        self, scene: Scene | int = 0, actions: ArrayLike | None = None, frames: int | None = None, state: ArrayLike | None = None
    ) -> NDArray[np.float64]:
        """Return the states [frames, bodies, 6] through which the engine takes a scene, or the scene of a seed: x, y
        (m), angle (rad), vx, vy (m/s) and omega (rad/s) of every body, the start first.

        actions [frames − 1, actuators], in the units of the actuators, are clipped to their ranges; without any they rest. state
        [bodies, 6] is where it begins, if not where the scene says.
        """
        if frames is None and actions is None:
            frames = self.frames
        return simulate(self.sample(seed_of(scene)) if isinstance(scene, (int, np.integer)) else scene, actions, frames, state)

    def __repr__(self) -> str:
        return f"<orrery.Scenario {self.name}: {self.summary}>"


def simulate(scene: Scene, actions: ArrayLike | None = None, frames: int | None = None, state: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the states [frames, bodies, 6] through which the engine takes a scene; see Scenario.simulate."""
    if not isinstance(scene, Mapping):
        raise TypeError(f"scene must be a dict, not {type(scene).__name__}")
    arrays = {}
    if actions is not None:
        arrays["actions"] = _library.array(actions, "actions", dims=2)
        if frames is None:
            frames = len(arrays["actions"]) + 1
    if state is not None:
        arrays["state"] = state_of(state, len(scene.get("bodies") or []))
    return _library.call("simulate", {"scene": scene, "frames": _library.whole(frames, "frames")}, arrays)[1]["states"]


def contacts(scene: Scene, states: ArrayLike, actions: ArrayLike | None = None) -> dict[str, NDArray[Any]]:
    """Return where bodies touch in a motion, states [frames, bodies, 6] with the actions [frames − 1, actuators] that led
    from each to the next: the engine is asked at each state for the contacts of the next frame.

    Each of so many contacts k has a frame [k], its bodies a and b [k], where b is −1 for a wall, point [k, 2] (m),
    normal [k, 2] from b to a, gap [k] (m, negative where they overlap), and impulse [k, 2] on a, along the normal and
    along the normal turned a quarter counter-clockwise (N s).

    >>> scene = Scenario.load("pile").sample(1)
    >>> touching = contacts(scene, simulate(scene, frames=120))
    >>> touching["point"].shape == (len(touching["frame"]), 2), bool((touching["impulse"][:, 0] >= 0).all())
    (True, True)
    """
    if not isinstance(scene, Mapping):
        raise TypeError(f"scene must be a dict, not {type(scene).__name__}")
    arrays = {"states": _library.array(states, "states", dims=3)}
    if actions is not None:
        arrays["actions"] = _library.array(actions, "actions", dims=2)
    found = _library.call("contacts", {"scene": scene}, arrays)[1]
    bodies, values = found["bodies"], found["values"]
    return {
        "frame": bodies[:, 0], "a": bodies[:, 1], "b": bodies[:, 2],
        "point": values[:, 0:2], "normal": values[:, 2:4], "gap": values[:, 4], "impulse": values[:, 5:7],
    }  # fmt: skip


def scenarios() -> list[dict[str, Any]]:
    """Return the scenarios of the library: name, summary and whether there is a task, of each."""
    found: list[dict[str, Any]] = _library.call("scenarios", {})[0]
    return found
