"""Every option of every function reaches the library as it was told, and changes nothing else of the request."""

import ctypes
import gc
import inspect
import os
import pathlib
import types

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import orrery
from orrery import _library
from orrery.stable_worldmodel import CostModel


class Reached(Exception):
    """A request has reached the library."""


def asked(monkeypatch, method, do):
    """Return what do asks a method of the library for, by name, which does not do it. Other methods are done."""
    real, found = _library.call, {}

    def call(name, request, arrays=None, progress=None):
        if name != method:
            return real(name, request, arrays, progress)
        found.update(request)
        found.update({"array " + k: v.tolist() for k, v in (arrays or {}).items()})
        if progress is not None and method != "generate":  # which tells it in its own words
            found["progress"] = progress
        raise Reached

    with monkeypatch.context() as patch:
        patch.setattr(_library, "call", call)
        with pytest.raises(Reached):
            do()
    return found


class Things:
    """What functions are called with."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.data = orrery.generate("push", 2, out=folder / "data", frames=8, seed=1)
        self.more = orrery.generate("push", 1, out=folder / "more", frames=8, seed=2)
        self.model, self.other = orrery.Model.load("push"), orrery.Model.load("true")
        self.scene, self.else_where = (orrery.Scenario.load("push").sample(seed) for seed in (1, 2))
        self.states = orrery.simulate(self.scene, frames=4) + np.arange(4.0)[:, None, None] / 64
        self.planner = orrery.Planner("true", "push", budget=20)
        self.env = orrery.OrreryEnv("push")
        self.envs = orrery.OrreryVectorEnv(3, "push")
        self.out = orrery.record(folder / "recording", "push")


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    return Things(tmp_path_factory.mktemp("options"))


def show(cls):
    """Return a function with the options of an environment that shows it."""

    def do(**options):
        env = cls(**options)
        env.reset(seed=1)
        return env.render()

    do.__signature__ = inspect.signature(cls)
    return do


def calls(t):
    """Return function, method, usual arguments, the usual request, and a list of option, value and what that changes, of each function."""
    state, goals = t.states[2].tolist(), t.scene["goals"]
    table = np.arange(6.0).reshape(3, 2) / 10
    billiards = orrery.Scenario.load("billiards")
    aimed = [{**goals[0], "target": [0.25, 0.5]}] + goals[1:]
    rolled = {"handle": t.model._handle, "scenes": [t.scene], "frames": 3, "workers": 0, "array which": [0]}
    rolls = [
        ("scenes", [t.scene, t.else_where], {"scenes": [t.scene, t.else_where], "array which": [0, 1]}),
        ("scenes", [t.else_where, t.scene, t.else_where], {"scenes": [t.else_where, t.scene], "array which": [0, 1, 0]}),
        ("states", t.states[2], {"array states": [state]}),
        ("actions", table, {"array actions": [table.tolist()]}),
        ("frames", 5, {"frames": 5}),
        ("workers", 2, {"workers": 2}),
    ]
    create = {"scenario": "push", "values": {}, "number": 1, "autoreset": "disabled", "workers": 1, "frames": 0}
    crowd = {**create, "number": 2, "autoreset": "next_step", "workers": 0}
    unsaid = [("render_mode", "rgb_array", {}), ("size", (64, 32), {}), ("theme", "dark", {})]
    picture = {"handle": None, "index": 0, "width": 480, "height": 480, "theme": "light"}
    shown = [("scenario", "reach", {}), ("values", {"friction": 0.5}, {}), ("size", (64, 32), {"width": 64, "height": 32}), ("theme", "dark", {"theme": "dark"})]
    spread = dict(handle=t.out._handle, scene=t.scene)
    return [
        (
            orrery.generate, "generate", {"scenario": "push", "episodes": 3, "out": "D"},
            {"scenario": "push", "values": {}, "out": "D", "seed": 1, "append": False, "resume": False, "force": False, "episodes": 3, "workers": 0},
            [
                ("scenario", "mixed", {"scenario": "mixed"}), ("episodes", 7, {"episodes": 7}), ("out", "E", {"out": "E"}), ("seed", 5, {"seed": 5}),
                ("values", {"a": 2, "b": (1, 3)}, {"values": {"a": 2}, "ranges": {"b": [1, 3]}}), ("policy", "noise", {"policy": "noise"}), ("frames", 9, {"frames": 9}),
                ("split", "train=1", {"split": "train=1"}), ("workers", 2, {"workers": 2}), ("append", True, {"append": True}), ("resume", True, {"resume": True}),
                ("force", True, {"force": True}), ("progress", print, {}),
            ],
        ),
        (
            orrery.Dataset, "dataset", {"path": "D"}, {"dir": "D"},
            [
                ("path", "E", {"dir": "E"}), ("mapping", {"a.x": "b"}, {"mapping": {"a.x": "b"}}), ("layout", "pusht", {"layout": "pusht"}), ("scene", "push", {"scene": "push"}),
                ("scene", t.data, {"scene": os.path.abspath(t.data.path)}), ("scene", t.scene, {"scene_text": t.scene}),
                ("scene", billiards, {"scenario": {"scenario": "billiards", "values": billiards.values}}),
            ],
        ),
        (
            orrery.Model, "model", {"source": "push"}, {"model": "push", "is_dir": False},
            [("source", "a/b", {"model": "a/b"}), ("source", pathlib.Path("a"), {"model": "a", "is_dir": True})],
        ),
        (
            orrery.Model.train, "train", {"data": t.data, "out": "M"},
            {
                "data": [{"name": t.data.path, "handle": t.data._handle}], "kind": "contact", "seed": 1, "split": "", "unknown": [], "resume": False, "force": False, "measure": True,
                "workers": 0, "weights": {}, "out": "M",
            },
            [
                ("data", [t.more, t.data], {"data": [{"name": d.path, "handle": d._handle} for d in (t.more, t.data)]}), ("out", "N", {"out": "N"}), ("kind", "mlp", {"kind": "mlp"}),
                ("seconds", 2.5, {"seconds": 2.5}), ("steps", 5, {"steps": 5}), ("seed", 4, {"seed": 4}), ("split", "val", {"split": "val"}), ("weights", {t.data: 2}, {"weights": {t.data.path: 2}}),
                ("holdout", 0.25, {"holdout": 0.25}), ("stride", 2, {"stride": 2}), ("batch", 8, {"batch": 8}), ("width", 16, {"width": 16}), ("rounds", 3, {"rounds": 3}), ("rate", 0.01, {"rate": 0.01}),
                ("unknown", ["mass"], {"unknown": ["mass"]}), ("unknown", "mass", {"unknown": ["mass"]}), ("resume", True, {"resume": True}), ("force", True, {"force": True}),
                ("measure", False, {"measure": False}), ("workers", 2, {"workers": 2}), ("progress", print, {"progress": print}),
            ],
        ),
        (t.model.save, "model.save", {"out": "M"}, {"handle": t.model._handle, "dir": "M", "force": False}, [("out", "N", {"dir": "N"}), ("force", True, {"force": True})]),
        (t.model.rollout, "model.rollout", {"scenes": t.scene, "frames": 3}, rolled, rolls),
        (t.model.spread, "model.rollout", {"scenes": t.scene, "frames": 3}, {**rolled, "doubt": "deviation"}, rolls),
        (t.model.regions, "model.rollout", {"scenes": t.scene, "frames": 3}, {**rolled, "doubt": "regions", "within": 0.9}, [*rolls, ("within", 0.5, {"within": 0.5})]),
        (
            orrery.Planner, "planner", {"model": t.model, "task": "push"}, {"scenario": "push", "values": {}, "model": t.model._handle, "seed": 0, "workers": 0},
            [
                ("model", t.other, {"model": t.other._handle}), ("task", "reach", {"scenario": "reach"}), ("scene", t.scene, {"scene": t.scene}), ("values", {"a": 1}, {"values": {"a": 1}}),
                ("planner", "mppi", {"planner": "mppi"}), ("settings", {"samples": 3}, {"tune": {"samples": 3}}), ("budget", 9, {"samples": 9}), ("budget", 2.5, {"seconds": 2.5}),
                ("seed", 3, {"seed": 3}), ("workers", 2, {"workers": 2}), ("goal", [0, 0, 0], {}),
            ],
        ),
        (
            lambda goal=None: orrery.Planner(t.other, "push", goal=goal), "planner.reset", {"goal": [[0.5, 0.25]] * len(goals)},
            {"handle": None, "goals": [{**g, "target": [0.5, 0.25]} for g in goals]}, [("goal", aimed, {"goals": aimed})],
        ),
        (t.planner.reset, "planner.reset", {}, {"handle": t.planner._handle}, [("goal", aimed, {"goals": aimed})]),
        (t.planner.act, "planner.act", {"state": t.states[0]}, {"handle": t.planner._handle, "array state": t.states[0].tolist()}, [("state", t.states[2], {"array state": state})]),
        (
            t.planner.costs, "planner.costs", {"state": t.states[0], "plans": table[None]},
            {"handle": t.planner._handle, "final": 1, "array state": t.states[0].tolist(), "array plans": [table.tolist()]},
            [("state", t.states[2], {"array state": state}), ("plans", [[[1, 2]]], {"array plans": [[[1, 2]]]}), ("final", 4, {"final": 4})],
        ),
        (
            orrery.evaluate, "evaluation", {"predict": t.model, "data": t.data}, {"data": t.data._handle, "split": "", "workers": 0, "stride": 1, "history": 0, "names": ["contact"]},
            [
                ("predict", {"mine": print}, {"names": ["mine"]}), ("data", t.more, {"data": t.more._handle}), ("name", "x", {"names": ["x"]}), ("batched", True, {}), ("steps", False, {}),
                ("split", "test", {"split": "test"}), ("episodes", 2, {"episodes": 2}), ("horizons", [0.5, 1], {"horizons": [0.5, 1]}), ("stride", 3, {"stride": 3}), ("history", 2, {"history": 2}),
                ("seed", 6, {"seed": 6}), ("workers", 2, {"workers": 2}),
            ],
        ),
        (
            orrery.record, "record", {"path": "D", "of": "billiards"}, {"dir": "D", "append": False, "policy": "python", "seed": 0, "scenario": "billiards", "values": billiards.values},
            [
                ("path", "E", {"dir": "E"}), ("of", t.scene, {"scenario": None, "values": None, "scene": t.scene}), ("of", t.env, {"scenario": None, "values": None, "environment": t.env._crowd.handle}),
                ("of", t.envs, {"scenario": None, "values": None, "environment": t.envs._crowd.handle}), ("values", {"bodies": 3}, {"values": {**billiards.values, "bodies": 3}}),
                ("append", True, {"append": True}), ("policy", "me", {"policy": "me"}), ("frames", 9, {"frames": 9}), ("seed", 6, {"seed": 6}),
            ],
        ),
        (
            t.out.episode, "record.add", {"scene": t.scene, "states": t.states}, {**spread, "array states": t.states.tolist()},
            [
                ("scene", 2, {"scene": t.else_where}), ("states", t.states[1:], {"array states": t.states[1:].tolist()}), ("actions", table, {"array actions": table.tolist()}),
                ("rewards", [1, 2, 3], {"array rewards": [1, 2, 3]}), ("success", True, {"array success": [0, 0, 1]}), ("success", False, {"array success": [0, 0, 0]}),
                ("success", [True, False, True], {"array success": [1, 0, 1]}), ("truncated", True, {"truncated": True}), ("truncated", False, {"truncated": False}),
            ],
        ),
        (
            orrery.Scenario, "scenario", {"source": "push"}, {"scenario": "push", "values": {}},
            [
                ("source", {"name": "a"}, {"scenario": "scenario", "text": '{"name": "a"}'}), ("source", billiards, {"scenario": "billiards", "values": billiards.values}),
                ("values", {"a": 2}, {"values": {"a": 2}}),
            ],
        ),
        (
            billiards.sample, "scene", {}, {"scenario": "billiards", "values": billiards._request["values"], "seed": 0, "episode": 0},
            [("seed", 2**64 - 1, {"seed": 2**64 - 1}), ("episode", 3, {"episode": 3})],
        ),
        (
            orrery.simulate, "simulate", {"scene": t.scene, "frames": 4}, {"scene": t.scene, "frames": 4},
            [("scene", t.else_where, {"scene": t.else_where}), ("actions", table, {"array actions": table.tolist()}), ("frames", 9, {"frames": 9}), ("state", t.states[2], {"array state": state})],
        ),
        (
            billiards.simulate, "simulate", {"scene": t.scene}, {"scene": t.scene, "frames": billiards.frames},
            [
                ("scene", 7, {"scene": billiards.sample(7)}), ("actions", table, {"array actions": table.tolist(), "frames": 4}), ("frames", 9, {"frames": 9}),
                ("state", t.states[2], {"array state": state}),
            ],
        ),
        (
            orrery.contacts, "contacts", {"scene": t.scene, "states": t.states}, {"scene": t.scene, "array states": t.states.tolist()},
            [("scene", t.else_where, {"scene": t.else_where}), ("states", t.states[:2], {"array states": t.states[:2].tolist()}), ("actions", table, {"array actions": table.tolist()})],
        ),
        (
            orrery.OrreryEnv, "environment", {"scenario": "push"}, create,
            [("scenario", "reach", {"scenario": "reach"}), ("values", {"a": 2}, {"values": {"a": 2}}), *unsaid],
        ),
        (
            orrery.OrreryVectorEnv, "environment", {"num_envs": 2, "scenario": "push"}, crowd,
            [
                ("num_envs", 5, {"number": 5}), ("scenario", "reach", {"scenario": "reach"}), ("values", {"a": 2}, {"values": {"a": 2}}), ("autoreset_mode", "SameStep", {"autoreset": "same_step"}),
                ("autoreset_mode", AutoresetMode.DISABLED, {"autoreset": "disabled"}), ("workers", 3, {"workers": 3}), ("max_episode_steps", 9, {"frames": 9}), *unsaid,
            ],
        ),
        (show(orrery.OrreryEnv), "environment.render", {"scenario": "push", "render_mode": "rgb_array"}, picture, shown),
        (
            show(orrery.OrreryVectorEnv), "environment.render", {"num_envs": 1, "scenario": "push", "render_mode": "rgb_array"}, picture,
            [*shown, ("num_envs", 2, {}), ("autoreset_mode", "SameStep", {}), ("workers", 1, {}), ("max_episode_steps", 3, {})],
        ),
        (
            t.env.reset, "environment.reset", {"seed": 5}, {"handle": t.env._handle, "which": [0], "seeds": [5]},
            [("seed", 6, {"seeds": [6]}), ("options", {"state": t.states[2]}, {"array states": [state]}), ("options", {"goal": aimed}, {"goals": aimed})],
        ),
        (
            t.envs.reset, "environment.reset", {"seed": 5}, {"handle": t.envs._crowd.handle, "which": [0, 1, 2], "seeds": [5, 6, 7]},
            [
                ("seed", 2**64 - 1, {"seeds": [2**64 - 1, 0, 1]}), ("seed", [7, None, 9], {"seeds": [7, None, 9]}), ("options", {"state": t.states[2]}, {"array states": [state] * 3}),
                ("options", {"state": t.states[:3]}, {"array states": t.states[:3].tolist()}), ("options", {"goal": aimed}, {"goals": aimed}),
                ("options", {"reset_mask": np.array([True, False, True])}, {"which": [0, 2], "seeds": [5, 7]}),
            ],
        ),
    ]  # fmt: skip


USUAL = {"render_mode", "progress"}  # that a table may leave as they are


def test_every_option_reaches_the_library(things, monkeypatch):
    for function, method, arguments, usual, options in calls(things):
        known = set(inspect.signature(function).parameters)
        told = set(arguments) | {option for option, _, _ in options}
        assert known - told <= USUAL, (function, known - told)
        found = asked(monkeypatch, method, lambda: function(**arguments))
        handle = found["handle"] if usual.get("handle", 0) is None else None
        assert found == {**usual, **({"handle": handle} if handle is not None else {})}, function
        for option, value, changes in options:
            again = asked(monkeypatch, method, lambda: function(**{**arguments, option: value}))
            if handle is not None:
                again["handle"] = handle
            assert {k: again.get(k) for k in found.keys() | again.keys() if k not in found or found[k] != again.get(k)} == changes, (function, option, value)


def spoilt(value):
    """Return what is no number in place of one, in every way: a list of values, or none where there is no number."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        for bad in (np.nan, np.inf, -np.inf):
            for at in (0, -1):
                values = value.copy()
                values.flat[at] = bad
                yield values
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (float("nan"), float("inf"), float("-inf"), "many", [1], None, object(), 10**400)
    elif isinstance(value, dict) and value and all(isinstance(v, (int, float)) for v in value.values()):
        for bad in (float("nan"), float("inf"), "many", None):
            yield {k: bad for k in value}


def test_what_is_no_number_is_refused(things, tmp_path, monkeypatch):
    """Of every option that is one, by a sentence; those of which None has a meaning take None."""
    monkeypatch.chdir(tmp_path)
    for function, _, arguments, _, options in calls(things):
        parameters = inspect.signature(function).parameters
        for option, value, _ in [*options, *((k, v, {}) for k, v in arguments.items())]:
            for bad in spoilt(value):
                if bad is None and parameters[option].default is None:
                    continue
                with pytest.raises((orrery.MistakeError, TypeError)) as said:
                    function(**{**arguments, option: bad})
                    pytest.fail(f"{function} takes {option} {bad!r}", pytrace=False)
                assert str(said.value) and "Go " not in str(said.value), (function, option)


def test_numbers_of_requests_are_finite():
    for bad in (float("nan"), float("inf"), np.float64("nan"), np.array([1, np.nan])):
        with pytest.raises(orrery.MistakeError, match="^all numbers must be finite$"):
            _library.call("models", {"x": bad})


def test_arrays_are_of_a_size():
    assert _library.array(np.empty(2**28, np.uint8), "x", np.uint8).size == 2**28  # of which no memory is touched
    for shape in ((2**28 + 1,), (2**14, 2**14 + 1)):
        with pytest.raises(orrery.MistakeError, match="is too large"):
            _library.array(np.broadcast_to(np.zeros(1), shape), "x")
    for dims in (1, 2, 3):
        assert _library.array(np.zeros((2,) * dims), "x", dims=dims).ndim == dims
        with pytest.raises(orrery.MistakeError, match=f"must have {dims} dimension"):
            _library.array(np.zeros((2,) * (dims + 1)), "x", dims=dims)


def test_workers_of_cost_models_are_heeded(things, monkeypatch):
    state = np.tile([100.0, 100, 250, 300, 0.5, 0, 0], (1, 3, 1, 1))
    for workers in (0, 2):
        costs = CostModel("pusht", workers)
        assert asked(monkeypatch, "model.rollout", lambda: costs.get_cost({"state": state, "goal_state": state}, np.zeros((1, 3, 2, 2))))["workers"] == workers


def answering(monkeypatch, **answers):
    """Have methods of the library answer something. A list is what they tell of their progress before."""
    real = _library.call

    def call(name, request, arrays=None, progress=None):
        if name not in answers:
            return real(name, request, arrays, progress)
        for told in answers[name] if isinstance(answers[name], list) else []:
            progress(told)
        return answers[name] if isinstance(answers[name], tuple) else (None, {})

    monkeypatch.setattr(_library, "call", call)


def test_progress_is_told_as_it_comes(things, monkeypatch):
    answering(monkeypatch, generate=[[0, 3], [2, 3], [3, 3]])
    told = []
    orrery.generate("push", 3, out=things.data.path, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (2, 3), (3, 3)]


def test_what_breaks_down_is_told(things, monkeypatch, recwarn):
    states = np.zeros((4, 3, *things.states.shape[1:]))
    for count, more in {0: None, 1: "", 2: ", and 1 more broke down", 3: ", and 2 more broke down"}.items():
        with monkeypatch.context() as patch:
            answering(patch, **{"model.rollout": ({"broken": [{"rollout": 5 + k, "frame": 2, "why": "why"} for k in range(count)] or None}, {"states": states})})
            things.model.rollout(things.scene, actions=np.zeros((4, 2, 2)))
        said = [str(w.message) for w in recwarn.list]
        recwarn.clear()
        assert said == ([] if more is None else [f"rollout 5 ends before frame 2: why{more}"])


def test_what_trainings_warn_of_is_told(things, monkeypatch, recwarn, tmp_path):
    about = {"handle": 0, "name": "m", "kind": "contact", "parameters": 1, "description": None, "metrics": None}
    answering(monkeypatch, train=({"warnings": ["one", "two"]}, {}), model=(about, {}))
    model = orrery.Model.train(things.data, tmp_path / "m", steps=1)
    assert [(w.category, str(w.message)) for w in recwarn.list] == [(RuntimeWarning, "one"), (RuntimeWarning, "two")]
    assert model.description == {} and model.metrics == {}


def test_datasets_are_found_again_by_other_processes():
    for path, there in {"s3://bucket/a": "s3://bucket/a", "a/b": os.path.abspath("a/b"), "/a": "/a"}.items():
        data = orrery.Dataset.__new__(orrery.Dataset)
        data.path, data._meant = path, {"layout": "pusht"}
        assert data.__reduce__()[1] == (there, {"layout": "pusht"})


def test_closed_recordings_say_so(tmp_path):
    with orrery.record(tmp_path / "it", "push") as out:
        pass
    for use in (out.discard, lambda: out.episode(1, np.zeros((2, 4, 6)))):
        with pytest.raises(orrery.MistakeError, match="^the recording is closed$"):
            use()


def test_answers_are_kept_as_they_are_called(monkeypatch):
    about = {"fps": 7, "frames": 11, "max_bodies": 3, "actions": ["a"], "outcomes": True, "params": None, "scenario": "s"}
    dataset = {"handle": 0, "about": about, "observation": ["o"], "observed": True, "splits": [["train", 0, 2], ["all", 0, 5]], "notes": ["n"]}
    scenario = {"name": "n", "summary": "s", "task": "t", "frames": 9, "params": [{"name": "p"}], "values": {"p": 2}, "policies": ["q"]}
    planner = {"handle": 0, "settings": {"samples": 3}, "bodies": ["b"], "observations": ["o"], "low": [1], "high": [2], "goals": [], "scenario": "s"}
    model = {"handle": 0, "name": "m", "kind": "k", "parameters": 5, "description": {"a": 1}, "metrics": {"b": 2}}
    with monkeypatch.context() as patch:
        answering(patch, dataset=(dataset, {"lengths": np.array([4, 7])}), scenario=(scenario, {}), planner=(planner, {}), model=(model, {}))
        data, found, loaded = orrery.Dataset("d"), orrery.Scenario("s"), orrery.Model("m")
        plans = orrery.Planner(loaded, "s")
    kept = {"fps": 7, "frames": 11, "max_bodies": 3, "actions": ["a"], "observation": ["o"], "observed": True, "judged": True, "notes": ["n"], "about": about, "path": "d"}
    assert {name: getattr(data, name) for name in kept} == kept
    assert data.splits == {"train": range(2), "all": range(5)} and data.lengths.tolist() == [4, 7] and len(data) == 2
    kept = {"name": "n", "summary": "s", "task": "t", "frames": 9, "parameters": [{"name": "p"}], "values": {"p": 2}, "policies": ["q"]}
    assert {name: getattr(found, name) for name in kept} == kept
    kept = {"source": "m", "name": "m", "kind": "k", "parameters": 5, "description": {"a": 1}, "metrics": {"b": 2}}
    assert {name: getattr(loaded, name) for name in kept} == kept
    assert plans.settings == {"samples": 3} and plans.bodies == ["b"] and plans.observations == ["o"] and plans.low.tolist() == [1] and plans.high.tolist() == [2] and np.isnan(plans.cost)
    assert [repr(it) for it in (data, found, loaded, plans)] == [
        "<orrery.Dataset d: 2 episodes of s, 11 frames>", "<orrery.Scenario n: s>", "<orrery.Model m: k, 5 parameters>", "<orrery.Planner of s with m>",
    ]  # fmt: skip


def test_contacts_are_called_as_they_are(things, monkeypatch):
    answering(monkeypatch, contacts=({}, {"bodies": np.array([[1, 2, 3], [4, 5, 6]]), "values": np.arange(14.0).reshape(2, 7)}))
    found = orrery.contacts(things.scene, things.states)
    want = {"frame": [1, 4], "a": [2, 5], "b": [3, 6], "point": [[0, 1], [7, 8]], "normal": [[2, 3], [9, 10]], "gap": [4, 11], "impulse": [[5, 6], [12, 13]]}
    assert {name: values.tolist() for name, values in found.items()} == want


def test_episodes_are_called_as_they_are(things, monkeypatch):
    arrays = {name: np.full(2, k, float) for k, name in enumerate(("states", "actions", "times", "rewards", "observation", "measured", "measured_std", "after", "std"))}
    flags = {name: np.array([k % 2, 1 - k % 2], np.uint8) for k, name in enumerate(("success", "done", "truncated", "seen", "turned"))}
    answering(monkeypatch, **{"dataset.episode": ({"scene": {"a": 1}, "impacts": [2]}, {**arrays, **flags})})
    episode = things.data[1]
    assert episode.number == 1 and episode.scene == {"a": 1} and episode.impacts == [2] and len(episode) == 2
    for name, values in {**arrays, **flags}.items():
        assert np.array_equal(getattr(episode, name), values) and getattr(episode, name).dtype == (bool if name in flags else float), name


def test_whole_numbers_are_whole():
    for value, found in ((3, 3), (np.int8(-4), -4), (np.uint64(2**64 - 1), 2**64 - 1), (np.array(5), 5), (0, 0)):
        assert _library.whole(value, "x") == found and type(_library.whole(value, "x")) is int
    for value in (True, np.True_, 1.0, np.float64(2), "3", None, [1], np.array([1]), np.array([1, 2]), float("nan")):
        with pytest.raises(TypeError, match="^x .*must be a whole number"):
            _library.whole(value, "x")
    assert _library.whole(2, "x", 2) == 2
    with pytest.raises(orrery.MistakeError, match="^x 1 must be at least 2$"):
        _library.whole(1, "x", 2)


def test_what_is_opened_is_dropped(things, monkeypatch):
    """Whatever becomes of a call, the library keeps nothing of it when it is over and its answer is forgotten."""
    real_call, real_drop, opened, dropped = _library.call, _library.drop, [], []

    def call(name, request, arrays=None, progress=None):
        if name == "record.close":
            dropped.append(request["handle"])
        answer, found = real_call(name, request, arrays, progress)
        if isinstance(answer, dict) and "handle" in answer:
            opened.append(answer["handle"])
        return answer, found

    monkeypatch.setattr(_library, "call", call)
    monkeypatch.setattr(_library, "drop", lambda handle: dropped.append(handle) or real_drop(handle))
    path = things.folder + "/again"

    def fails(scene, state, actions):
        raise ZeroDivisionError

    def recorded():
        with orrery.record(path + "/recording", "push") as out:
            out.episode(1, things.states)

    for do, count, error in (
        (lambda: orrery.Dataset(things.data.path), 1, None),
        (lambda: orrery.Dataset(things.data.path).close(), 1, None),
        (lambda: orrery.Model("push"), 1, None),
        (lambda: orrery.Model("push").close(), 1, None),
        (lambda: orrery.Planner("push", "push"), 2, None),
        (lambda: orrery.Planner("push", "push", goal=[1, 2, 3, 4]), 2, ValueError),
        (lambda: orrery.OrreryEnv("push").reset(seed=1), 1, None),
        (lambda: orrery.OrreryEnv("push", size=3), 1, TypeError),
        (lambda: orrery.OrreryVectorEnv(2, "push").close(), 1, None),
        (lambda: orrery.evaluate({"mine": lambda scene, state, actions: [state] * len(actions), "name": "push"}, things.data.path, horizons=[0.1]), 3, None),
        (lambda: orrery.evaluate(fails, things.data), 1, ZeroDivisionError),
        (lambda: orrery.evaluate(lambda *_: 3, things.data.path, name="x"), 2, ValueError),
        (lambda: orrery.generate("push", 1, out=path + "/data", frames=3), 1, None),
        (recorded, 1, None),
    ):  # fmt: skip
        opened.clear(), dropped.clear()
        if error is None:
            do()
        else:
            with pytest.raises(error):
                do()
        gc.collect()
        assert len(opened) == count and sorted(opened) == sorted(dropped), do


def test_parts_of_datasets_are_theirs(things):
    data = orrery.generate("push", 6, out=things.folder + "/parts", frames=3, split="train=0.5,val=0.17,test=0.33")
    assert set(data.splits) == {"train", "val", "test", "all"}
    for name, numbers in data.splits.items():
        assert [e.number for e in data.split(name)] == list(numbers) == sorted({w["episode"] for w in data.windows(2, split=name)})
    assert repr(data[2]) == "<orrery.Episode 2: 3 frames of 4 bodies>"
    own = {"format": 2, "name": "mine", "params": {"size": {"default": 0.1, "min": 0.05, "max": 1, "doc": "radius"}}, "bodies": [{"name": "ball", "circle": "size", "at": [0, 0]}]}
    made = orrery.generate(own, 1, out=things.folder + "/own", frames=3, values={"size": 0.25}, seed=4)
    again = made.scenario
    assert again.values == {"size": 0.25} and again.sample(4) == made[0].scene and orrery.Scenario(again).sample(4) == made[0].scene


class Bytes:
    def __fspath__(self):
        return b"a"


def test_each_mistake_is_told(things, monkeypatch):
    """Those that no other test makes."""
    scene, states, loop = things.scene, things.states, {}
    loop["it"] = loop
    for do, error, words in (
        (lambda: _library.array([10**400], "x"), (orrery.MistakeError, TypeError), "^x"),
        (lambda: _library.call("models", {}, {"x": np.zeros((2, 3)).T}), TypeError, "^x must be contiguous"),
        (lambda: _library.call("models", {}, {"x": np.zeros((1,) * 9)}), TypeError, "^x must be contiguous, of 8 dimensions at most$"),
        (lambda: orrery.Dataset(Bytes()), TypeError, "^path must be text, not bytes$"),
        (lambda: orrery.generate("push", 1, out="no", policy=3), TypeError, "^policy must be text, not int$"),
        (lambda: orrery.generate("push", 1, out="no", split=3), TypeError, "^split must be text, not int$"),
        (lambda: orrery.OrreryVectorEnv(1, "push", render_mode="human"), ValueError, "^render_mode 'human' must be None or 'rgb_array'$"),
        (lambda: orrery.evaluate({"mine": 3}, things.data), TypeError, "^mine: a predictor must be a model or callable, not int$"),
        (lambda: orrery.evaluate(lambda s, x, a: [[1], [2, 3]], things.data, name="mine", batched=True), ValueError, r"^mine: the prediction.* must have \(2, \d+, 4, 6\)"),
        (lambda: orrery.Model.train(things.data, weights=[1]), TypeError, "^weights must be a dict of datasets and numbers, not list$"),
        (lambda: orrery.record("no", "push", policy=3), TypeError, "^policy must be text, not int$"),
        (lambda: orrery.record("no", things.env, values={"a": 1}), ValueError, "^values are those of the environment$"),
        (lambda: orrery.Scenario({"a": np.nan}), ValueError, "^scenario: "),
        (lambda: orrery.Scenario(loop), ValueError, "^scenario: "),
        (lambda: orrery.Scenario("push", values=[1]), TypeError, "^values must be a dict with names, not list$"),
        (lambda: orrery.contacts(3, states), TypeError, "^scene must be a dict, not int$"),
        (lambda: orrery.simulate(3, frames=2), TypeError, "^scene must be a dict, not int$"),
        (lambda: orrery.simulate(scene), TypeError, "^frames None must be a whole number$"),
        (lambda: orrery.Scenario("push").simulate(1, frames=0), ValueError, "^frames: 0 must be 1 to"),
        (lambda: things.model.rollout(scene, frames=5, actions=np.zeros((4, 2))), ValueError, "^frames 5 must be the 4 of actions$"),
        (lambda: things.model.rollout(scene, frames=3, actions=np.zeros((4, 2))), ValueError, "^frames 3 must be the 4 of actions$"),
        (lambda: orrery.Dataset("no", layout=3), TypeError, "^layout must be text, not int$"),
        (lambda: orrery.Dataset("no", scene=3), TypeError, "^scene must be a path, a scene, a Scenario or a Dataset, not int$"),
        (lambda: orrery.Dataset("no", mapping={"a": 3}), TypeError, "^mapping: the source of a must be text"),
        (lambda: things.data.__getitem__("x"), TypeError, "^episode 'x' must be a whole number$"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            do()
    one = orrery.scenario.goals_of(things.scene["goals"][0], things.scene["goals"])
    assert one == things.scene["goals"][:1]
    with orrery.Planner("push", "push") as planner:
        assert planner.act(states[0]).shape == (2,)
    with pytest.raises(orrery.MistakeError, match="closed"):
        planner.act(states[0])
    assert repr(things.out) == f"<orrery.Recording {things.folder}/recording>"
    costs, asked_of = CostModel("pusht"), []
    monkeypatch.setattr(costs, "get_cost", lambda *what: asked_of.append(what) or "cost")
    assert costs.criterion("info", "actions") == "cost" and asked_of == [("info", "actions")]


def test_progress_that_raises_is_told_no_more(monkeypatch):
    """The library is asked to end, and what it tells until it has is told to nobody."""
    texts = [ctypes.create_string_buffer(text) for text in (b"[1]", b"[2]", b"[3]", b'{"answer": 4}')]
    waited, cancelled, told = [], [], []

    def wait(job, milliseconds, answer):
        it = answer._obj
        text = texts[len(waited)]
        waited.append(job)
        it.text, it.length, it.count = ctypes.addressof(text), len(text.value), 0
        return len(waited) == len(texts)

    library = types.SimpleNamespace(orrery_start=lambda *_: 5, orrery_wait=wait, orrery_cancel=cancelled.append, orrery_free=lambda _: None)
    monkeypatch.setattr(_library, "library", lambda: library)

    def progress(what):
        told.append(what)
        if what == [2]:
            raise StopIteration("enough")

    with pytest.raises(StopIteration, match="enough"):
        _library.call("models", {}, None, progress)
    assert told == [[1], [2]] and cancelled == [5] and waited == [5] * 4
    waited.clear(), cancelled.clear()
    assert _library.call("models", {}) == (4, {}) and cancelled == []
