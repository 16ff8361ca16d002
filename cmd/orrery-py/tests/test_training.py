"""Models are trained from Python as by the program, stop when told and go on where they stopped."""

import json
import os
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest

import orrery

SMALL = dict(steps=30, width=8, rounds=2, batch=16, workers=1)


@pytest.fixture(scope="module")
def data(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    for seed in ("1", "2"):
        out = str(folder / f"data{seed}")
        subprocess.run([program, "gen", "billiards", "--set", "bodies=3", "--episodes", "6", "--frames", "30", "--seed", seed, "--out", out], check=True, capture_output=True)
    return folder


def weights(path):
    return (path / "model.safetensors").read_bytes()


def test_training_is_that_of_the_program(program, data, tmp_path):
    told = []
    model = orrery.Model.train(data / "data1", tmp_path / "a", seed=3, progress=told.append, **SMALL)
    assert model.kind == "contact" and model.parameters > 0 and model.description["training"]["steps"] == 30 and model.metrics["models"]["contact"]["one_step_m"] > 0
    assert {t["stage"] for t in told} <= {"reading", "preparing", "choosing the order of a step of", "training", "judging", "measuring"}
    assert all(0 <= t["fraction"] <= 1 for t in told)
    command = [program, "train", "data1", "--out", str(tmp_path / "b"), "--seed", "3", "--steps", "30", "--width", "8", "--rounds", "2", "--batch", "16", "--workers", "1"]
    subprocess.run(command, cwd=data, check=True, capture_output=True)
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    ours, theirs = (json.loads((tmp_path / k / "metrics.json").read_text())["models"]["contact"]["position_m"] for k in "ab")
    assert ours == theirs
    scene = orrery.Scenario.load("billiards", {"bodies": 3}).sample(seed=9)
    assert np.isfinite(model.spread(scene, frames=5)[1]).all()


def test_in_memory_of_several_sets_and_kinds(data, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    both = [data / "data1", orrery.Dataset(data / "data2")]
    alike = orrery.Model.train(both, seed=1, measure=False, **SMALL)
    more = orrery.Model.train(both, seed=1, measure=False, weights={both[1]: 3}, **SMALL)
    assert not list(tmp_path.iterdir())
    scene = orrery.Scenario.load("billiards", {"bodies": 3}).sample(seed=9)
    assert not np.array_equal(alike.rollout(scene, frames=40), more.rollout(scene, frames=40))
    with pytest.raises(TypeError, match="save it"):
        pickle.dumps(alike)
    alike.save(tmp_path / "kept")
    assert np.array_equal(orrery.Model.load(tmp_path / "kept").rollout(scene, frames=40), alike.rollout(scene, frames=40))
    flat = orrery.Model.train(both[0], kind="mlp", steps=5, width=8, measure=False)
    assert flat.kind == "mlp" and flat.metrics == {}


class Enough(Exception):
    pass


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Enough])
def test_one_that_was_stopped_goes_on(data, tmp_path, stop):
    many = {**SMALL, "steps": 20_000}  # more than are done between two looks at the progress

    def end(p):
        if p.get("step"):
            raise stop

    with pytest.raises(stop, match="resume=True" if stop is KeyboardInterrupt else None):
        orrery.Model.train(data / "data1", tmp_path / "m", progress=end, measure=False, **many)
    assert not (tmp_path / "m").exists() and (tmp_path / "m.partial").exists()
    with pytest.raises(FileExistsError, match="resume=True goes on"):
        orrery.Model.train(data / "data1", tmp_path / "m", measure=False, **many)
    if stop is Enough:
        return  # one comparison will do
    orrery.Model.train(data / "data1", tmp_path / "m", measure=False, resume=True, **many)
    orrery.Model.train(data / "data1", tmp_path / "whole", measure=False, **many)
    assert weights(tmp_path / "m") == weights(tmp_path / "whole") and not (tmp_path / "m.partial").exists()


def test_control_c_ends_a_training(data, tmp_path):
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # which a shell may have told the tests to ignore
    code = f"{heed}; import orrery; print('on', flush=True); orrery.Model.train({str(data / 'data1')!r}, {str(tmp_path / 'm')!r}, seconds=300, progress=lambda p: print(p, flush=True))"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    for line in child.stdout:
        if "'step'" in line:
            break
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=300)
    assert child.returncode != 0 and "KeyboardInterrupt: training is interrupted; resume=True goes on from" in said
    assert (tmp_path / "m.partial").exists() and not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ({"data": []}, ValueError, "a dataset"),
        ({"data": "no/such"}, FileNotFoundError, "no/such"),
        ({"kind": "contct"}, ValueError, "contact"),
        ({"steps": 1.5}, TypeError, "whole"),
        ({"steps": 0}, ValueError, "more than 0"),
        ({"seconds": float("nan")}, ValueError, "more than 0"),
        ({"seconds": 3.0}, ValueError, "exclude"),
        ({"seconds": "long"}, TypeError, "number"),
        ({"holdout": 1.5}, ValueError, "holdout"),
        ({"kind": "mlp", "rounds": 3}, ValueError, "no rounds"),
        ({"width": 10**9}, ValueError, "1000000000"),
        ({"split": "tarin"}, ValueError, "no split"),
        ({"weights": {"other": 2}}, ValueError, "one of the datasets"),
        ({"unknown": ["mas"]}, ValueError, "mas"),
        ({"seed": -1}, ValueError, "seed"),
        ({"resume": True}, ValueError, "out"),
        ({"progress": 7}, TypeError, "callable"),
    ],
)
def test_trainings_that_cannot_be_meant(data, arguments, kind, words):
    given = {"data": data / "data1", "steps": 5, "measure": False, **arguments}
    with pytest.raises(kind, match=words):
        orrery.Model.train(**given)


def test_nothing_is_replaced_unasked(data, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for force, kind in [(False, FileExistsError), (True, ValueError)]:
        with pytest.raises(kind):
            orrery.Model.train(data / "data1", tmp_path / "mine", force=force, **SMALL)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
