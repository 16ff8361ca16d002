"""Motion for Rerun, https://rerun.io: what is true and what was predicted, over time, in its own kinds of entities.

    orrery.rerun.log(episode, predicted={"contact": states}, out="push.rrd")

then ``rerun push.rrd``. Lengths are in metres; x goes right and y up, in a plane that is seen from above. It needs
``pip install "orrery[rerun]"``.
"""

from __future__ import annotations

import inspect
import math
import os
from typing import Any, Iterable, Mapping, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .dataset import Episode, Path
from .scenario import Scene, contacts as contacts_of

Floats = NDArray[np.float64]

_PALETTE = [(0, 115, 178), (230, 153, 0), (0, 153, 128), (204, 102, 0), (89, 178, 230), (204, 153, 178), (242, 230, 64)]  # Okabe and Ito 2008
_GREY, _GREEN, _RED, _DARK = (128, 128, 128), (0, 150, 80), (200, 30, 30), (26, 26, 26)
_ARC = 32  # corners of a circle
_THIN = 1.5  # points on the screen, of lines that are as thin as can be


def log(
    what: Union[Episode, Scene],
    states: ArrayLike | None = None,
    predicted: Union[ArrayLike, Mapping[str, ArrayLike], None] = None,
    start: int = 0,
    actions: ArrayLike | None = None,
    rewards: ArrayLike | None = None,
    contacts: bool = True,
    out: Path | None = None,
    force: bool = False,
    name: str = "orrery",
    recording: Any = None,
) -> Any:
    """Log an episode, or a scene with its states [frames, bodies, 6], and return Rerun's recording.

    predicted are the states [frames, bodies, 6] that a model predicts from the frame start on, the first of which is
    the state there, or several models' by their names; from a frame that is not finite on, nothing is shown. Bodies are filled where they are true and outlined where they
    are predicted. actions [frames − 1, actuators] and rewards [frames − 1] are an episode's own, unless they are told.
    contacts asks the engine where bodies touch.

    out writes a file, .rrd, which force may replace; else recording, a rerun.RecordingStream, or the one in use gets it all. There are the
    timelines frame and time (s), and these entities:

    - world/walls, world/goals, world/regions: the scene, which stays
    - world/true/NAME and world/predicted/MODEL/NAME: bodies, with a pose over time
    - world/joints, world/contacts (impulses as arrows) and world/measured, what was seen of an observed episode
    - world/error/MODEL: lines from where bodies are to where they are predicted
    - error/MODEL/position (m) and /angle (rad): the mean over the bodies that move; error/bodies/MODEL/NAME, m, each
    - impulse (N s, of all contacts of a frame), action/NAME, reward

    >>> episode = orrery.Dataset("data/push")[0]  # doctest: +SKIP
    >>> log(episode, predicted=model.rollout(episode.scene, episode.states[0], episode.actions), out="push.rrd")  # doctest: +SKIP
    """
    motion = _Motion(what, states, predicted, start, actions, rewards)
    some = len(motion.states) if contacts else 1  # with one state there are none, but the scene is checked
    touching = contacts_of(motion.scene, motion.states[:some], motion.actions if contacts else None)
    try:
        import rerun
    except ImportError:
        raise ImportError('logging to Rerun needs its SDK: pip install "orrery[rerun]"') from None
    if out is not None:
        if recording is not None:
            raise _library.MistakeError("either out or recording must be left out")
        path, draft = os.fspath(out), f"{os.fspath(out)}.{os.getpid()}.part"
        if os.path.exists(path) and not force:
            raise FileExistsError(f"{path}: is there already: force=True replaces it")
        recording = rerun.RecordingStream(name)
        recording.save(draft, default_blueprint=_blueprint(motion))
    sink = _Sink(rerun, recording, motion.fps)
    _scene(sink, motion)
    _bodies(sink, motion, "world/true", motion.states, 0, True)
    for model, predictions in motion.predicted.items():
        _bodies(sink, motion, f"world/predicted/{model}", predictions, motion.start, False)
        _errors(sink, motion, model, predictions)
    _joints(sink, motion)
    _measured(sink, motion)
    if contacts:
        _contacts(sink, motion, touching)
    for k, actuator in enumerate(motion.scene.get("actuators") or []):
        if motion.actions is not None:
            sink.numbers("action/" + _named(actuator, f"actuator{k}"), motion.actions[:, k], 0)
    if motion.rewards is not None:
        sink.numbers("reward", motion.rewards, 1)
    if out is not None:
        recording.disconnect()
        os.replace(draft, path)
    return recording


class _Motion:
    """What is to be logged, checked."""

    def __init__(self, what: Any, states: Any, predicted: Any, start: Any, actions: Any, rewards: Any) -> None:
        self.episode = what if isinstance(what, Episode) else None
        if self.episode is not None:
            self.scene = self.episode.scene
            states = self.episode.states if states is None else states
            actions = self.episode.actions if actions is None else actions
            rewards = self.episode.rewards if rewards is None else rewards
        elif isinstance(what, Mapping):
            self.scene = dict(what)
        else:
            raise TypeError(f"an Episode or a scene as a dict must be logged, not {type(what).__name__}")
        try:
            self.fps, self.names = int(self.scene["fps"]), [_named(b, f"body{i}") for i, b in enumerate(self.scene["bodies"])]
            self.moves = np.array([b["kind"] == "dynamic" for b in self.scene["bodies"]], np.bool_)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise _library.MistakeError("the dict is no scene: orrery.Scenario.sample makes one") from None
        if self.fps < 1:
            raise _library.MistakeError(f"fps {self.fps} must be at least 1")
        for i, body in enumerate(self.names):  # names may be there twice
            if body in self.names[:i]:
                self.names[i] = f"{body}_{i}"
        if states is None:
            raise TypeError("states must be told with a scene")
        self.states = self._states(states, "states")
        self.start = _library.whole(start, "start")
        if not 0 <= self.start < len(self.states):
            raise _library.MistakeError(f"start {self.start} must be a frame, 0 to {len(self.states) - 1}")
        if predicted is None:
            predicted = {}
        elif not isinstance(predicted, Mapping):
            predicted = {"model": predicted}
        self.predicted = {str(model).replace("/", "_") or "model": self._states(p, f"predicted {model}", True) for model, p in predicted.items()}
        frames, self.actions, self.rewards = len(self.states) - 1, None, None
        if actions is not None:
            self.actions = _library.array(actions, "actions", dims=2)
            if self.actions.shape != (frames, len(self.scene.get("actuators") or [])):
                raise _library.MistakeError(f"actions has the shape {self.actions.shape}, must have {(frames, len(self.scene.get('actuators') or []))}")
        if rewards is not None:
            self.rewards = _library.array(rewards, "rewards", dims=1)
            if self.rewards.shape != (frames,):
                raise _library.MistakeError(f"rewards has the shape {self.rewards.shape}, must have ({frames},)")

    def _states(self, values: Any, name: str, broken: bool = False) -> Floats:
        """Return states; those of a prediction may break down, and end there."""
        found: Floats = _library.array(values, name, dims=3)
        if found.shape[1:] != (len(self.names), 6) or len(found) < 1:
            raise _library.MistakeError(f"{name} has the shape {found.shape}, must have (frames, {len(self.names)}, 6)")
        finite: NDArray[np.bool_] = np.atleast_1d(np.isfinite(found).all(axis=(1, 2)))
        if broken and finite[0] and not finite.all():
            return found[: int(np.argmin(finite))]
        if not finite.all():
            raise _library.MistakeError(f"{name} must be finite")
        return found


class _Sink:
    """Where entities go."""

    def __init__(self, rerun: Any, recording: Any, fps: int) -> None:
        self.rerun, self.recording, self.fps = rerun, recording, fps

    def stays(self, entity: str, *kinds: Any) -> None:
        self.rerun.log(entity, *kinds, static=True, recording=self.recording)

    def moves(self, entity: str, columns: Any, start: int, frames: int) -> None:
        """Log columns of so many frames from a frame on."""
        at = np.arange(start, start + frames)
        times = [self.rerun.TimeColumn("frame", sequence=at), self.rerun.TimeColumn("time", duration=at / self.fps)]
        self.rerun.send_columns(entity, indexes=times, columns=columns, recording=self.recording)

    def numbers(self, entity: str, values: NDArray[Any], start: int) -> None:
        self.moves(entity, self.rerun.Scalars.columns(scalars=values), start, len(values))

    def lines(self, entity: str, rows: list[list[Any]], colours: list[list[Any]], start: int) -> None:
        """Log so many lines in each frame as there are, each a list of points."""
        rr = self.rerun
        flat, inks = [line for row in rows for line in row], [ink for row in colours for ink in row]
        if not flat:
            return
        columns = rr.LineStrips3D.columns(strips=flat, colors=inks, radii=np.full(len(flat), -_THIN)).partition([len(row) for row in rows])
        self.moves(entity, columns, start, len(rows))


def _named(thing: Mapping[str, Any], usual: str) -> str:
    return str(thing.get("name") or usual).replace("/", "_")


def _flat(points: Iterable[Any], height: float = 0) -> Floats:
    """Return points of the plane as points in space."""
    xy = np.asarray(list(points), np.float64).reshape(-1, 2)
    return np.column_stack([xy, np.full(len(xy), height)])


def _circle(centre: Any, radius: float) -> Floats:
    turns = np.linspace(0, 2 * math.pi, _ARC, endpoint=False)
    return np.asarray(centre, np.float64) + radius * np.column_stack([np.cos(turns), np.sin(turns)])


def _turned(points: Any, x: float, y: float, angle: float) -> Floats:
    """Return points of a body's frame in that of the world."""
    cos, sin = math.cos(angle), math.sin(angle)
    found: Floats = np.asarray(points, np.float64) @ np.array([[cos, sin], [-sin, cos]]) + (x, y)
    return found


def _outline(shape: Mapping[str, Any]) -> tuple[Floats, float]:
    """Return the edge of a shape [k, 2], closed unless it is a segment, and the radius of the line that draws it, m, or
    −points on the screen."""
    kind, radius = shape["kind"], float(shape.get("radius") or 0)
    vertices = np.asarray(shape["vertices"], np.float64)
    if kind == "circle":
        edge = _circle(vertices[0], radius)
        return np.vstack([edge, edge[:1]]), -_THIN
    width = radius if radius > 0 else -_THIN
    if kind == "segment":
        return vertices, width
    if kind == "polygon":
        return np.vstack([vertices, vertices[:1]]), width
    raise _library.MistakeError(f"shape {kind!r} is not known")


def _shapes(sink: _Sink, entity: str, shapes: Iterable[Mapping[str, Any]], colour: tuple[int, int, int], filled: bool) -> None:
    """Log shapes that stay where their entity is."""
    rr = sink.rerun
    edges, widths, corners, triangles = [], [], [], []
    count = 0
    for shape in shapes:
        edge, width = _outline(shape)
        edges.append(_flat(edge, 0 if filled else 0.002))
        widths.append(width)
        if filled and shape["kind"] != "segment":
            ring = edge[:-1]  # convex
            corners.append(_flat(ring))
            triangles += [(count, count + i - 1, count + i) for i in range(2, len(ring))]
            count += len(ring)
    if edges:
        rr_edges = rr.LineStrips3D(edges, radii=widths, colors=[colour] * len(edges))
        sink.stays(entity + "/edge", rr_edges)
    if triangles:
        sink.stays(entity + "/area", rr.Mesh3D(vertex_positions=np.vstack(corners), triangle_indices=triangles, vertex_colors=[(*colour, 200)] * count))


def _scene(sink: _Sink, motion: _Motion) -> None:
    """Log what stays as it is."""
    rr, scene = sink.rerun, motion.scene
    sink.stays("world", rr.ViewCoordinates.RIGHT_HAND_Y_UP)
    _shapes(sink, "world/walls", scene.get("walls") or [], _GREY, False)
    for region in scene.get("regions") or []:
        if "vertices" in region:
            _shapes(sink, "world/regions/" + _named(region, "region"), [region], (190, 190, 190), False)
    for k, goal in enumerate(scene.get("goals") or []):
        entity, (x, y) = "world/goals/" + _named(goal, f"goal{k}"), goal.get("target", (0, 0))
        if goal["kind"] == "place":
            edge = _circle((x, y), float(goal.get("radius") or 0.02))
            sink.stays(entity, rr.LineStrips3D([_flat(np.vstack([edge, edge[:1]]))], colors=[_GREEN], radii=[-_THIN]))
        elif goal["kind"] == "pose":
            shapes = scene["bodies"][goal["body"]]["shapes"]
            edges = [_flat(_turned(_outline(s)[0], x, y, float(goal.get("angle") or 0))) for s in shapes]
            sink.stays(entity, rr.LineStrips3D(edges, colors=[_GREEN] * len(edges), radii=[-_THIN] * len(edges)))


def _bodies(sink: _Sink, motion: _Motion, entity: str, states: Floats, start: int, true: bool) -> None:
    """Log bodies, whose shapes stay and whose poses change."""
    rr = sink.rerun
    for i, (body, name) in enumerate(zip(motion.scene["bodies"], motion.names)):
        own = f"{entity}/{name}"
        colour = _PALETTE[i % len(_PALETTE)]
        _shapes(sink, own, body["shapes"], colour, true)
        reach = max(_outline(s)[0][:, 0].max() for s in body["shapes"])
        sink.stays(own + "/heading", rr.LineStrips3D([[(0, 0, 0.004), (reach, 0, 0.004)]], colors=[_DARK if true else colour], radii=[-_THIN]))
        half = states[:, i, 2] / 2
        zero = np.zeros(len(states))
        columns = rr.Transform3D.columns(
            translation=np.column_stack([states[:, i, 0], states[:, i, 1], zero]), quaternion=np.column_stack([zero, zero, np.sin(half), np.cos(half)])
        )
        sink.moves(own, columns, start, len(states))


def _errors(sink: _Sink, motion: _Motion, model: str, predicted: Floats) -> None:
    """Log how far predictions are off."""
    frames = min(len(predicted), len(motion.states) - motion.start)
    true = motion.states[motion.start : motion.start + frames]
    apart = predicted[:frames] - true
    far = np.hypot(apart[:, :, 0], apart[:, :, 1])
    which = np.flatnonzero(motion.moves)
    if not len(which):
        return
    sink.numbers(f"error/{model}/position", far[:, which].mean(axis=1), motion.start)
    sink.numbers(f"error/{model}/angle", np.abs(apart[:, which, 2]).mean(axis=1), motion.start)
    for i in which:
        sink.numbers(f"error/bodies/{model}/{motion.names[i]}", far[:, i], motion.start)
    rows = [[_flat([true[k, i, :2], predicted[k, i, :2]], 0.006) for i in which] for k in range(frames)]
    sink.lines(f"world/error/{model}", rows, [[_RED] * len(which)] * frames, motion.start)


def _joints(sink: _Sink, motion: _Motion) -> None:
    """Log lines between what joints join."""
    joints = motion.scene.get("joints") or []
    rows: list[list[Any]] = [[] for _ in motion.states]
    for joint in joints:
        for k, state in enumerate(motion.states):
            ends = []
            for body, anchor in ((joint["a"], joint["anchor_a"]), (joint["b"], joint["anchor_b"])):
                x, y, angle = state[body, :3] if body >= 0 else (0, 0, 0)
                ends.append(_turned([anchor], x, y, angle)[0])
            rows[k].append(_flat(ends, 0.005))
    sink.lines("world/joints", rows, [[_DARK] * len(joints)] * len(rows), 0)


def _measured(sink: _Sink, motion: _Motion) -> None:
    """Log what was seen of an observed episode."""
    episode, rr = motion.episode, sink.rerun
    if episode is None or episode.measured is None or episode.seen is None or not episode.seen.any():
        return
    points = _flat(episode.measured[episode.seen][:, :2], 0.007)
    columns = rr.Points3D.columns(positions=points, radii=np.full(len(points), -2.0)).partition(episode.seen.sum(axis=1))
    sink.moves("world/measured", columns, 0, len(episode.seen))


def _contacts(sink: _Sink, motion: _Motion, touching: Mapping[str, NDArray[Any]]) -> None:
    """Log where bodies touch and what they do to each other."""
    rr, frames = sink.rerun, len(motion.states)
    counts = np.bincount(touching["frame"], minlength=frames)
    along, across = touching["impulse"][:, 0], touching["impulse"][:, 1]
    sums = np.bincount(touching["frame"], weights=np.hypot(along, across), minlength=frames)
    sink.numbers("impulse", sums, 0)
    if not len(along):
        return
    normal = touching["normal"]
    pushes = normal * along[:, None] + np.column_stack([-normal[:, 1], normal[:, 0]]) * across[:, None]
    most = np.hypot(pushes[:, 0], pushes[:, 1]).max()
    size = np.ptp(motion.states[:, :, :2], axis=(0, 1)).max()
    arrows = pushes * (0.15 * size / most if most > 0 else 0)  # the longest is a part of the room
    columns = rr.Arrows3D.columns(
        origins=_flat(touching["point"], 0.008), vectors=_flat(arrows), colors=[_RED] * len(along), radii=np.full(len(along), -_THIN)
    )
    sink.moves("world/contacts", columns.partition(counts), 0, frames)


def _blueprint(motion: _Motion) -> Any:
    """Return how a file is shown: the plane from above, and curves beside it."""
    import rerun.blueprint as blueprint

    points = motion.states[:, :, :2].reshape(-1, 2)
    low, high = points.min(axis=0), points.max(axis=0)
    for wall in motion.scene.get("walls") or []:
        low, high = np.minimum(low, np.min(wall["vertices"], axis=0)), np.maximum(high, np.max(wall["vertices"], axis=0))
    middle, height = (low + high) / 2, 1.2 * max(float((high - low).max()), 0.1)
    seen: dict[str, Any] = {}
    if "position" in inspect.signature(getattr(blueprint, "EyeControls3D", lambda: None)).parameters:  # not in old ones
        seen["eye_controls"] = blueprint.EyeControls3D(position=(*middle, height), look_target=(*middle, 0), eye_up=(0, 1, 0))
    curves = [blueprint.TimeSeriesView(origin=origin, name=origin, contents=["$origin/**", "- /error/bodies/**"]) for origin in ("error", "impulse", "reward", "action")]
    kept = {"error": bool(motion.predicted), "impulse": True, "reward": motion.rewards is not None, "action": bool(motion.scene.get("actuators"))}
    curves = [view for view, origin in zip(curves, kept) if kept[origin]]
    return blueprint.Blueprint(blueprint.Horizontal(blueprint.Spatial3DView(origin="world", name="world", **seen), blueprint.Vertical(*curves), column_shares=[2, 1]))
