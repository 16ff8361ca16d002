"""Motion for Rerun, with a stand-in for its SDK; full/rerun_check.py has the real one."""

import os
import sys
import types

import numpy as np
import pytest

import orrery


class Columns(list):
    """Columns of a kind, told by name, in rows."""

    def __init__(self, kind, values):
        super().__init__([kind])
        self.kind, self.values, self.lengths = kind, values, None

    def partition(self, lengths):
        self.lengths = list(lengths)
        return self


def kind(name):
    def make(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs

    return type(name, (), {"__init__": make, "columns": classmethod(lambda cls, **values: Columns(name, values))})


@pytest.fixture
def sdk(monkeypatch):
    """A stand-in that keeps what is logged: static by entity, and moving by entity."""
    rr = types.ModuleType("rerun")
    rr.static, rr.moving = {}, {}
    for name in ("LineStrips3D", "Mesh3D", "Transform3D", "Points3D", "Arrows3D", "Scalars"):
        setattr(rr, name, kind(name))
    rr.ViewCoordinates = types.SimpleNamespace(RIGHT_HAND_Y_UP="y up")
    rr.TimeColumn = lambda name, **values: (name, *values.items())

    def log(entity, *kinds, static, recording):
        assert static and entity not in rr.static
        rr.static[entity] = kinds[0]

    def send_columns(entity, indexes, columns, recording):
        (frame, (_, at)), (time, (_, seconds)) = indexes
        assert (frame, time) == ("frame", "time") and entity not in rr.moving
        rows = len(columns.lengths) if columns.lengths is not None else len(next(iter(columns.values.values())))
        assert rows == len(at) == len(seconds)
        if columns.lengths is not None:
            assert {len(v) for v in columns.values.values()} == {sum(columns.lengths)}
        rr.moving[entity] = (np.asarray(at), np.asarray(seconds), columns)

    rr.log, rr.send_columns = log, send_columns
    monkeypatch.setitem(sys.modules, "rerun", rr)
    return rr


@pytest.fixture(scope="module")
def push(tmp_path_factory):
    return orrery.generate("push", 1, out=tmp_path_factory.mktemp("data") / "push", seed=3, policy="random")[0]


def test_bodies_have_poses_over_time(sdk, push):
    predicted = push.states[5:25] + [0.3, 0.4, 0, 0, 0, 0]
    orrery.rerun.log(push, predicted={"a/b": predicted}, start=5)
    at, seconds, poses = sdk.moving["world/true/thing"]
    assert np.array_equal(at, np.arange(len(push))) and np.allclose(seconds, push.times)
    assert np.array_equal(poses.values["translation"][:, :2], push.states[:, 1, :2])
    assert np.allclose(2 * np.arctan2(poses.values["quaternion"][:, 2], poses.values["quaternion"][:, 3]), push.states[:, 1, 2])
    at, _, poses = sdk.moving["world/predicted/a_b/thing"]
    assert at[0] == 5 and len(at) == 20 and np.array_equal(poses.values["translation"][:, :2], predicted[:, 1, :2])
    assert "world/true/thing/area" in sdk.static and "world/predicted/a_b/thing/area" not in sdk.static
    assert "world/predicted/a_b/thing/edge" in sdk.static
    at, _, error = sdk.moving["error/a_b/position"]
    assert at[0] == 5 and np.allclose(error.values["scalars"], 0.5)
    assert np.allclose(sdk.moving["error/a_b/angle"][2].values["scalars"], 0)
    assert "error/bodies/a_b/robot" not in sdk.moving and "error/bodies/a_b/thing" in sdk.moving  # it is driven
    lines = sdk.moving["world/error/a_b"][2]
    assert lines.lengths == [3] * 20 and np.allclose(np.linalg.norm(np.diff(lines.values["strips"][0], axis=0)), 0.5)
    at, _, rewards = sdk.moving["reward"]
    assert at[0] == 1 and np.array_equal(rewards.values["scalars"], push.rewards)
    assert np.array_equal(sdk.moving["action/drive_x"][2].values["scalars"], push.actions[:, 0])
    assert sdk.static["world"] == "y up" and any(e.startswith("world/goals/") for e in sdk.static)


def test_predictions_end_where_they_break_down(sdk, push):
    predicted = push.states[:20].copy()
    predicted[12:, 1] = np.nan
    orrery.rerun.log(push, predicted=predicted, contacts=False)
    for entity in ("world/predicted/model/thing", "error/model/position", "world/error/model"):
        assert len(sdk.moving[entity][0]) == 12
    predicted[0] = np.inf
    with pytest.raises(orrery.MistakeError, match="predicted model must be finite"):
        orrery.rerun.log(push, predicted=predicted)


def test_contacts_are_where_the_engine_finds_them(sdk):
    scene = orrery.Scenario.load("pile").sample(1)
    states = orrery.simulate(scene, frames=90)
    touching = orrery.contacts(scene, states)
    assert len(touching["frame"]) > 0 and touching["frame"].min() >= 1 and touching["gap"].max() <= 1e-9
    orrery.rerun.log(scene, states)
    arrows = sdk.moving["world/contacts"][2]
    assert arrows.lengths == np.bincount(touching["frame"], minlength=90).tolist()
    assert np.array_equal(np.asarray(arrows.values["origins"])[:, :2], touching["point"])
    sums = sdk.moving["impulse"][2].values["scalars"]
    assert np.isclose(sums.sum(), np.hypot(*touching["impulse"].T).sum()) and "error" not in "".join(sdk.moving)
    sdk.moving.clear(), sdk.static.clear()
    orrery.rerun.log(scene, states, contacts=False)
    assert "world/contacts" not in sdk.moving


def test_contacts_carry_the_change_of_momentum():
    """A ball that bounces on the floor: the impulse is its mass times the change of its velocity."""
    scene = orrery.Scenario.load("billiards").sample(1)
    scene["bodies"] = scene["bodies"][:1]
    states = orrery.simulate(scene, frames=200)
    touching = orrery.contacts(scene, states)
    assert (touching["b"] == -1).all() and (touching["a"] == 0).all() and len(touching["frame"]) > 0
    k = int(touching["frame"][0])
    pushed = touching["normal"][0] * touching["impulse"][0, 0] + np.array([-touching["normal"][0, 1], touching["normal"][0, 0]]) * touching["impulse"][0, 1]
    change = scene["bodies"][0]["mass"] * (states[k, 0, 3:5] - states[k - 1, 0, 3:5])
    assert np.allclose(pushed, change, atol=0.05 * np.abs(change).max())


def test_every_scenario_is_shown(sdk):
    for about in orrery.scenarios():
        scene = orrery.Scenario.load(about["name"]).sample(2)
        states = orrery.simulate(scene, frames=6)
        sdk.moving.clear(), sdk.static.clear()
        orrery.rerun.log(scene, states, predicted=states)
        bodies = [e for e in sdk.moving if e.startswith("world/true/")]
        assert len(bodies) == len(scene["bodies"])
        assert ("world/joints" in sdk.moving) == bool(scene.get("joints"))


def test_what_was_measured_is_shown(sdk, push):
    n = push.states.shape[1]
    seen = np.zeros((len(push), n), bool)
    seen[::2, 1] = True
    measured = push.states[:, :, :3] + 0.01
    it = orrery.Episode(0, push.scene, push.states, push.actions, push.times, measured=measured, seen=seen)
    orrery.rerun.log(it)
    points = sdk.moving["world/measured"][2]
    assert points.lengths[:4] == [1, 0, 1, 0] and np.array_equal(points.values["positions"][:, :2], measured[::2, 1, :2])


def test_what_cannot_be_shown_says_why(sdk, push, tmp_path, monkeypatch):
    nan = push.states.copy()
    nan[3] = np.nan
    for kwargs, words in (
        ({"predicted": push.states[:, :1]}, "predicted model has the shape"),
        ({"states": nan}, "states must be finite"),
        ({"start": -1}, "start -1"),
        ({"start": len(push)}, "start"),
        ({"actions": push.actions[1:]}, "actions has the shape"),
        ({"rewards": push.rewards[1:]}, "rewards has the shape"),
        ({"what": {}}, "no scene"),
        ({"out": tmp_path / "x.rrd", "recording": 3}, "left out"),
    ):
        with pytest.raises(orrery.MistakeError, match=words):
            orrery.rerun.log(**{"what": push, **kwargs})
    for kwargs in ({"what": 3}, {"what": push.scene}, {"start": 1.5}, {"states": "no"}):
        with pytest.raises(TypeError):
            orrery.rerun.log(**{"what": push, **kwargs})
    (tmp_path / "x.rrd").touch()
    with pytest.raises(FileExistsError, match="force=True"):
        orrery.rerun.log(push, out=tmp_path / "x.rrd")
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(ImportError, match=r"orrery\[rerun\]"):
        orrery.rerun.log(push)


@pytest.fixture
def files(sdk, monkeypatch):
    """Lets the stand-in write files, and keeps what happens in its order."""
    import types

    happened = []

    class Stream:
        def __init__(self, name):
            happened.append(("name", name))

        def save(self, draft, default_blueprint):
            happened.append(("save", draft, default_blueprint))
            with open(draft, "w") as file:
                file.write("new")

        def disconnect(self):
            happened.append(("disconnect", sorted(p.name for p in __import__("pathlib").Path(self.folder).iterdir())))

    made = types.SimpleNamespace(**{name: (lambda name: lambda *args, **kwargs: (name, args, kwargs))(name) for name in ("Blueprint", "Horizontal", "Vertical", "Spatial3DView", "TimeSeriesView", "EyeControls3D")})
    sdk.RecordingStream, sdk.blueprint = Stream, made
    monkeypatch.setitem(sys.modules, "rerun.blueprint", made)
    for name in ("log", "send_columns"):
        inner = getattr(sdk, name)
        setattr(sdk, name, lambda *args, recording, inner=inner, **more: (happened.append(("to", recording)), inner(*args, recording=recording, **more))[1])
    return Stream, happened


def test_files_are_whole_or_as_they_were(files, sdk, push, tmp_path):
    stream, happened = files
    stream.folder = tmp_path
    found = orrery.rerun.log(push, out=tmp_path / "x.rrd", name="mine")
    draft = f"x.rrd.{os.getpid()}.part"
    assert isinstance(found, stream) and happened[0] == ("name", "mine") and happened[1][:2] == ("save", str(tmp_path / draft)) and happened[-1] == ("disconnect", [draft])
    assert {h[1] for h in happened[2:-1]} == {found} and (tmp_path / "x.rrd").read_text() == "new" and len(list(tmp_path.iterdir())) == 1
    (tmp_path / "x.rrd").write_text("old")
    with pytest.raises(FileExistsError):
        orrery.rerun.log(push, out=tmp_path / "x.rrd")
    assert (tmp_path / "x.rrd").read_text() == "old"
    sdk.moving.clear(), sdk.static.clear()
    orrery.rerun.log(push, out=tmp_path / "x.rrd", force=True)
    assert (tmp_path / "x.rrd").read_text() == "new"
    happened.clear(), sdk.moving.clear(), sdk.static.clear()
    assert orrery.rerun.log(push, recording="theirs") == "theirs" and {h for h in happened} == {("to", "theirs")}


def test_curves_are_shown_of_what_there_is(files, push, tmp_path):
    for k, (changes, origins) in enumerate((
        ({}, ["impulse", "reward", "action"]), ({"predicted": push.states}, ["error", "impulse", "reward", "action"]), ({"what": push.scene, "states": push.states}, ["impulse", "action"]),
    )):  # fmt: skip
        _, (sides,), _ = orrery.rerun._blueprint(orrery.rerun._Motion(**{"what": push, "states": None, "predicted": None, "start": 0, "actions": None, "rewards": None, **changes}))
        _, (_, (_, curves, _)), how = sides
        assert [c[2]["origin"] for c in curves] == origins and how == {"column_shares": [2, 1]}, k


def test_all_is_in_sight(files, push):
    """From above the middle of what moves and of the walls, as far away as they are large."""
    files_of = sys.modules["rerun.blueprint"]
    files_of.EyeControls3D = lambda position, look_target, eye_up: (position, look_target, eye_up)
    motion = orrery.rerun._Motion(push, None, None, 0, None, None)
    for corners in ([[-9, -1], [0, 0]], [[0, 0], [8, 1]], [[0, -7], [1, 0]], [[0, 0], [1, 6]]):
        motion.scene = {**push.scene, "walls": [{"vertices": corners}]}
        points = np.vstack([motion.states[:, :, :2].reshape(-1, 2), corners])
        low, high = points.min(axis=0), points.max(axis=0)
        _, ((_, (view, _), _),), _ = orrery.rerun._blueprint(motion)
        position, target, up = view[2]["eye_controls"]
        assert np.allclose(position, [*(low + high) / 2, 1.2 * (high - low).max()]) and np.allclose(target, [*(low + high) / 2, 0]) and up == (0, 1, 0)


def test_errors_are_means_of_distances_and_of_sizes_of_angles(sdk, push):
    """Of the bodies that move, whatever the sign, in each frame."""
    moves = [i for i, b in enumerate(push.scene["bodies"]) if b["kind"] == "dynamic"]
    assert 2 <= len(moves) < len(push.scene["bodies"])
    rng = np.random.default_rng(1)
    off = rng.normal(size=push.states.shape)
    orrery.rerun.log(push, predicted={"m": (push.states + off)[3:]}, start=3, contacts=False)
    off = off[3:][:, moves]
    far = np.sqrt(off[..., 0] ** 2 + off[..., 1] ** 2)
    for entity, want in {"position": far.mean(axis=1), "angle": np.abs(off[..., 2]).mean(axis=1)}.items():
        at, _, values = sdk.moving["error/m/" + entity]
        assert at[0] == 3 and np.allclose(values.values["scalars"], want)
    for k, i in enumerate(moves):
        assert np.allclose(sdk.moving["error/bodies/m/" + push.scene["bodies"][i]["name"]][2].values["scalars"], far[:, k])
    strips = np.array(sdk.moving["world/error/m"][2].values["strips"])
    assert np.allclose(strips[:, 1, :2] - strips[:, 0, :2], off[..., :2].reshape(-1, 2))


def test_shapes_joints_and_arrows_are_where_they_are(sdk):
    disc = {"kind": "circle", "radius": 0.5, "vertices": [[1, 2]]}
    edge, width = orrery.rerun._outline(disc)
    assert np.allclose(np.hypot(*(edge - [1, 2]).T), 0.5) and np.array_equal(edge[0], edge[-1]) and len(edge) == 33 and width == -1.5
    corners = [[0, 0], [1, 0], [0, 1]]
    for kind, closed in (("polygon", True), ("segment", False)):
        for radius in (0, 0.2):
            edge, width = orrery.rerun._outline({"kind": kind, "radius": radius, "vertices": corners[: 3 if closed else 2]})
            assert edge.tolist() == (corners + corners[:1] if closed else corners[:2]) and width == (radius or -1.5)
    with pytest.raises(orrery.MistakeError, match="'cube'"):
        orrery.rerun._outline({"kind": "cube", "vertices": corners})
    assert np.allclose(orrery.rerun._turned([[1, 0], [0, 2]], 3, 4, np.pi / 2), [[3, 5], [1, 4]])
    for name in ("cartpole", "chain", "pile"):
        scene = orrery.Scenario.load(name).sample(2)
        states = orrery.simulate(scene, frames=40)
        sdk.moving.clear(), sdk.static.clear()
        orrery.rerun.log(scene, states)
        touching = orrery.contacts(scene, states)
        if joints := scene.get("joints") or []:
            lines = sdk.moving["world/joints"][2]
            assert lines.lengths == [len(joints)] * 40
            for strip, (k, j) in zip(lines.values["strips"], ((k, j) for k in range(40) for j in joints)):
                for end, (body, anchor) in zip(strip, ((j["a"], j["anchor_a"]), (j["b"], j["anchor_b"]))):
                    x, y, angle = states[k, body, :3] if body >= 0 else (0, 0, 0)
                    there = complex(x, y) + complex(*anchor) * np.exp(1j * angle)
                    assert np.allclose(end[:2], [there.real, there.imag])
        if len(touching["frame"]):
            arrows = sdk.moving["world/contacts"][2].values
            pushed = [complex(*n) * complex(along, across) for n, (along, across) in zip(touching["normal"], touching["impulse"])]
            pushed = np.array([[p.real, p.imag] for p in pushed])
            size = np.ptp(states[:, :, :2], axis=(0, 1)).max()
            assert np.allclose(np.asarray(arrows["vectors"])[:, :2], pushed * 0.15 * size / np.hypot(*pushed.T).max())


def test_bodies_of_one_name_and_none_that_move(sdk, push):
    bodies = [{**b, "name": name} for b, name in zip(push.scene["bodies"], ("robot", "a/b", "a_b", ""))]
    orrery.rerun.log({**push.scene, "bodies": bodies}, push.states, contacts=False)
    assert [e for e in sdk.moving if e.startswith("world/true")] == [f"world/true/{name}" for name in ("robot", "a_b", "a_b_2", "body3")]
    sdk.moving.clear(), sdk.static.clear()
    driven = {**push.scene, "bodies": bodies[:1], "goals": [], "points": []}
    orrery.rerun.log(driven, push.states[:, :1], predicted=push.states[:, :1], contacts=False)
    assert "world/predicted/model/robot" in sdk.moving and not any("error" in e for e in sdk.moving)


def test_goals_are_where_they_are(sdk):
    for name in ("push", "pusht"):
        scene = orrery.Scenario.load(name).sample(2)
        orrery.rerun.log(scene, orrery.simulate(scene, frames=1))
        for k, goal in enumerate(scene["goals"]):
            strips = sdk.static["world/goals/" + (goal.get("name") or f"goal{k}")].args[0]
            if goal["kind"] == "place":
                assert np.allclose(np.hypot(*(np.asarray(strips[0])[:, :2] - goal["target"]).T), goal.get("radius") or 0.02)
                continue
            for strip, shape in zip(strips, scene["bodies"][goal["body"]]["shapes"], strict=True):
                there = complex(*goal["target"]) + np.array([complex(*v) for v in shape["vertices"]]) * np.exp(1j * goal["angle"])
                assert np.allclose(strip[:-1, :2], np.column_stack([there.real, there.imag]))
        sdk.moving.clear(), sdk.static.clear()


def test_what_a_motion_has_must_be_finite_and_of_its_size(sdk, push):
    for name in ("states", "predicted", "actions", "rewards"):
        values = getattr(push, "states" if name == "predicted" else name)
        for bad in (np.nan, np.inf, -np.inf) if values is push.states else ():
            spoilt = values.copy()
            spoilt[0, -1, -1] = bad
            with pytest.raises(orrery.MistakeError, match="must be finite"):
                orrery.rerun.log(push, contacts=False, **{name: spoilt})
        for wrong in (values[..., None], values[:0]):
            with pytest.raises(orrery.MistakeError, match="shape"):
                orrery.rerun.log(push, contacts=False, **{name: wrong})
    for fps in (0, -1, "x", None):
        with pytest.raises(orrery.MistakeError, match="fps|no scene"):
            orrery.rerun.log({**push.scene, "fps": fps}, push.states, contacts=False)
