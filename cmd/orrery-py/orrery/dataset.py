"""Datasets: episodes as arrays, and windows of them for learners."""

from __future__ import annotations

import collections
import dataclasses
import os
import threading
import weakref
from typing import Any, Callable, Iterator, Mapping, Sequence, Union, overload

import numpy as np
from numpy.typing import NDArray

from . import _library
from .scenario import Scenario, Scene, Source, request, seed_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Path = Union[str, "os.PathLike[str]"]
"""The path of a directory."""

Template = Union[Path, Scenario, Mapping[str, Any], "Dataset"]
"""What says the scenes of data that have none: the path of a scene, scenario or dataset, or the name of a scenario; or such a
scene, scenario or dataset itself."""


@dataclasses.dataclass(frozen=True)
class Episode:
    """What a dataset has of one episode. What it does not have is None."""

    number: int
    scene: Scene
    states: Floats
    """[frames, bodies, 6]: x, y (m), angle (rad), vx, vy (m/s), omega (rad/s)."""
    actions: Floats
    """[frames − 1, actuators], each in its actuator's unit: what led from a frame to the next."""
    times: Floats
    """[frames], s after the first frame."""
    rewards: Floats | None = None
    """[frames − 1] of the actions, if there is a task."""
    success: Flags | None = None
    """[frames − 1]: the goal was reached."""
    done: Flags | None = None
    """[frames − 1]: the episode ended there."""
    truncated: Flags | None = None
    """[frames − 1]: it ended because time was over."""
    observation: Floats | None = None
    """[frames, o]: what the task lets an actor see, in its own unit; Dataset.observation has the names."""
    measured: Floats | None = None
    """[frames, bodies, 3]: x, y (m) and angle (rad) as measured, where the states are estimates."""
    measured_std: Floats | None = None
    """[frames, bodies, 2]: standard deviations of a coordinate (m) and of the angle (rad) of measurements."""
    seen: Flags | None = None
    """[frames, bodies]: x and y were measured."""
    turned: Flags | None = None
    """[frames, bodies]: the angle was measured."""
    after: Floats | None = None
    """[frames, bodies], s by which a measurement comes after its frame."""
    std: Floats | None = None
    """[frames, bodies, 6]: standard deviations of the states, in their units."""
    impacts: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """Hits that were found in what was measured: time (s), body, other, normal, push and rub (N s)."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.states)

    def __repr__(self) -> str:
        return f"<orrery.Episode {self.number}: {len(self)} frames of {self.states.shape[1]} bodies>"


class Dataset(Sequence[Episode]):
    """A dataset in a directory, of which episodes are read when they are asked for. Many threads may read it.

    LeRobot datasets that Orrery did not write have no scenes. mapping says which of their values are places of bodies and actions,
    such as {"tip": "observation.state[0:2]", "box.x": "box_x", "box.y": "box_y", "action": "action"}, or layout that they are
    known ones, as "pusht" of gym-pusht; scene says what the bodies are. Orrery's own datasets that LeRobot's tools have
    shortened, merged or split need nothing where their task names a scenario, and else scene, the dataset from before. Such data
    are read once into a temporary directory, which goes when the dataset does. orrery guide data has the rules, which are those of
    orrery import lerobot.

    >>> import tempfile
    >>> data = generate("push", 4, out=tempfile.mkdtemp() + "/push", seed=1, split="train=0.75,test=0.25")
    >>> len(data), data.fps, data.splits["test"]
    (4, 20, range(3, 4))
    >>> episode = data[-1]
    >>> episode.states.shape[1:], episode.actions.shape[1:], episode.rewards.shape == (len(episode) - 1,)
    ((4, 6), (2,), True)
    """

    def __init__(self, path: Path, *, scene: Template | None = None, mapping: Mapping[str, str] | None = None, layout: str | None = None) -> None:
        self._open(_library.path(path, "path"), _meant(scene, mapping, layout))

    def _open(self, path: str, meant: dict[str, Any]) -> None:
        self.path, self._meant = path, meant
        about, arrays = _library.call("dataset", {"dir": self.path, **self._meant})
        self._handle: int = about["handle"]
        self._close = weakref.finalize(self, _library.drop, self._handle)
        self.about: dict[str, Any] = about["about"]
        """What orrery inspect says of it, by name."""
        self.lengths: NDArray[np.int64] = arrays["lengths"]
        """[episodes], frames of each."""
        self.fps: int = self.about["fps"]
        """Frames per second."""
        self.frames: int = self.about["frames"]
        """Frames of all episodes."""
        self.max_bodies: int = self.about["max_bodies"]
        """The most bodies that a scene has."""
        self.actions: list[str] = self.about["actions"] or []
        """Names of the components of an action."""
        self.observation: list[str] = about["observation"]
        """Names of what the task lets an actor see."""
        self.observed: bool = about["observed"]
        """The states are estimates, beside what was measured."""
        self.judged: bool = self.about["outcomes"]
        """Each action has a reward."""
        self.splits: dict[str, range] = {name: range(first, end) for name, first, end in about["splits"]}
        """The numbers of the episodes of each split; all is every episode."""
        self.notes: list[str] = about["notes"]
        """What was noticed of data that Orrery did not write: how their scenes were found, what is odd, what is left out."""
        self._text: str = about.get("scenario_text", "")

    @property
    def scenario(self) -> Scenario:
        """The scenario of the episodes, with the values that they share.

        Raises MistakeError where it is of none, as when it was imported.
        """
        known = dict(self.about["params"] or {})
        if not self._text:
            return Scenario(self.about["scenario"], known)
        found = Scenario.__new__(Scenario)
        found._read({"scenario": self.about["scenario"], "text": self._text, "values": known})
        return found

    def __len__(self) -> int:
        """Return the number of episodes."""
        return len(self.lengths)

    @overload
    def __getitem__(self, index: int) -> Episode: ...
    @overload
    def __getitem__(self, index: slice) -> list[Episode]: ...
    def __getitem__(self, index: int | slice) -> Episode | list[Episode]:
        """Read an episode, or those of a slice. A negative number counts from the end."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        number = _library.whole(index, "episode")
        if not -len(self) <= number < len(self):
            raise IndexError(f"{self.path}: episode {number} must be 0 to {len(self) - 1}")
        number %= len(self)
        about, arrays = _library.call("dataset.episode", {"handle": _library.held(self, "the dataset"), "index": number})
        for name in ("success", "done", "truncated", "seen", "turned"):
            if name in arrays:
                arrays[name] = arrays[name].view(np.bool_)
        return Episode(number=number, scene=about["scene"], impacts=about["impacts"], **arrays)

    def __iter__(self) -> Iterator[Episode]:
        """Read the episodes one after the other."""
        for i in range(len(self)):
            yield self[i]

    def split(self, name: str) -> Iterator[Episode]:
        """Read the episodes of a split, as train, val, test, or all."""
        return (self[i] for i in self._of(name))

    def _of(self, name: str) -> range:
        if name not in self.splits:
            raise _library.MistakeError(f"{self.path}: split {name!r} must be {' or '.join(map(repr, self.splits))}")
        return self.splits[name]

    def check(self) -> None:
        """Compare every file with its hash and raise Error for the first that does not match."""
        _library.call("dataset.check", {"handle": _library.held(self, "the dataset")})

    def windows(self, window: int = 16, stride: int = 1, split: str = "all", load: bool = True) -> "Windows":
        """Return the windows of so many frames, each so many after the one before, in the episodes of a split, as
        arrays; see Windows. load reads all episodes at once, which forked processes need; else they are read when asked
        for."""
        return Windows(self, window, stride, split, load)

    def torch(self, window: int = 16, stride: int = 1, split: str = "all", load: bool = True) -> "Windows":
        """Return windows as a torch.utils.data.Dataset of tensors. A DataLoader may read them in several processes:
        by fork if load is true and by spawn always."""
        found: Windows = _torch_windows()(self, window, stride, split, load)
        return found

    def close(self) -> None:
        """Let go of the dataset. A second time does nothing."""
        self._close()

    def __reduce__(self) -> tuple[Any, ...]:
        path = str(self.path)
        return _again, (path if path.startswith("s3:") else os.path.abspath(path), self._meant)

    def __repr__(self) -> str:
        return f"<orrery.Dataset {self.path}: {len(self)} episodes of {self.about['scenario']}, {self.frames} frames>"


def dataset_of(data: Dataset | Path) -> Dataset:
    """Return a dataset, which is opened unless it is one. Raises MistakeError where it is closed."""
    found = data if isinstance(data, Dataset) else Dataset(data)
    _library.held(found, f"the dataset {found.path}")
    return found


def _meant(scene: Any, columns: Any, layout: Any) -> dict[str, Any]:
    """Return what data without scenes mean, as the library is told."""
    meant: dict[str, Any] = {}
    if isinstance(scene, Dataset):
        meant["scene"] = os.path.abspath(scene.path)
    elif isinstance(scene, Scenario):
        meant["scenario"] = request(scene)
    elif isinstance(scene, Mapping):
        meant["scene_text"] = dict(scene)
    elif isinstance(scene, (str, os.PathLike)):
        meant["scene"] = os.fspath(scene)
    elif scene is not None:
        raise TypeError(f"scene must be a path, a scene, a Scenario or a Dataset, not {type(scene).__name__}")
    for target, source in _library.mapping(columns, "mapping").items():
        if not isinstance(source, str):
            raise TypeError(f"mapping: the source of {target} must be text, such as 'observation.state[0]', not {type(source).__name__}")
        meant.setdefault("mapping", {})[os.fspath(target)] = source
    if layout is not None:
        if not isinstance(layout, str):
            raise TypeError(f"layout must be text, not {type(layout).__name__}")
        meant["layout"] = layout
    return meant


def _again(path: str, meant: dict[str, Any]) -> Dataset:
    """Return a dataset in another process."""
    found = Dataset.__new__(Dataset)
    found._open(path, meant)
    return found


class Windows:
    """Windows of a dataset's episodes. Each is a dict of arrays that are the same size in all:

    - states [window, max_bodies, 6] float32: x, y (m), angle (rad) and velocities, 0 where a scene has no such body
    - present [max_bodies]: the scene has such a body
    - actions [window − 1, actuators] float32
    - rewards [window − 1] float32 and done [window − 1], if there is a task
    - observation [window, o] float32, if there is a task
    - episode, start: which frames they are

    >>> import tempfile
    >>> data = generate("push", 2, out=tempfile.mkdtemp() + "/push", seed=1)
    >>> windows = data.windows(window=5, stride=2)
    >>> windows[0]["states"].shape, windows[0]["actions"].shape
    ((5, 4, 6), (4, 2))
    """

    _kept = 8  # episodes that are remembered where not all are

    def __init__(self, data: Dataset, window: int, stride: int, split: str, load: bool) -> None:
        self.data, self.window, self.stride = data, _library.whole(window, "window", 1), _library.whole(stride, "stride", 1)
        self.episodes = data._of(split)
        counts = [max(0, (int(data.lengths[i]) - self.window) // self.stride + 1) for i in self.episodes]
        self._ends = np.cumsum(counts, dtype=np.int64)
        if self.episodes and not len(self):
            raise _library.MistakeError(f"{data.path}: window {window} must be at most {max(data.lengths[i] for i in self.episodes)}, the frames of the longest episode")
        self._read: collections.OrderedDict[int, dict[str, Any]] = collections.OrderedDict()
        self._lock = threading.Lock()
        self._all = bool(load)
        if self._all:
            for i in self.episodes:
                self._read[i] = self._rows(i)

    def __len__(self) -> int:
        """Return the number of windows."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return a window."""
        number = _library.whole(index, "window")
        if not -len(self) <= number < len(self):
            raise IndexError(f"window {number} must be 0 to {len(self) - 1}")
        number %= len(self)
        place = int(np.searchsorted(self._ends, number, side="right"))
        start = (number - (int(self._ends[place - 1]) if place else 0)) * self.stride
        rows = self._episode(self.episodes[place])
        found: dict[str, Any] = {}
        for name, values in rows.items():
            if name == "present":
                found[name] = values
            elif name in ("states", "observation"):
                found[name] = values[start : start + self.window]
            else:
                found[name] = values[start : start + self.window - 1]
        found["episode"], found["start"] = self.episodes[place], start
        return found

    def _episode(self, number: int) -> dict[str, Any]:
        if self._all:
            return self._read[number]
        with self._lock:
            rows = self._read.get(number)
            if rows is not None:
                self._read.move_to_end(number)
                return rows
        rows = self._rows(number)
        with self._lock:
            self._read[number] = rows
            while len(self._read) > self._kept:
                self._read.popitem(last=False)
        return rows

    def _rows(self, number: int) -> dict[str, Any]:
        """Return what all windows of an episode are cut from, in memory of Python, which a fork takes along."""
        episode = self.data[number]
        frames, bodies, actuators = len(episode), episode.states.shape[1], episode.actions.shape[1]
        states = np.zeros((frames, self.data.max_bodies, 6), np.float32)
        states[:, :bodies] = episode.states
        actions = np.zeros((frames - 1, len(self.data.actions)), np.float32)
        actions[:, :actuators] = episode.actions
        rows = {"states": states, "present": np.arange(self.data.max_bodies) < bodies, "actions": actions}
        if episode.rewards is not None and episode.done is not None:
            rows["rewards"], rows["done"] = episode.rewards.astype(np.float32), episode.done.copy()
        if episode.observation is not None:
            rows["observation"] = episode.observation.astype(np.float32)
        return rows

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def _torch_windows() -> Any:
    """Return Windows of tensors. torch is imported here only."""
    found = globals().get("TorchWindows")
    if found is not None:
        return found
    try:
        import torch
    except ImportError:
        raise ImportError('windows of tensors need torch: pip install "orrery[torch]"') from None

    class TorchWindows(Windows, torch.utils.data.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        """Windows as tensors."""

        def __getitem__(self, index: int) -> dict[str, Any]:
            window = super().__getitem__(index)
            return {name: torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value for name, value in window.items()}

    TorchWindows.__qualname__ = "TorchWindows"
    globals()["TorchWindows"] = TorchWindows
    return TorchWindows


def __getattr__(name: str) -> Any:
    if name == "TorchWindows":  # by which other processes find it
        return _torch_windows()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def generate(
    scenario: Source,
    episodes: int,
    out: Path,
    seed: int = 1,
    values: Mapping[str, Any] | None = None,
    policy: str | None = None,
    frames: int | None = None,
    split: str | None = None,
    workers: int = 0,
    append: bool = False,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Dataset:
    """Make a dataset as orrery gen does, and return it. The same arguments make the same bytes, with any number of
    workers, of which 0 is one for each core.

    values are parameters of the scenario, by name: a number, or (low, high), of which each episode draws. policy is
    one that Scenario.policies has, or "replay=DIR". split is as "train=0.8,val=0.1,test=0.1". append extends a
    dataset that was made with the same arguments to so many episodes in all. progress is told how many episodes of
    how many are made.

    Ctrl-C leaves what resume=True completes. Raises FileExistsError where something is in the way that force=True may
    replace.

    >>> import tempfile
    >>> data = generate("billiards", 3, out=tempfile.mkdtemp() + "/billiards", values={"bodies": (2, 5)}, frames=31)
    >>> [episode.states.shape[0] for episode in data]
    [31, 31, 31]
    """
    _library.told(progress)
    fixed: dict[str, Any] = {}
    ranges: dict[str, list[float]] = {}
    for name, value in _library.mapping(values, "values").items():
        if isinstance(value, (tuple, list)):
            if len(value) != 2:
                raise _library.MistakeError(f"{name} must be a number or (low, high), not {value!r}")
            ranges[name] = [_library.number(v, f"an end of {name}") for v in value]
        else:
            fixed[name] = value
    asked = {**request(scenario, fixed), "out": _library.path(out, "out"), "seed": seed_of(seed), "append": bool(append), "resume": bool(resume), "force": bool(force)}
    for name, number in (("episodes", episodes), ("frames", frames), ("workers", workers)):
        if name == "frames" and number is None:
            continue
        asked[name] = _library.whole(number, name, 1 if name == "frames" else None)
    if ranges:
        asked["ranges"] = ranges
    for name, text in (("policy", policy), ("split", split)):
        if text is not None:
            if not isinstance(text, str):
                raise TypeError(f"{name} must be text, not {type(text).__name__}")
            asked[name] = text

    def told(made: Any) -> None:
        if progress is not None:
            progress(made[0], made[1])

    _library.call("generate", asked, progress=told)
    return Dataset(out)
