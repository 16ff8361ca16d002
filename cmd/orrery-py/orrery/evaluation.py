"""Evaluations: how far off predictions are, whoever makes them."""

from __future__ import annotations

import os
import sys
from typing import Any, Callable, Mapping, Sequence, Union

import numpy as np
from numpy.typing import NDArray

from . import _library
from .dataset import Dataset, dataset_of
from .model import Model
from .scenario import Scene, seed_of

Floats = NDArray[np.float64]

Predictor = Union[Model, str, "os.PathLike[str]", Callable[..., Any]]
"""A model, or what Model.load takes; a function; or a module of torch. See evaluate."""


class Evaluation(dict[str, Any]):
    """What metrics.json says of predictions, which str shows as a table."""

    table: str
    """The figures of all rows in words."""
    sentences: dict[str, str]
    """What they say of each predictor."""

    def __str__(self) -> str:
        return "\n".join([self.table, *self.sentences.values()])


def evaluate(
    predict: Predictor | Mapping[str, Predictor],
    data: Union[Dataset, str, "os.PathLike[str]"],
    *,
    name: str | None = None,
    batched: bool = False,
    steps: bool = True,
    split: str | None = None,
    episodes: int | None = None,
    horizons: Sequence[float] | None = None,
    stride: int = 1,
    history: int = 0,
    seed: int | None = None,
    workers: int = 0,
) -> Evaluation:
    """Score predictions on a dataset as orrery eval does, beside rows that are always there: standing still, flying on,
    and the true engine from states that are a little off.

    predict is a predictor, or some by their names, of these kinds:

    * a Model, or the name or folder of one;
    * a function of scene, state [bodies, 6] and actions [frames, actuators] that returns the states [frames, bodies, 6]
      that follow, or [frames + 1, bodies, 6] with the start; or, where it knows no velocities, poses [..., 3];
    * with batched, a function of a list of scenes, states [n, bodies, 6] and actions [n, frames, actuators] that returns
      [n, frames, bodies, 6] likewise;
    * a module of torch whose forward takes states [n, bodies, 6] and actions [n, actuators] of float32 and returns the next
      states [n, bodies, 6]; it is fed its own predictions.

    States are x, y (m), angle (rad), vx, vy (m/s) and omega (rad/s), actions in the units of the actuators. name is what
    its row is called. Without steps it is not asked for single steps, which are many short predictions, and has no
    figure of them.

    split is the part of the data to judge on, "test" or else all; episodes are how many at most, 100 if not said; horizons
    are seconds at which predictions are compared; stride is the frames of the data for each predicted one; history are
    frames of observed motion to watch first; seed is that of perturbations and intervals.

    >>> import tempfile, orrery
    >>> data = orrery.generate("billiards", 4, out=tempfile.mkdtemp() + "/data", frames=40, seed=1)
    >>> def still(scene, state, actions):
    ...     return np.repeat(state[None], len(actions), axis=0)
    >>> found = evaluate({"mine": still}, data)
    >>> found["models"]["mine"]["position_m"]["mean"] == found["models"]["still"]["position_m"]["mean"]
    True

    Raises MistakeError for predictions of a wrong shape or that are not finite, and what a predictor raises.
    """
    of = dataset_of(data)
    asked: dict[str, Any] = {"data": of._handle, "split": split or "", "workers": _library.whole(workers, "workers")}
    asked["stride"], asked["history"] = _library.whole(stride, "stride", 1), _library.whole(history, "history", 0)
    if episodes is not None:
        asked["episodes"] = _library.whole(episodes, "episodes", 1)
    if horizons is not None:
        asked["horizons"] = [_library.number(h, "a horizon") for h in horizons]
    if seed is not None:
        asked["seed"] = seed_of(seed)
    named = _named(predict, name)
    asked["names"] = list(named)
    about, arrays = _library.call("evaluation", asked)
    handle: int = about["handle"]
    try:
        judged: dict[str, Any] = {"handle": handle, "models": [], "model_names": [], "predictions": [], "poses": []}
        given: dict[str, _library.Numbers] = {}
        opened: list[Model] = []  # that must live until they are judged
        for row, predictor in named.items():
            if isinstance(predictor, (str, os.PathLike)):
                predictor = Model.load(predictor)
            if isinstance(predictor, Model):
                opened.append(predictor)
                judged["models"].append(_library.held(predictor, f"the model {row}"))
                judged["model_names"].append(row)
                continue
            k = len(judged["predictions"])
            asking = _Asking(row, predictor, batched, about, arrays["state"], arrays["action"], arrays["bodies"])
            given[f"rollouts{k}"] = asking.rollouts()
            if steps:
                given[f"steps{k}"] = asking.steps(given[f"rollouts{k}"])
            judged["predictions"].append(row)
            judged["poses"].append(bool(asking.poses))
        answer, _ = _library.call("evaluation.judge", judged, given)
    finally:
        _library.drop(handle)
    found = Evaluation(answer["metrics"])
    found.table, found.sentences = answer["table"], answer["sentences"]
    return found


def _named(predict: Any, name: str | None) -> dict[str, Any]:
    """Return predictors by the names of their rows."""
    if isinstance(predict, Mapping):
        if name is not None:
            raise _library.MistakeError("name is for one predictor; of several each has its own")
        if not predict:
            raise _library.MistakeError("there must be a predictor")
        named = dict(predict)
    else:
        if isinstance(predict, (str, os.PathLike)):
            predict = Model.load(predict)
        usual = predict.kind if isinstance(predict, Model) else getattr(predict, "__name__", type(predict).__name__)
        named = {name or ("mine" if usual == "<lambda>" else usual): predict}
        if not isinstance(predict, Model) and not callable(predict):
            raise TypeError(f"predict must be a model, callable, or a dict of such, not {type(predict).__name__}")
    for row, predictor in named.items():
        if not isinstance(row, str) or not row:
            raise TypeError(f"the name of a predictor must be text, not {row!r}")
        if not isinstance(predictor, (Model, str, os.PathLike)) and not callable(predictor):
            raise TypeError(f"{row}: a predictor must be a model or callable, not {type(predictor).__name__}")
    return named


class _Asking:
    """Asks one predictor for all that is to be predicted of E episodes, F frames ahead."""

    most = 4096  # predictions that are asked for at a time

    def __init__(self, name: str, predict: Any, batched: bool, about: Mapping[str, Any], state: Floats, action: Floats, bodies: NDArray[np.int64]) -> None:
        self.name, self.state, self.action = name, state, action
        self.scenes: list[Scene] = about["scenes"]
        self.numbers: list[int] = about["episodes"]
        self.poses: bool | None = None
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(predict, torch.nn.Module):
            self.predict: Callable[..., Any] = _steps_of(predict, torch)
        else:
            self.predict = predict if batched else self._one_by_one(predict)
        self.groups: dict[tuple[int, int], list[int]] = {}  # episodes of as many bodies and actuators
        for i, n in enumerate(bodies.tolist()):
            self.groups.setdefault((n, len(self.scenes[i].get("actuators") or [])), []).append(i)

    @staticmethod
    def _one_by_one(predict: Callable[..., Any]) -> Callable[..., Any]:
        def many(scenes: list[Scene], states: Floats, actions: Floats) -> list[Any]:
            return [np.asarray(predict(*one)) for one in zip(scenes, states, actions)]

        return many

    def rollouts(self) -> Floats:
        """Return the states [E, F, n, 6] of rollouts from the start."""
        episodes, frames = self.action.shape[:2]
        out = np.zeros((episodes, frames) + self.state.shape[2:])
        for (n, a), members in self.groups.items():
            out[members, :, :n] = self._ask([self.scenes[i] for i in members], self.state[members, 0, :n], self.action[members, :, :a], members, 0)
        return out

    def steps(self, rollouts: Floats) -> Floats:
        """Return the states [E, F, n, 6] of which each is predicted from the true one before."""
        episodes, frames = self.action.shape[:2]
        out = np.zeros_like(rollouts)
        out[:, :1] = rollouts[:, :1]
        for (n, a), members in self.groups.items():
            if frames < 2:
                continue
            each = [(i, k) for i in members for k in range(1, frames)]
            for at in range(0, len(each), self.most):
                i, k = np.array(each[at : at + self.most]).T
                scenes = [self.scenes[j] for j in i]
                out[i, k, :n] = self._ask(scenes, self.state[i, k, :n], self.action[i, k, None, :a], i.tolist(), k.tolist())[:, 0]
        return out

    def _ask(self, scenes: list[Scene], states: Floats, actions: Floats, episodes: list[int], first: Any) -> Floats:
        """Return the states [n, frames, bodies, 6] that follow."""
        count, frames, bodies = len(scenes), actions.shape[1], states.shape[1]
        try:
            told = _library.array(self.predict(scenes, states.copy(), actions.copy()), f"{self.name}: the prediction")
        except _library.MistakeError as error:  # rows of different lengths
            raise _library.MistakeError(f"{error}; it must have ({count}, {frames}, {bodies}, 6)") from None
        if told.ndim == 4 and told.shape[1] == frames + 1:
            told = told[:, 1:]
        if told.shape[:-1] != (count, frames, bodies) or told.shape[-1] not in (3, 6):
            raise _library.MistakeError(
                f"{self.name}: the prediction for {count} starts has the shape {told.shape}, must have ({count}, {frames}, {bodies}, 6): frames, bodies, and x, y, angle, vx, vy, omega"
            )
        poses = told.shape[-1] == 3
        if self.poses is not None and self.poses != poses:
            raise _library.MistakeError(f"{self.name}: all predictions must have velocities, or none")
        self.poses = poses
        bad = np.argwhere(~np.isfinite(told))
        if len(bad):
            i, k, body, _ = bad[0]
            start = first if isinstance(first, int) else first[i]
            raise _library.MistakeError(f"{self.name}: the prediction of episode {self.numbers[episodes[i]]}, {k + 1} after frame {start}, body {body} is not finite")
        return np.concatenate([told, np.zeros(told.shape)], axis=-1) if poses else told


def _steps_of(module: Any, torch: Any) -> Callable[..., Any]:
    """Return a batched predictor that feeds a module its own predictions."""

    def many(scenes: list[Scene], states: Floats, actions: Floats) -> Floats:
        training = module.training
        module.eval()
        try:
            with torch.no_grad():
                state = torch.as_tensor(states, dtype=torch.float32)
                acts = torch.as_tensor(actions, dtype=torch.float32)
                out = []
                for k in range(actions.shape[1]):
                    state = module(state, acts[:, k])
                    out.append(np.asarray(state.detach().cpu(), np.float64))
        finally:
            module.train(training)
        return np.stack(out, axis=1)

    return many
