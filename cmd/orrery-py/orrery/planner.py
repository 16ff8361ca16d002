"""Planners: what to do, by trying it in a model."""

from __future__ import annotations

import weakref
from typing import Any, Mapping, Union

import numpy as np
from gymnasium import Env
from numpy.typing import ArrayLike, NDArray

from . import _library
from .environment import OrreryEnv
from .model import Model
from .scenario import Scene, Source, goals_of, request, seed_of, state_of

Floats = NDArray[np.float64]


class Planner:
    """Plans a task with a model, one action after the other, from states of any environment.

    >>> import gymnasium
    >>> env = gymnasium.make("orrery/Push-v1")
    >>> observation, info = env.reset(seed=1)
    >>> planner = Planner("push", env, budget=100)
    >>> action = planner.act(env.unwrapped.state())
    >>> action.shape
    (2,)
    >>> planner.expected().shape  # [frames + 1, bodies, 6]
    (49, 4, 6)

    model is a Model, or what Model.load takes. task is a scenario with a task, as Scenario.load takes it, or an
    OrreryEnv, of which the scene and the goals of the present episode are taken. scene is that in which is acted, if it
    is not the one of the scenario's seed 0: what counts is what there is, its goals and its ranges, and not where it starts.
    values are the scenario's parameters. goal is as in reset.

    planner ("cem", "icem", "mppi" or "random") and settings (such as horizon, replan and samples) are those of orrery
    plan; what is left out is as the task has it. budget bounds each search: whole numbers are plans to try, and numbers
    with a point are seconds, which end a search after the iteration in which they are over. workers is how many cores
    are used, 0 for all; plans do not depend on it, unless the budget is in seconds.
    """

    def __init__(
        self,
        model: Union[Model, str],
        task: Union[Source, OrreryEnv],
        *,
        scene: Scene | None = None,
        values: Mapping[str, float] | None = None,
        goal: Any = None,
        planner: str | None = None,
        settings: Mapping[str, float] | None = None,
        budget: int | float | None = None,
        seed: int = 0,
        workers: int = 0,
    ) -> None:
        self.model = model if isinstance(model, Model) else Model.load(model)
        source: Any = task
        if isinstance(task, Env):
            inner = task.unwrapped
            if not isinstance(inner, OrreryEnv):
                raise TypeError(f"task must be a scenario or an environment of orrery, not {type(inner).__name__}: name the scenario that is like it")
            source = inner.task()
            if scene is None:
                scene = inner.scene()
        asked: dict[str, Any] = {**request(source, values), "model": _library.held(self.model, "the model"), "seed": seed_of(seed), "workers": _library.whole(workers, "workers")}
        if scene is not None:
            if not isinstance(scene, Mapping):
                raise TypeError(f"scene must be a dict, not {type(scene).__name__}")
            asked["scene"] = scene
        if planner is not None:
            asked["planner"] = planner
        if settings is not None:
            asked["tune"] = dict(settings)
        if isinstance(budget, bool) or budget is not None and not isinstance(budget, (int, float, np.integer, np.floating)):
            raise TypeError(f"budget must be a number of plans or of seconds, not {budget!r}")
        if isinstance(budget, (int, np.integer)):
            if budget < 1:
                raise _library.MistakeError(f"budget {budget} must be 1 at least")
            asked["samples"] = int(budget)
        elif budget is not None:
            if not budget > 0:
                raise _library.MistakeError(f"budget {budget} s must be more than 0")
            asked["seconds"] = _library.number(budget, "budget")
        self.about, _ = _library.call("planner", asked)
        self._handle: int = self.about["handle"]
        self._close = weakref.finalize(self, _library.drop, self._handle)
        self.settings: dict[str, Any] = self.about["settings"]
        """How it plans."""
        self.bodies: list[str] = self.about["bodies"]
        """The names of the bodies of a state, in their order."""
        self.observations: list[str] = self.about["observations"]
        """The names of the numbers of an observation, in their order."""
        self.low, self.high = np.array(self.about["low"]), np.array(self.about["high"])
        self.cost = float("nan")
        """What the plan that is followed should cost, in the unit of the task; NaN before there is one."""
        if goal is not None:
            self.reset(goal=goal)

    def act(self, state: ArrayLike) -> Floats:
        """Return the action [actuators] for a state, in the units of the task, between low and high.

        state is [bodies, 6]: x, y (m), angle (rad), vx, vy (m/s) and omega (rad/s); or [bodies, 3] at rest; or what the
        task observes, in its units, where bodies have no joints. What is not observed, such as velocities, is then
        where the model takes it from the last act. It is the state that the action of the last call has led to: the
        planner goes on from its plan. Where that is not so, reset comes first.
        """
        answer, arrays = _library.call("planner.act", {"handle": _library.held(self, "the planner")}, self._state(state))
        self.cost = answer["cost"]
        return arrays["action"]

    def costs(self, state: ArrayLike, plans: ArrayLike, final: float = 1.0) -> Floats:
        """Return what plans [n, frames, actuators], in the units of the task, cost from a state that is as for act:
        the sum over their frames, the last of which counts final times. A plan on which the model breaks down costs infinitely much.
        """
        arrays = self._state(state)
        arrays["plans"] = _library.array(plans, "plans")
        return _library.call("planner.costs", {"handle": _library.held(self, "the planner"), "final": _library.number(final, "final")}, arrays)[1]["costs"]

    def _state(self, state: ArrayLike) -> dict[str, _library.Numbers]:
        found = _library.array(state, "state")
        if found.ndim == 1 and found.shape == (len(self.observations),):
            return {"observation": found}
        if found.ndim != 2:
            raise _library.MistakeError(
                f"state has the shape {found.shape}, must have ({len(self.bodies)}, 6), or as an observation ({len(self.observations)},): {', '.join(self.observations)}"
            )
        return {"state": state_of(found, len(self.bodies))}

    def reset(self, goal: Any = None) -> None:
        """Forget the plan, as for a new episode. goal, if it is given, replaces the goals: it is the pose [x, y, angle]
        (m, rad) of each goal of the scene, or goals as a scene has them."""
        asked: dict[str, Any] = {"handle": _library.held(self, "the planner")}
        if goal is not None:
            asked["goals"] = goals_of(goal, self.about["goals"])
        _library.call("planner.reset", asked)
        self.cost = float("nan")

    def expected(self) -> Floats | None:
        """Return the states [frames + 1, bodies, 6] to which the plan that is followed should lead, from the one in
        which it was made, or None before the first."""
        return _library.call("planner.expected", {"handle": _library.held(self, "the planner")})[1].get("states")

    def close(self) -> None:
        """Forget the planner. A second time does nothing."""
        self._close()

    def __enter__(self) -> "Planner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<orrery.Planner of {self.about['scenario']} with {self.model.name}>"
