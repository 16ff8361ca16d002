"""Environments of Gymnasium."""

from __future__ import annotations

import weakref
from typing import Any, Mapping, Sequence

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import ArrayLike, NDArray

from . import _library
from .scenario import Scenario, Scene, Source, goals_of, request, seed_of, state_of

Floats = NDArray[np.float64]


def _size_of(size: Any) -> tuple[int, int]:
    """Return the width and the height of pictures, in pixels."""
    if not isinstance(size, (tuple, list)) or len(size) != 2 or not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in size):
        raise TypeError(f"size must be (width, height) in whole pixels, not {size!r}")
    return int(size[0]), int(size[1])


def _stays() -> tuple[Any, ...]:
    raise TypeError("an environment cannot be copied or go to another process: make it there")


class _Crowd:
    """Environments that act at a time, with arrays that they share with the library."""

    def __init__(self, scenario: Source, values: Mapping[str, float] | None, number: int, autoreset: AutoresetMode, workers: int, frames: int = 0) -> None:
        mode = {AutoresetMode.DISABLED: "disabled", AutoresetMode.NEXT_STEP: "next_step", AutoresetMode.SAME_STEP: "same_step"}[autoreset]
        self.source = (scenario, values)
        asked = {**request(scenario, values), "number": number, "autoreset": mode, "workers": workers, "frames": frames}
        self.about, arrays = _library.call("environment", asked)
        self.handle: int = self.about["handle"]
        self.close = weakref.finalize(self, _library.drop, self.handle)
        self.step = _library.library().orrery_step
        self.action, self.observation = arrays["action"], arrays["observation"]
        self.figures, self.finals, self.last_figures = arrays["figures"], arrays["finals"], arrays["last_figures"]
        self.flags = arrays["flags"].view(np.bool_)
        self.measures: list[str] = self.about["measures"]
        low, high = np.float32(self.about["low"]), np.float32(self.about["high"])
        many = np.full(len(self.about["observations"]), np.inf)
        self.action_space = gym.spaces.Box(low, high, dtype=np.float32)
        self.observation_space = gym.spaces.Box(-many, many, dtype=np.float64)

    def reset(self, seeds: Sequence[int | None], which: Sequence[int], options: Mapping[str, Any] | None) -> None:
        """Reset some environments, to a state and goals if the options say so."""
        asked: dict[str, Any] = {"handle": self.handle, "which": list(which), "seeds": list(seeds)}
        arrays = {}
        for name, value in _library.mapping(options, "options").items():
            if name == "state":
                n = len(self.about["bodies"])
                states = np.asarray(value)
                if states.ndim == 3:
                    if len(states) != len(which):
                        raise _library.MistakeError(f"state has the shape {states.shape}, must have {len(which)} states")
                    arrays["states"] = np.ascontiguousarray([state_of(s, n) for s in states])
                else:
                    arrays["states"] = np.ascontiguousarray([state_of(value, n)] * len(which))
            elif name == "goal":
                asked["goals"] = goals_of(value, self.about["goals"])
            elif name != "reset_mask":
                raise _library.MistakeError(f"option {name!r} is not known: there are state and goal")
        _library.call("environment.reset", asked, arrays)

    def state(self, index: int) -> Floats:
        return _library.call("environment.state", {"handle": self.handle, "index": index})[1]["state"]

    def scene(self, index: int) -> Scene:
        scene: Scene = _library.call("environment.state", {"handle": self.handle, "index": index, "scene": True})[0]["scene"]
        return scene

    def render(self, index: int, size: tuple[int, int], theme: str) -> NDArray[np.uint8]:
        asked = {"handle": self.handle, "index": index, "width": size[0], "height": size[1], "theme": theme}
        return _library.call("environment.render", asked)[1]["pixels"]


class OrreryEnv(gym.Env[Floats, NDArray[np.float32]]):
    """A scenario with a task: a name of the library, the path of a scenario file, or what such a file says as a dict.

    Actions and observations are in the units of the task, as the scenario's guide says; info has success (0 or 1) and
    what else the task measures. reset takes options: state [bodies, 6] (x, y in m, angle in rad, vx, vy, omega) and
    goal, the pose [x, y, angle] of each goal of the scene or goals as a scene has them.

    >>> import gymnasium
    >>> env = gymnasium.make("orrery/PushT-v1")
    >>> observation, info = env.reset(seed=7)
    >>> observation.shape, sorted(info)[:1]
    ((5,), ['agent_x'])
    >>> observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
    >>> env.close()
    """

    metadata = {"render_modes": ["rgb_array", "human"], "render_fps": 10}

    def __init__(
        self, scenario: Source, values: Mapping[str, float] | None = None, render_mode: str | None = None, size: tuple[int, int] = (480, 480), theme: str = "light"
    ) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise _library.MistakeError(f"render_mode {render_mode!r} must be None, 'rgb_array' or 'human'")
        self._crowd = _Crowd(scenario, values, 1, AutoresetMode.DISABLED, 1)
        self.about: dict[str, Any] = self._crowd.about
        self.metadata = {**self.metadata, "render_fps": self.about["fps"]}
        self.render_mode, self._size, self._theme = render_mode, _size_of(size), theme
        self.action_space, self.observation_space = self._crowd.action_space, self._crowd.observation_space
        self._screen: Any = None
        crowd = self._crowd
        self._handle, self._library_step = crowd.handle, crowd.step
        self._action, self._observation, self._figures, self._flags = crowd.action[0], crowd.observation[0], crowd.figures[0], crowd.flags[0]
        self._measures, self._shape = crowd.measures, crowd.action[0].shape

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Begin the episode of a seed, or of the next random one; see the class for options."""
        if seed is not None:
            seed = seed_of(seed)
        super().reset(seed=seed)
        self._check()
        if seed is None:
            seed = int(self.np_random.integers(2**63))
        self._crowd.reset([seed], [0], options)
        if self.render_mode == "human":
            self.render()
        return self._observation.copy(), self._info()

    def step(self, action: ArrayLike) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Act for one frame. What is beyond the action space is clipped to it."""
        if type(action) is not np.ndarray or action.shape != self._shape or action.dtype.kind not in "fiu":
            action = _library.array(action, "action")
            if action.shape != self._shape:
                raise _library.MistakeError(f"action has the shape {action.shape}, must have {self._shape}")
        self._action[:] = action
        words = self._library_step(self._handle)
        if words:
            self._check()
            _library.raise_words(words)
        figures = self._figures.tolist()
        terminated, truncated, _ = self._flags.tolist()
        if self.render_mode == "human":
            self.render()
        return self._observation.copy(), figures[0], terminated, truncated, dict(zip(self._measures, figures[1:]))

    def _info(self) -> dict[str, Any]:
        return dict(zip(self._measures, self._figures[1:].tolist()))

    def _check(self) -> None:
        if not self._crowd.close.alive:
            raise _library.MistakeError("the environment is closed")

    def task(self) -> Scenario:
        """Return the scenario, with the values of this environment."""
        return Scenario(*self._crowd.source)

    def state(self) -> Floats:
        """Return the true state [bodies, 6]: x, y (m), angle (rad), vx, vy (m/s), omega (rad/s)."""
        self._check()
        return self._crowd.state(0)

    def scene(self) -> Scene:
        """Return the scene of the episode as a dict."""
        self._check()
        return self._crowd.scene(0)

    def render(self) -> NDArray[np.uint8] | None:
        """Return the picture [height, width, 3] of the state, or show it in a window where the render mode is human."""
        if self.render_mode is None:
            return None
        self._check()
        pixels = self._crowd.render(0, self._size, self._theme)
        if self.render_mode == "rgb_array":
            return pixels
        self._show(pixels)
        return None

    def _show(self, pixels: NDArray[np.uint8]) -> None:
        try:
            import pygame
        except ImportError:
            raise gym.error.DependencyNotInstalled('render_mode "human" needs pygame: pip install "orrery[human]"') from None
        if self._screen is None:
            pygame.init()
            pygame.display.set_caption(f"Orrery: {self.about['scenario']}")
            self._screen, self._clock = pygame.display.set_mode(self._size), pygame.time.Clock()
        self._screen.blit(pygame.surfarray.make_surface(pixels.swapaxes(0, 1)), (0, 0))
        pygame.event.pump()
        pygame.display.flip()
        self._clock.tick(self.metadata["render_fps"])

    def __reduce__(self) -> tuple[Any, ...]:
        return _stays()

    def close(self) -> None:
        """End the environment. A second time does nothing."""
        self._crowd.close()
        if self._screen is not None:
            import pygame

            pygame.display.quit()
            self._screen = None


class OrreryVectorEnv(VectorEnv[Floats, NDArray[np.float32], Floats]):
    """Environments of one scenario, in which all act at a time, on all cores.

    >>> import gymnasium
    >>> envs = gymnasium.make_vec("orrery/PushT-v1", num_envs=4)
    >>> observations, infos = envs.reset(seed=7)
    >>> observations.shape
    (4, 5)
    >>> envs.close()

    max_episode_steps is after how many frames an episode is truncated, if not as the task says.
    """

    metadata = {"render_modes": ["rgb_array"], "autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(
        self,
        num_envs: int,
        scenario: Source,
        values: Mapping[str, float] | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        workers: int = 0,
        render_mode: str | None = None,
        size: tuple[int, int] = (480, 480),
        theme: str = "light",
        max_episode_steps: int | None = None,
    ) -> None:
        if render_mode not in (None, "rgb_array"):
            raise _library.MistakeError(f"render_mode {render_mode!r} must be None or 'rgb_array'")
        num_envs, workers = _library.whole(num_envs, "num_envs"), _library.whole(workers, "workers")
        frames = 0 if max_episode_steps is None else _library.whole(max_episode_steps, "max_episode_steps", 1)
        mode = AutoresetMode(autoreset_mode)
        self._crowd = _Crowd(scenario, values, num_envs, mode, workers, frames)
        self.about: dict[str, Any] = self._crowd.about
        self.num_envs, self._mode = num_envs, mode
        self.render_mode, self._size, self._theme = render_mode, _size_of(size), theme
        self.metadata = {**self.metadata, "autoreset_mode": mode, "render_fps": self.about["fps"]}
        self.single_action_space, self.single_observation_space = self._crowd.action_space, self._crowd.observation_space
        self.action_space, self.observation_space = batch_space(self.single_action_space, num_envs), batch_space(self.single_observation_space, num_envs)
        self._all = np.ones(self.num_envs, dtype=np.bool_)

    def reset(self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Begin episodes: that of seed + i in environment i, or those of a list of seeds. options are those of
        OrreryEnv, with one state for all or one for each, and reset_mask [num_envs], which says whose episode begins."""
        self._check()
        which: Any = range(self.num_envs)
        mask = _library.mapping(options, "options").get("reset_mask")
        if mask is not None:
            mask = np.asarray(mask)
            if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
                raise _library.MistakeError(f"reset_mask must be {self.num_envs} of True and False, not all False")
            which = np.flatnonzero(mask).tolist()
        if seed is None:
            seeds: list[int | None] = [None] * self.num_envs
        elif isinstance(seed, (list, tuple, np.ndarray)):
            if len(seed) != self.num_envs:
                raise _library.MistakeError(f"{len(seed)} seeds must be {self.num_envs}")
            seeds = [None if s is None else seed_of(s) for s in seed]
        else:
            first = seed_of(seed)
            seeds = [(first + i) % 2**64 for i in range(self.num_envs)]
        if seed is not None:
            super().reset(seed=seeds[0] if len(seeds) else None)
        self._crowd.reset([seeds[i] for i in which], which, options)
        return self._crowd.observation.copy(), self._infos(self._crowd.figures, mask if mask is not None else self._all)

    def step(self, actions: ArrayLike) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:  # type: ignore[override]
        """Act for one frame in all environments, with actions [num_envs, actuators]."""
        crowd = self._crowd
        given = _library.array(actions, "actions")
        if given.shape != crowd.action.shape:
            raise _library.MistakeError(f"actions has the shape {given.shape}, must have {crowd.action.shape}")
        crowd.action[:] = given
        words = crowd.step(crowd.handle)
        if words:
            self._check()
            _library.raise_words(words)
        terminated, truncated = crowd.flags[:, 0].copy(), crowd.flags[:, 1].copy()
        infos = self._infos(crowd.figures, self._all)
        if self._mode is AutoresetMode.SAME_STEP:
            over = terminated | truncated
            if over.any():
                final = np.empty(self.num_envs, dtype=object)
                for i in np.flatnonzero(over):
                    final[i] = crowd.finals[i].copy()
                infos["final_obs"], infos["_final_obs"] = final, over
                infos["final_info"], infos["_final_info"] = self._infos(crowd.last_figures, over), over
        return crowd.observation.copy(), crowd.figures[:, 0].copy(), terminated, truncated, infos

    def _infos(self, figures: Floats, which: NDArray[np.bool_]) -> dict[str, Any]:
        infos: dict[str, Any] = {}
        for k, name in enumerate(self._crowd.measures):
            infos[name], infos["_" + name] = figures[:, 1 + k].copy(), which
        return infos

    def _check(self) -> None:
        if not self._crowd.close.alive:
            raise _library.MistakeError("the environments are closed")

    def state(self) -> Floats:
        """Return the true states [num_envs, bodies, 6]: x, y (m), angle (rad), vx, vy (m/s), omega (rad/s)."""
        self._check()
        return np.stack([self._crowd.state(i) for i in range(self.num_envs)])

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """Return a picture [height, width, 3] of each environment, if the render mode is rgb_array."""
        if self.render_mode is None:
            return None
        self._check()
        return tuple(self._crowd.render(i, self._size, self._theme) for i in range(self.num_envs))

    def __reduce__(self) -> tuple[Any, ...]:
        return _stays()

    def close_extras(self, **kwargs: Any) -> None:
        self._crowd.close()
