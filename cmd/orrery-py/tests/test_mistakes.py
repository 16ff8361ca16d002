"""What users get wrong is told in their words: what is wrong, and what it must be."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest

import orrery


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return orrery.generate("push", 2, out=tmp_path_factory.mktemp("mistakes") / "data", frames=8)


def closed(it):
    it.close()
    return it


def reset(**options):
    env = gymnasium.make("orrery/PushT-v1").unwrapped
    env.reset(seed=1, options=options)


STILL = np.zeros((2, 6))

MISTAKES = [
    (lambda data: reset(state=np.full((2, 6), np.nan)), orrery.MistakeError, r"^state\[0, 0\]: nan must be finite$"),
    (lambda data: orrery.Planner("true", "pusht").act([[0, 0, np.inf]] * 2), orrery.MistakeError, r"^state\[0, 2\]: inf must be finite$"),
    (lambda data: orrery.Planner("true", "pusht").costs(STILL, [[[0.0, np.nan]]]), orrery.MistakeError, r"^plans\[0, 0, 1\]: NaN must be finite$"),
    (lambda data: orrery.simulate(data[0].scene, [[1, 2], [3]]), orrery.MistakeError, "^actions must have rows of the same length$"),
    (lambda data: orrery.Scenario.load("no.scenario.json"), FileNotFoundError, "^no.scenario.json: no such file or directory$"),
    (lambda data: orrery.Model.load("./none"), FileNotFoundError, "^./none: no such file or directory$"),
    (lambda data: orrery.Dataset(__file__), orrery.MistakeError, "is a file, not a dataset$"),
    (lambda data: data.windows(9), orrery.MistakeError, "window 9 must be at most 8, the frames of the longest episode$"),
    (lambda data: orrery.Model.train(data, kind="contacts"), orrery.MistakeError, '^kind "contacts" must be one of contact, interaction, mlp, perhaps "contact"$'),
    (lambda data: orrery.Model.train(3), TypeError, "^data must be a dataset, its path, or a list of them, not int$"),
    (lambda data: orrery.Model.train(data, data.path, steps=1), FileExistsError, "is not a model, .* and is not replaced$"),
    (lambda data: orrery.Model.train(data, steps=1, unknown="frictoin"), orrery.MistakeError, '^unknown: "frictoin" must be one of .* perhaps "friction"$'),
    (lambda data: orrery.Model.train(closed(orrery.Dataset(data.path)), steps=1), orrery.MistakeError, "^the dataset .* is closed$"),
    (lambda data: closed(orrery.Model.load("push")).rollout(data[0].scene, frames=2), orrery.MistakeError, "^the model is closed$"),
    (lambda data: orrery.Planner(closed(orrery.Model.load("pusht")), "pusht"), orrery.MistakeError, "^the model is closed$"),
    (lambda data: closed(orrery.Planner("true", "pusht")).act(STILL), orrery.MistakeError, "^the planner is closed$"),
    (lambda data: closed(orrery.Planner("true", "pusht")).expected(), orrery.MistakeError, "^the planner is closed$"),
    (lambda data: orrery.evaluate(closed(orrery.Model.load("push")), data), orrery.MistakeError, "^the model contact is closed$"),
    (lambda data: orrery.generate("push", 1, out=None), TypeError, "^out must be a path, not NoneType$"),
    (lambda data: orrery.generate("push", 1, out="no", progress=3), TypeError, "^progress must be callable, not int$"),
    (lambda data: orrery.Model.load("push").save(3), TypeError, "^out must be a path, not int$"),
    (lambda data: orrery.Model.load("push").rollout(3, frames=2), TypeError, "^scenes must be a scene, which is a dict, or a list of some$"),
    (lambda data: orrery.Model.train(data, steps=1, width=10**6), orrery.MistakeError, "^width and rounds: .* 1000000 must be 1 to"),
    (lambda data: orrery.Dataset(b"data"), TypeError, "^path must be a path, not bytes$"),
    (lambda data: orrery.record(None, "push"), TypeError, "^path must be a path, not NoneType$"),
    (lambda data: gymnasium.make("orrery/Push-v1", size=64), TypeError, r"^size must be \(width, height\) in whole pixels, not 64"),
    (lambda data: gymnasium.make_vec("orrery/Push-v1", num_envs=2, size=(64, "x")), TypeError, r"^size must be \(width, height\)"),
    (lambda data: copy.deepcopy(gymnasium.make("orrery/Push-v1").unwrapped), TypeError, "^an environment cannot be copied"),
    (lambda data: pickle.dumps(gymnasium.make_vec("orrery/Push-v1", num_envs=2).unwrapped), TypeError, "^an environment cannot be copied"),
    (lambda data: orrery.evaluate(3, data), TypeError, "^predict must be a model, callable, or a dict of such, not int$"),
    (lambda data: orrery.evaluate("ballistic", data), orrery.MistakeError, "^ballistic is the name of a row that is always there: name= gives"),
    (lambda data: orrery.evaluate("push", data, horizons=[5]), orrery.MistakeError, "^episodes of 8 frames must reach the first horizon of 5 s$"),
]


@pytest.mark.parametrize("do, error, words", MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_mistakes_are_told(data, do, error, words):
    with pytest.raises(error, match=words):
        do(data)


def test_errors_are_called_as_they_are_imported():
    assert [f"{e.__module__}.{e.__qualname__}" for e in (orrery.Error, orrery.MistakeError)] == ["orrery.Error", "orrery.MistakeError"]


def test_faults_of_files_are_those_of_python():
    for fault, kind in {"missing": FileNotFoundError, "exists": FileExistsError, "denied": PermissionError, "interrupted": KeyboardInterrupt, "mistake": orrery.MistakeError}.items():
        assert type(orrery._library._error(fault, "why")) is kind and str(orrery._library._error(fault, "why")) == "why"
    assert type(orrery._library._error("other", "why")) is orrery.Error
