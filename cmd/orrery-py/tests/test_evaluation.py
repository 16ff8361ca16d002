"""Any predictor is judged in the ladder, beside the rows that are always there."""

import json
import subprocess
import types

import numpy as np
import pytest

import orrery


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return orrery.generate("push", 4, out=tmp_path_factory.mktemp("evaluation") / "data", frames=30, seed=1, split="train=0.25,test=0.75")


def still(scene, state, actions):
    return np.repeat(state[None], len(actions), axis=0)


def test_a_function_that_stands_still_is_the_row_still(data):
    found = orrery.evaluate(still, data, name="mine")
    rows = found["models"]
    assert set(rows) >= {"still", "ballistic"} and rows["still"]["position_m"]["mean"][-1] > 0
    for figure in ("position_m", "angle_rad", "one_step_m"):
        assert rows["mine"][figure] == rows["still"][figure]
    assert "mine" in found.table and found.sentences.keys() == {"mine"} and found.sentences["mine"] in str(found)


def test_forms_of_predictors_agree(data):
    model = orrery.Model.load("push")

    def one(scene, state, actions):
        return model.rollout(scene, state, actions)

    def many(scenes, states, actions):
        return model.rollout(scenes, states, actions)[:, 1:]

    def poses(scenes, states, actions):
        return model.rollout(scenes, states, actions)[..., :3]

    found = orrery.evaluate({"model": model, "name": "push", "mine": one}, data)["models"]
    batch = orrery.evaluate({"mine": many}, data, batched=True)["models"]["mine"]
    for figure in ("position_m", "angle_rad", "one_step_m"):
        assert found["model"][figure] == found["name"][figure] == found["mine"][figure] == batch[figure]
    blind = orrery.evaluate({"mine": poses}, data, batched=True, steps=False)["models"]["mine"]
    assert blind["position_m"] == batch["position_m"] and blind["one_step_m"] is None and blind["momentum_drift"] is None


def test_it_is_what_the_program_says(program, data):
    out = subprocess.run([program, "eval", "true", "--data", data.path, "--json"], check=True, capture_output=True, text=True).stdout
    ours, theirs = orrery.evaluate("true", data)["models"], json.loads(out)["models"]
    assert ours.keys() == theirs.keys()
    for row in theirs:
        assert ours[row]["position_m"] == theirs[row]["position_m"]


def test_settings_are_heeded(data):
    usual = orrery.evaluate(lambda s, x, a: still(s, x, a), data)
    assert "mine" in usual["models"]
    early = orrery.evaluate(still, data, name="here", horizons=[0.2, 0.4], episodes=1, split="train", seed=4)
    assert early["horizons_s"] == [0.2, 0.4] and early["models"]["still"] != usual["models"]["still"]
    assert early["models"]["here"]["position_m"]["mean"] == early["models"]["still"]["position_m"]["mean"]


def test_modules_predict_the_next_state(data, monkeypatch):
    """Stands in for torch, which the tests do not install."""

    class Tensor:
        def __init__(self, values):
            self.values = np.asarray(values, np.float32)

        def __getitem__(self, key):
            return Tensor(self.values[key])

        def detach(self):
            return self

        cpu = detach

        def __array__(self, dtype=None, copy=None):
            return self.values.astype(dtype or np.float32)

    class Module:
        training = True

        def eval(self):
            self.training = False

        def train(self, mode):
            self.training = mode

        def __call__(self, state, action):
            assert not self.training and state.values.shape[1:] == (4, 6) and action.values.shape[1:] == (2,)
            return Tensor(state.values + np.array([0.05, 0, 0, 0, 0, 0], np.float32))

    class NoGrad:
        def __enter__(self):
            pass

        def __exit__(self, *_):
            pass

    torch = types.SimpleNamespace(nn=types.SimpleNamespace(Module=Module), no_grad=NoGrad, float32=np.float32, as_tensor=lambda v, dtype: Tensor(v))
    monkeypatch.setitem(__import__("sys").modules, "torch", torch)
    module = Module()
    drift = orrery.evaluate(module, data)["models"]["Module"]
    assert module.training

    def drifting(scene, state, actions):
        ahead = np.arange(1, len(actions) + 1)[:, None]
        return np.stack([state] * len(actions)) + ahead[..., None] * np.array([0.05, 0, 0, 0, 0, 0])

    same = orrery.evaluate(drifting, data)["models"]["drifting"]
    assert np.allclose(drift["position_m"]["mean"], same["position_m"]["mean"], rtol=1e-5) and np.isclose(drift["one_step_m"], same["one_step_m"], rtol=1e-5)


@pytest.mark.parametrize(
    "predict, arguments, kind, words",
    [
        (lambda s, x, a: x, {}, ValueError, r"must have \(1, \d+, 4, 6\)|must have \(3, \d+, 4, 6\)"),
        (lambda s, x, a: still(s, x, a)[:-1], {}, ValueError, "must have"),
        (lambda s, x, a: still(s, x, a) * np.nan, {}, ValueError, "episode 1, 1 after frame 0, body 0 is not finite"),
        (lambda s, x, a: still(s, x, a) + np.inf, {}, ValueError, "episode 1, 1 after frame 0, body 0 is not finite"),
        (lambda s, x, a: still(s, x, a)[..., : 3 if len(a) == 1 else 6], {}, ValueError, "velocities, or none"),
        (lambda s, x, a: None, {}, TypeError, "numbers"),
        (lambda s, x, a: 1 / 0, {}, ZeroDivisionError, ""),
        (7, {}, TypeError, "callable"),
        ({}, {}, ValueError, "a predictor"),
        ({"still": still}, {"name": "x"}, ValueError, "one predictor"),
        ({3: still}, {}, TypeError, "text"),
        ({"ballistic": still}, {}, ValueError, "ballistic"),
        ("pushd", {}, ValueError, "push"),
        (still, {"data": "no/such"}, FileNotFoundError, "no/such"),
        (still, {"split": "tset"}, ValueError, "no split"),
        (still, {"episodes": 0}, ValueError, "at least"),
        (still, {"stride": 1.5}, TypeError, "whole"),
        (still, {"horizons": [3, 1]}, ValueError, "horizon"),
        (still, {"horizons": [1e9]}, ValueError, ""),
        (still, {"seed": -1}, ValueError, "seed"),
    ],
)
def test_evaluations_that_cannot_be_meant(data, predict, arguments, kind, words):
    with pytest.raises(kind, match=words or None):
        orrery.evaluate(predict, **{"data": data, "name": None if isinstance(predict, dict) else "mine", **arguments})
