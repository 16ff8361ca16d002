"""Models: what they predict, and how far off they expect to be."""

from __future__ import annotations

import contextlib
import os
import pathlib
import tempfile
import warnings
import weakref
from typing import Any, Callable, Mapping, Sequence, Union, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .dataset import Dataset, dataset_of
from .scenario import Scene, seed_of

Floats = NDArray[np.float64]


def models() -> list[str]:
    """Return the names of the models that need no file: "true", which is the engine, "ballistic", which is free
    flight, and those trained on scenarios of the library.

    >>> "pusht" in models()
    True
    """
    found: list[str] = _library.call("models", {})[0]
    return found


Data = Union[Dataset, str, "os.PathLike[str]"]
"""A dataset, or its folder."""


def _folder_of(data: Data) -> str:
    return data.path if isinstance(data, Dataset) else os.fspath(data)


def _weights_of(weights: Any) -> dict[str, float]:
    """Return weights by the folders of datasets."""
    if weights is not None and not isinstance(weights, Mapping):
        raise TypeError(f"weights must be a dict of datasets and numbers, not {type(weights).__name__}")
    return {_folder_of(k): _library.number(v, f"weight of {k}") for k, v in (weights or {}).items()}


class Model:
    """A model that predicts the next state of a scene. It never changes, and may be used by many threads.

    >>> model = Model.load("pusht")
    >>> model.kind, model.parameters
    ('contact', 2094)
    >>> import orrery
    >>> scene = orrery.Scenario.load("pusht").sample(seed=7)
    >>> actions = np.full((300, 25, 2), 2.5)  # m
    >>> model.rollout(scene, actions=actions).shape  # [rollouts, frames + 1, bodies, 6]
    (300, 26, 2, 6)
    """

    def __init__(self, source: Union[str, "os.PathLike[str]"]) -> None:
        if not isinstance(source, (str, os.PathLike)):
            raise TypeError(f"model must be a name or a path, not {type(source).__name__}")
        self.source = os.fspath(source)
        self._again: Any = source
        answer, _ = _library.call("model", {"model": self.source, "is_dir": not isinstance(source, str)})
        self._handle: int = answer["handle"]
        self._close = weakref.finalize(self, _library.drop, self._handle)
        self.name: str = answer["name"]
        self.kind: str = answer["kind"]
        """How it predicts: "contact", "interaction", "mlp", "ballistic" or "true"."""
        self.parameters: int = answer["parameters"]
        """How many numbers were trained."""
        self.description: dict[str, Any] = answer["description"] or {}
        """Its config.json: settings, and how it was trained."""
        self.metrics: dict[str, Any] = answer["metrics"] or {}
        """Its metrics.json, if it was measured."""

    @classmethod
    def load(cls, source: Union[str, "os.PathLike[str]"]) -> "Model":
        """Return the model of a folder, or one of models() by its name. A path, or text with a slash, is a folder.

        Raises FileNotFoundError, and MistakeError with what is wrong with a folder.
        """
        return cls(source)

    @classmethod
    def train(
        cls,
        data: Union[Data, Sequence[Data]],
        out: Union[str, "os.PathLike[str]", None] = None,
        *,
        kind: str = "contact",
        seconds: float | None = None,
        steps: int | None = None,
        seed: int = 1,
        split: str | None = None,
        weights: Mapping[Any, float] | None = None,
        holdout: float | None = None,
        stride: int | None = None,
        batch: int | None = None,
        width: int | None = None,
        rounds: int | None = None,
        rate: float | None = None,
        unknown: Sequence[str] = (),
        resume: bool = False,
        force: bool = False,
        measure: bool = True,
        progress: Callable[[dict[str, Any]], None] | None = None,
        workers: int = 0,
    ) -> "Model":
        """Return a model fitted to one dataset or several, or their folders, as orrery train fits it, for seconds or for
        steps; a minute if neither is given. With steps the weights depend only on data, settings and seed.

        out is the folder to write; without one the model is in memory alone. kind is "contact", "interaction" or
        "mlp". split names the part to learn from, "train" or else all; weights say how much more often the examples of
        a dataset are taken, by it or its folder; holdout is the share of episodes that judge, where no split val does; stride
        is the frames of the data for each predicted one; batch, width, rounds and rate are sizes and the highest
        learning rate, if not those that suit the kind; unknown names quantities that the scenes have wrong, such as
        "friction". measure fills in metrics from what was held out.

        progress is called with a dict of stage, fraction (of the stage) and, while training, step, loss and
        examples_per_second; what it raises ends the training. Ctrl-C ends it within a second: the same call with
        resume=True goes on from out.partial. force replaces a model that is there.

        Raises FileNotFoundError, FileExistsError, and MistakeError for settings out of range.
        """
        _library.told(progress)
        if isinstance(data, (str, os.PathLike, Dataset)):
            folders: Sequence[Data] = [data]
        elif isinstance(data, Sequence) and not isinstance(data, bytes):
            folders = cast(Sequence[Data], data)
        else:
            raise TypeError(f"data must be a dataset, its path, or a list of them, not {type(data).__name__}")
        if isinstance(unknown, str):
            unknown = [unknown]
        sets = [dataset_of(d) for d in folders]
        asked: dict[str, Any] = {"data": [{"name": d.path, "handle": _library.held(d, "the dataset")} for d in sets], "kind": kind, "seed": seed_of(seed), "split": split or "", "unknown": list(unknown)}
        asked.update(resume=bool(resume), force=bool(force), measure=bool(measure), workers=_library.whole(workers, "workers"))
        asked["weights"] = _weights_of(weights)
        sizes = {"seconds": seconds, "steps": steps, "holdout": holdout, "stride": stride, "batch": batch, "width": width, "rounds": rounds, "rate": rate}
        for name, value in sizes.items():
            if value is None:
                continue
            whole = name not in ("seconds", "holdout", "rate")
            if isinstance(value, bool) or not isinstance(value, (int, np.integer) if whole else (int, float, np.integer, np.floating)):
                raise TypeError(f"{name} must be a {'whole ' if whole else ''}number, not {value!r}")
            if not value > 0:
                raise _library.MistakeError(f"{name} {value} must be more than 0")
            asked[name] = value
        with contextlib.ExitStack() as stack:
            if out is None:
                if resume:
                    raise _library.MistakeError("resume goes on with what is beside out, which must be given")
                target = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orrery-"))) / "model"
            else:
                target = pathlib.Path(_library.path(out, "out"))
            try:
                answer, _ = _library.call("train", {**asked, "out": str(target)}, progress=progress)
            except KeyboardInterrupt:
                if out is not None and pathlib.Path(f"{target}.partial").exists():
                    raise KeyboardInterrupt(f"training is interrupted; resume=True goes on from {target}.partial") from None
                raise
            for words in answer["warnings"]:
                warnings.warn(words, RuntimeWarning, stacklevel=2)
            model = cls(target)
            if out is None:
                model._again = None
            return model

    def save(self, out: Union[str, "os.PathLike[str]"], force: bool = False) -> None:
        """Write the folder of the model, which appears whole or not at all. force replaces a model that is there.

        Raises FileExistsError.
        """
        _library.call("model.save", {"handle": _library.held(self, "the model"), "dir": _library.path(out, "out"), "force": bool(force)})

    def rollout(
        self,
        scenes: Scene | Sequence[Scene],
        states: ArrayLike | None = None,
        actions: ArrayLike | None = None,
        frames: int | None = None,
        workers: int = 0,
    ) -> Floats:
        """Return the states […, frames + 1, bodies, 6] that the model predicts, the start first: x, y (m), angle (rad),
        vx, vy (m/s) and omega (rad/s).

        states […, bodies, 6] are where rollouts begin, if not where their scenes do. actions […, frames, actuators],
        in the units of the actuators, are clipped to their ranges; without any they rest, and frames is needed. The
        leading dimensions are those of one rollout each and are matched from the front, so that actions [scenes,
        samples, frames, actuators] go with a list of scenes and states [scenes, bodies, 6]. One scene is for all.

        Where the model breaks down, what is missing is NaN, and a RuntimeWarning says why. workers is how many cores
        are used, 0 for all; results do not depend on it.
        """
        return self._roll(scenes, states, actions, frames, workers, {})[0]

    def spread(
        self,
        scenes: Scene | Sequence[Scene],
        states: ArrayLike | None = None,
        actions: ArrayLike | None = None,
        frames: int | None = None,
        workers: int = 0,
    ) -> tuple[Floats, Floats]:
        """Return the states of rollout and the standard deviations […, frames + 1, bodies] of the positions along
        either axis, in metres.

        Raises MistakeError for a model that does not know how far off it is.
        """
        return self._roll(scenes, states, actions, frames, workers, {"doubt": "deviation"})

    def regions(
        self,
        scenes: Scene | Sequence[Scene],
        states: ArrayLike | None = None,
        actions: ArrayLike | None = None,
        frames: int | None = None,
        within: float = 0.9,
        workers: int = 0,
    ) -> tuple[Floats, Floats]:
        """Return the states of rollout and ellipses […, frames + 1, bodies, 3] about the positions that hold a share
        within of the truth: two half axes (m) and the angle of the first (rad).

        Raises MistakeError for a model that does not know how far off it is.
        """
        return self._roll(scenes, states, actions, frames, workers, {"doubt": "regions", "within": _library.number(within, "within")})

    def _roll(
        self, scenes: Scene | Sequence[Scene], states: ArrayLike | None, actions: ArrayLike | None, frames: int | None, workers: int, doubt: Mapping[str, Any]
    ) -> tuple[Floats, Floats]:
        asked, arrays, leading = self._asked(scenes, states, actions, frames, workers)
        answer, found = _library.call("model.rollout", {**asked, **doubt}, arrays)
        for b in (answer["broken"] or [])[:1]:
            more = f", and {len(answer['broken']) - 1} more broke down" if len(answer["broken"]) > 1 else ""
            warnings.warn(f"rollout {b['rollout']} ends before frame {b['frame']}: {b['why']}{more}", RuntimeWarning, stacklevel=3)
        rolled = found.pop("states")
        doubts = next(iter(found.values()), rolled)
        return rolled.reshape(leading + rolled.shape[1:]), doubts.reshape(leading + doubts.shape[1:])

    def _asked(
        self, scenes: Scene | Sequence[Scene], states: ArrayLike | None, actions: ArrayLike | None, frames: int | None, workers: int
    ) -> tuple[dict[str, Any], dict[str, _library.Numbers], tuple[int, ...]]:
        """Return the request for rollouts, its arrays, and the leading dimensions of the answer."""
        one = isinstance(scenes, Mapping)
        each: list[Scene] = [scenes] if isinstance(scenes, Mapping) else list(scenes) if isinstance(scenes, Sequence) else []
        if not each or not all(isinstance(s, Mapping) for s in each):
            raise TypeError("scenes must be a scene, which is a dict, or a list of some")
        arrays: dict[str, _library.Numbers] = {}
        shapes = [() if one else (len(each),)]
        n = len(each[0].get("bodies") or [])
        if states is not None:
            arrays["states"] = _library.array(states, "states")
            if arrays["states"].ndim < 2 or arrays["states"].shape[-2:] != (n, 6):
                raise _library.MistakeError(f"states has the shape {arrays['states'].shape}, must have (..., {n}, 6): x, y, angle, vx, vy, omega of each body")
            shapes.append(arrays["states"].shape[:-2])
        if actions is not None:
            arrays["actions"] = _library.array(actions, "actions")
            a = len(each[0].get("actuators") or [])
            if arrays["actions"].ndim < 2 or arrays["actions"].shape[-1] != a:
                raise _library.MistakeError(f"actions has the shape {arrays['actions'].shape}, must have (..., frames, {a}), one for each actuator")
            shapes.append(arrays["actions"].shape[:-2])
            if frames is None:
                frames = arrays["actions"].shape[-2]
            elif frames != arrays["actions"].shape[-2]:
                raise _library.MistakeError(f"frames {frames} must be the {arrays['actions'].shape[-2]} of actions")
        if frames is None:
            raise TypeError("frames must be given where there are no actions")
        frames, workers = _library.whole(frames, "frames"), _library.whole(workers, "workers")
        dims = max(len(s) for s in shapes)
        try:
            leading = np.broadcast_shapes(*(s + (1,) * (dims - len(s)) for s in shapes))
        except ValueError:
            raise _library.MistakeError(f"leading dimensions of scenes, states and actions do not match: {', '.join(map(str, shapes))}") from None
        for name, values in arrays.items():
            have = values.shape[:-2]
            full = values.reshape(have + (1,) * (dims - len(have)) + values.shape[-2:])
            full = np.ascontiguousarray(np.broadcast_to(full, leading + values.shape[-2:]))
            arrays[name] = full.reshape((-1,) + values.shape[-2:]) if full.size else np.empty((int(np.prod(leading)),) + values.shape[-2:])
        unique = list({id(s): s for s in each}.values())
        place = {id(s): k for k, s in enumerate(unique)}
        which = np.array([place[id(s)] for s in each], np.int64).reshape(shapes[0] + (1,) * (dims - len(shapes[0])))
        arrays["which"] = np.ascontiguousarray(np.broadcast_to(which, leading)).reshape(-1)
        return {"handle": _library.held(self, "the model"), "scenes": unique, "frames": frames, "workers": workers}, arrays, leading

    def close(self) -> None:
        """Forget the model. A second time does nothing."""
        self._close()

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        if self._again is None:
            raise TypeError("a model that is in memory alone cannot go to another process: save it, and load it there")
        return Model, (self._again,)

    def __repr__(self) -> str:
        return f"<orrery.Model {self.name}: {self.kind}, {self.parameters} parameters>"
