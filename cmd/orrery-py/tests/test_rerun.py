"""Motion for Rerun, with a stand-in for its SDK; full/rerun_check.py has the real one."""

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
