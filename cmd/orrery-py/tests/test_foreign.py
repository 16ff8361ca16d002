"""LeRobot datasets without scenes: those of others, and Orrery's own after LeRobot's tools."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import orrery


@pytest.fixture(scope="module")
def pushed(tmp_path_factory):
    """Episodes of Push-T."""
    return orrery.generate("pusht", 4, out=tmp_path_factory.mktemp("foreign") / "pushed", frames=30, seed=1, split="train=3,test=1")


@pytest.fixture(scope="module")
def keypoints(pushed, tmp_path_factory, write_keypoints):
    return write_keypoints(tmp_path_factory.mktemp("foreign") / "keypoints", pushed)


def stripped(data, to):
    """Return a copy without what LeRobot's tools leave behind."""
    shutil.copytree(data.path, to)
    shutil.rmtree(to / "meta/orrery")
    (to / "README.md").unlink()
    return to


def test_a_layout_is_read(keypoints, pushed):
    data = orrery.Dataset(keypoints, layout="pusht")
    assert data.path == str(keypoints) and data.observed and data.fps == 10 and len(data) == 4 and data.scenario.name == "pusht"
    assert any("left out: observation.images.top (pictures)" in note for note in data.notes)
    for got, want in zip(data, pushed):
        assert np.abs(got.states[:, :, :2] - want.states[:, :, :2]).max() < 0.02
        assert np.allclose(got.actions, want.actions, atol=1e-5)
    windows = data.windows(window=8, stride=4)
    assert windows[0]["states"].shape == (8, 2, 6) and len(windows) == 4 * 6
    again = pickle.loads(pickle.dumps(data))
    assert (again[3].states == data[3].states).all()


def test_a_mapping_is_read(tmp_path, write_lerobot):
    """A reacher's tip and a box, with an angle as cosine and sine, of a scene that is told as a dict or as a file."""
    scene = orrery.Scenario.load("pusht").sample(seed=3)
    turn = np.linspace(0, 9, 40)
    tip, box = np.stack([2 + turn / 9, 1 + 0 * turn], axis=1), np.stack([3 + 0 * turn, 3 + turn / 30], axis=1)
    arm = write_lerobot(
        tmp_path / "arm",
        {"observation.tip": 2, "observation.box": 4, "action": 2},
        [{"observation.tip": tip, "observation.box": np.concatenate([box, np.stack([np.cos(turn), np.sin(turn)], axis=1)], axis=1), "action": tip}] * 3,
        names={"observation.box": ["x", "y", "cos", "box_sin"]},
    )
    mapping = {"agent": "observation.tip", "block": "observation.box[0:2]", "block.cos": "observation.box[2]", "block.sin": "box_sin", "action": "action"}
    (tmp_path / "scene.json").write_text(json.dumps(scene))
    found = [orrery.Dataset(arm, mapping=mapping, scene=given)[1] for given in (scene, tmp_path / "scene.json", str(tmp_path / "scene.json"), orrery.Scenario.load("pusht"), "pusht")]
    for episode in found:
        assert np.abs(episode.states[:, 1, 2] - turn).max() < 0.02 and np.abs(episode.states[:, 0, :2] - tip).max() < 0.02
        assert np.allclose(episode.states, found[0].states, atol=1e-3)
    assert found[0].scene["bodies"][1]["name"] == "block" and np.allclose(found[0].actions, tip[:-1], atol=1e-6)
    without = orrery.Dataset(arm, mapping={"tip": "observation.tip"})
    assert without.max_bodies == 1 and without.actions == []


def test_it_is_what_the_program_imports(program, keypoints, tmp_path):
    subprocess.run([program, "import", "lerobot", keypoints, "--layout", "pusht", "--out", tmp_path / "own"], check=True, capture_output=True)
    for got, want in zip(orrery.Dataset(keypoints, layout="pusht"), orrery.Dataset(tmp_path / "own")):
        assert (got.states == want.states).all() and got.scene == want.scene and (got.std == want.std).all()


def test_lost_scenes_are_found(pushed, tmp_path):
    lost = stripped(pushed, tmp_path / "lost")
    data = orrery.Dataset(lost)
    assert not data.observed and list(data.splits) == ["train", "test", "all"] and data.judged
    assert any("the scenes are those of pusht" in note for note in data.notes)
    told = orrery.Dataset(lost, scene=pushed)
    for a, b, c in zip(data, pushed, told):
        assert (a.states == b.states).all() and a.scene == b.scene == c.scene and (a.rewards == b.rewards).all()
    other = orrery.generate("pusht", 4, out=tmp_path / "other", frames=30, seed=2)
    with pytest.raises(orrery.Error, match=r'scene="[^"]*other": no episode there begins as episode 0'):
        orrery.Dataset(lost, scene=other)


def figures(data):
    return orrery.evaluate({"mine": "ballistic"}, data, horizons=[0.1], steps=False)["models"]["mine"]["position_m"]["mean"]


def test_all_that_takes_datasets_takes_them(keypoints, pushed, tmp_path):
    data = orrery.Dataset(keypoints, layout="pusht")
    model = orrery.Model.train(data, kind="mlp", steps=3, width=4, batch=8, measure=False)
    assert model.rollout(data[0].scene, states=data[0].states[0], actions=data[0].actions).shape == (30, 2, 6)
    weighted = orrery.Model.train([data, pushed], kind="mlp", steps=3, width=4, batch=8, measure=False, weights={data: 2})
    assert weighted.description["training"]["steps"] == 3
    found = orrery.evaluate({"net": model}, data, episodes=1, horizons=[0.1], steps=False)
    assert "net" in found["models"]
    lost = stripped(pushed, tmp_path / "lost")
    assert figures(lost) == figures(pushed)
    orrery.Model.train(lost, kind="mlp", steps=2, width=4, batch=8, measure=False)


@pytest.mark.parametrize(
    "meant, error, words",
    [
        ({}, ValueError, r'nothing says which values .* mapping does, such as mapping={"body0.x": "observation.state\[0\]", "body0.y": .*; layout="pusht" may fit'),
        ({"layout": "pushed"}, ValueError, r'layout "pushed" must be pusht'),
        ({"layout": 7}, TypeError, "layout must be text, not int"),
        ({"layout": "pusht", "mapping": {"body0": "observation.state"}}, ValueError, "layout and mapping exclude each other"),
        ({"mapping": {"body0": "observation.state[0:2"}}, ValueError, r'mapping={"body0": "observation.state\[0:2"}: a source is FEATURE'),
        ({"mapping": {"body0": "observation.stat[0:2]"}}, ValueError, 'there is no feature "observation.stat", perhaps "observation.state"|there is no feature "observation.stat"'),
        ({"mapping": {"body0": "observation.state[3:9]"}}, ValueError, "observation.state has values 0 to 4"),
        ({"mapping": {"body0.x": "observation.state[0]"}}, ValueError, "mapping: body0.y is missing"),
        ({"mapping": {"body0": 3}}, TypeError, "the source of body0 must be text"),
        ({"mapping": ["body0"]}, TypeError, "mapping must be a dict with names, not list"),
        ({"mapping": {"cube": "observation.state[0:2]", "agent": "observation.state[2:4]"}, "scene": "pusht"}, ValueError, '"cube" is no body: the scene has agent, block'),
        ({"layout": "pusht", "scene": "push"}, orrery.Error, r'layout="pusht": the scene push is not Push-T'),
        ({"layout": "pusht", "scene": "pushy"}, ValueError, '"pushy"'),
        ({"layout": "pusht", "scene": Path("nowhere.json")}, FileNotFoundError, "nowhere.json"),
        ({"layout": "pusht", "scene": {"bodies": []}}, ValueError, "scene|format|bodies"),
        ({"layout": "pusht", "scene": 7}, TypeError, "scene must be a path, a scene, a Scenario or a Dataset, not int"),
    ],
)
def test_what_cannot_be_meant_is_told(keypoints, meant, error, words):
    with pytest.raises(error, match=words) as told:
        orrery.Dataset(keypoints, **meant)
    assert "--" not in str(told.value)


def test_what_has_scenes_needs_no_mapping(pushed, tmp_path):
    with pytest.raises(ValueError, match="scene, mapping and layout are for LeRobot data without scenes, and these have them"):
        orrery.Dataset(pushed.path, layout="pusht")
    with pytest.raises(FileNotFoundError, match="nowhere: there is no such dataset"):
        orrery.Dataset(tmp_path / "nowhere", layout="pusht")


def left(root):
    return [name for name in os.listdir(root) if name.startswith("orrery-lerobot-")]


def test_nothing_stays(keypoints, tmp_path):
    """The temporary directory goes with the dataset, when it is closed, collected, or Python ends."""
    script = f"""
import gc, os, orrery
root = {str(tmp_path)!r}
left = lambda: [name for name in os.listdir(root) if name.startswith("orrery-lerobot-")]
def opened():
    return orrery.Dataset({str(keypoints)!r}, layout="pusht")
data = opened()
assert len(left()) == 1
data.close()
data.close()
assert not left()
try:
    orrery.Dataset({str(keypoints)!r}, layout="pusht", scene="push")
except orrery.Error:
    pass
assert not left()
data = opened()
del data
gc.collect()
assert not left()
data = opened()  # ends with Python
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert not left(tmp_path)
