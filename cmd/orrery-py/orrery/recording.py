"""Recording: datasets that grow by an episode at a time."""

from __future__ import annotations

import weakref
from types import TracebackType
from typing import Any, Mapping, Union

import gymnasium as gym
import numpy as np
from numpy.typing import ArrayLike

from . import _library
from .dataset import Path
from .environment import OrreryEnv, OrreryVectorEnv
from .scenario import Scenario, Scene, Source, request, seed_of

Recorded = Union[Source, "gym.Env[Any, Any]", "gym.vector.VectorEnv[Any, Any, Any]"]
"""What is recorded: a scenario, a scene as a dict, or an environment of Orrery."""


class Recording:
    """A dataset that is being recorded; see record. It ends when it is closed, or the with block."""

    def __init__(self, path: str, asked: Mapping[str, Any], scene: Scene | None, scenario: Scenario | None) -> None:
        self.path, self._scene, self._scenario = path, scene, scenario
        answer = _library.call("record", asked)[0]
        self._handle: int = answer["handle"]
        self._drop = weakref.finalize(self, _library.drop, self._handle)
        self.judged: bool = answer["judged"]
        """There is a task, which knows rewards and success."""

    def episode(
        self,
        scene: Scene | int | None,
        states: ArrayLike,
        actions: ArrayLike | None = None,
        rewards: ArrayLike | None = None,
        success: ArrayLike | None = None,
        truncated: bool | None = None,
    ) -> int:
        """Save an episode, which is on disk when this returns, and return how many there are.

        scene is a scene as a dict, the seed of one of the recorded scenario, or None for the recorded scene. states
        [frames, bodies, 6] are x, y (m), angle (rad), vx, vy (m/s) and omega (rad/s) of every body; actions
        [frames − 1, actuators] are in the units of the actuators, which rest if they are left out. rewards [frames −
        1] and success [frames − 1], or one success of the last frame, say what the actions led to; where they are
        left out and there is a task, the task says so. truncated says that the episode ended for want of time.
        """
        self._check()
        if scene is None:
            scene = self._scene
        elif not isinstance(scene, Mapping):
            if self._scenario is None:
                raise TypeError(f"scene must be a dict, not {type(scene).__name__}: no scenario is recorded")
            scene = self._scenario.sample(seed_of(scene))
        if scene is None:
            raise TypeError("scene must be a dict or a seed, not None: no scene is recorded")
        arrays = {"states": _library.array(states, "states", dims=3)}
        if actions is not None:
            arrays["actions"] = _library.array(actions, "actions", dims=2)
        if rewards is not None:
            arrays["rewards"] = _library.array(rewards, "rewards", dims=1)
        if success is not None:
            flags = np.asarray(success)
            if flags.dtype != np.bool_:
                raise TypeError(f"success must be True or False, not {flags.dtype}")
            if flags.ndim == 0:
                flags = np.arange(len(arrays["states"]) - 1) == (len(arrays["states"]) - 2 if flags else -1)
            arrays["success"] = np.ascontiguousarray(flags).view(np.uint8)
        asked: dict[str, Any] = {"handle": self._handle, "scene": scene}
        if truncated is not None:
            asked["truncated"] = bool(truncated)
        episodes: int = _library.call("record.add", asked, arrays)[0]
        return episodes

    def discard(self) -> None:
        """Take back the episode that was saved last."""
        self._check()
        _library.call("record.discard", {"handle": self._handle})

    def close(self) -> int:
        """Make what was saved a dataset, and return how many episodes it has. A second time does nothing and returns
        0. Ctrl-C leaves what record(..., append=True) goes on with."""
        if not self._drop.alive:
            return 0
        self._drop.detach()
        episodes: int = _library.call("record.close", {"handle": self._handle})[0]
        return episodes

    def _check(self) -> None:
        if not self._drop.alive:
            raise _library.MistakeError("the recording is closed")

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<orrery.Recording {self.path}>"


def record(
    path: Path, of: Recorded, values: Mapping[str, float] | None = None, append: bool = False, policy: str = "python", frames: int | None = None, seed: int = 0
) -> Recording:
    """Record episodes of a scenario, of a scene or of an environment to the dataset in a directory, path.

    The episodes of an environment, one or a vector of them, are saved as they end, from the next reset on; others are
    handed to Recording.episode. What was saved is on disk at once, in path.partial, and is a dataset when the
    recording is closed. If the process is killed before, append=True goes on; it also extends a dataset that was
    recorded. One program at a time records to a dataset: another gets an Error.

    policy is what the dataset calls who acts, frames the most frames of an episode, and seed a note of what the
    scenes were drawn with.

    >>> import tempfile, orrery
    >>> push = Scenario.load("push")
    >>> scene = push.sample(seed=7)
    >>> with record(tempfile.mkdtemp() + "/push", push) as out:
    ...     out.episode(scene, push.simulate(scene, frames=41))
    1
    >>> orrery.Dataset(out.path)[0].rewards.shape
    (40,)
    """
    asked: dict[str, Any] = {"dir": _library.path(path, "path"), "append": bool(append), "policy": policy, "seed": seed_of(seed)}
    if not isinstance(policy, str):
        raise TypeError(f"policy must be text, not {type(policy).__name__}")
    if frames is not None:
        asked["frames"] = _library.whole(frames, "frames", 1)
    scene: Scene | None = None
    scenario: Scenario | None = None
    if isinstance(of, (gym.Env, gym.vector.VectorEnv)):
        if values is not None:
            raise _library.MistakeError("values are those of the environment")
        env = of.unwrapped
        if not isinstance(env, (OrreryEnv, OrreryVectorEnv)):
            raise TypeError(f"only environments of Orrery are recorded by themselves: hand the episodes of a {type(env).__name__} to Recording.episode")
        env._check()
        asked["environment"] = env._crowd.handle
    elif isinstance(of, Mapping) and "substeps" in of and "iterations" in of:
        scene = dict(of)
        asked["scene"] = scene
    else:
        scenario = of if isinstance(of, Scenario) and values is None else Scenario(of, values)
        asked.update(request(scenario))
    return Recording(asked["dir"], asked, scene, scenario)
