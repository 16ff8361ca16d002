"""Models predict what the engine does, and say what they cannot."""

import pickle
import signal
import threading

import numpy as np
import pytest

import orrery


@pytest.fixture(scope="module")
def pusht():
    return orrery.Model.load("pusht"), orrery.Scenario.load("pusht").sample(seed=7)


def moves(*shape, seed=1):
    return np.random.default_rng(seed).uniform(0.5, 4.5, (*shape, 2))


def test_the_engine_is_a_model():
    scene = orrery.Scenario.load("pusht").sample(seed=3)
    actions = moves(20)
    states = orrery.simulate(scene, actions)
    assert np.array_equal(orrery.Model.load("true").rollout(scene, actions=actions), states)
    again = orrery.Model.load("true").rollout(scene, states[5], actions[5:])
    assert np.array_equal(again[0], states[5]) and np.abs(again - states[5:]).max() < 1e-6


def test_models_are_near_the_engine(pusht):
    model, scene = pusht
    actions = moves(10)
    off = model.rollout(scene, actions=actions)[:, :, :2] - orrery.simulate(scene, actions)[:, :, :2]
    assert 0 < np.abs(off).max() < 0.05  # m


def test_many_are_as_one(pusht):
    model, scene = pusht
    other = orrery.Scenario.load("pusht").sample(seed=8)
    actions = moves(2, 19, 6)
    many = model.rollout([scene, other], actions=actions)
    assert many.shape == (2, 19, 7, 2, 6) and many.dtype == np.float64
    assert np.array_equal(many, model.rollout([scene, other], actions=actions, workers=1))
    for k, s in enumerate([scene, other]):
        start = many[k, 0, 0]
        assert np.array_equal(many[k], model.rollout(s, actions=actions[k]))
        assert np.array_equal(many[k, 3], model.rollout(scene, start, actions[k, 3]))
    states = many[:, 0, 2]
    later = model.rollout([scene, other], states, actions[:, :, :3])
    assert later.shape == (2, 19, 4, 2, 6) and np.array_equal(later[:, 5, 0], states)
    assert model.rollout(scene, frames=0).shape == (1, 2, 6)
    assert model.rollout(scene, actions=np.zeros((0, 4, 2))).shape == (0, 5, 2, 6)


def test_leading_dimensions_are_matched_from_the_front(pusht):
    """Whichever of scenes, states and actions has more of them."""
    model, scene = pusht
    other = orrery.Scenario.load("pusht").sample(seed=8)
    states = model.rollout([scene, other], actions=moves(2, 3, 2))[:, :, -1]
    actions = moves(2, 3, 4, seed=2)
    for some, several in ((actions[:, 0], states), (actions, states[:, 0]), (actions, states), (actions[0, 0], states), (actions, states[0, 0])):
        many = model.rollout([scene, other], several, some)
        assert many.shape == (2, 3, 5, 2, 6)
        for i, j in np.ndindex(2, 3):
            state, action = (values[(i, j)[: values.ndim - 2]] for values in (several, some))
            assert np.array_equal(many[i, j], model.rollout((scene, other)[i], state, action))


def test_arrays_of_any_layout_and_kind(pusht):
    model, scene = pusht
    actions = moves(8, 6)
    want = model.rollout(scene, actions=actions)
    turned = np.asfortranarray(actions)
    assert np.array_equal(model.rollout(scene, actions=turned), want)
    assert np.array_equal(model.rollout(scene, actions=actions[::-1])[::-1], want)
    assert np.array_equal(model.rollout(scene, actions=actions.tolist()), want)
    single = actions.astype(np.float32)
    assert np.array_equal(model.rollout(scene, actions=single), model.rollout(scene, actions=single.astype(np.float64)))


def test_actions_are_clipped_and_left_alone(pusht):
    model, scene = pusht
    wild = np.full((4, 2), 1e6)
    kept = wild.copy()
    high = scene["actuators"][0]["high"]
    assert np.array_equal(model.rollout(scene, actions=wild), model.rollout(scene, actions=np.full((4, 2), high)))
    assert np.array_equal(wild, kept)


def test_doubt_grows(pusht):
    model, scene = pusht
    actions = moves(5, 8)
    states, deviations = model.spread(scene, actions=actions)
    assert np.array_equal(states, model.rollout(scene, actions=actions))
    assert deviations.shape == (5, 9, 2) and not deviations[:, 0].any() and (np.diff(deviations[..., 1], axis=1) >= 0).all() and deviations[0, -1, 1] > 0
    half, most = (model.regions(scene, actions=actions, within=share)[1] for share in (0.5, 0.9))
    assert half.shape == (5, 9, 2, 3) and (half[:, 1:, 1, :2] < most[:, 1:, 1, :2]).all() and np.array_equal(half[..., 2], most[..., 2])
    for within in (0, 1, np.nan):
        with pytest.raises(ValueError):
            model.regions(scene, actions=actions, within=within)
    with pytest.raises(ValueError, match="does not know how far off"):
        orrery.Model.load("true").spread(scene, actions=actions)


def test_models_are_kept(pusht, tmp_path):
    model, scene = pusht
    model.save(tmp_path / "m")
    again = orrery.Model.load(tmp_path / "m")
    assert again.kind == model.kind and again.description == model.description and again.metrics == model.metrics
    actions = moves(5)
    assert np.array_equal(again.spread(scene, actions=actions)[1], model.spread(scene, actions=actions)[1])
    with pytest.raises(FileExistsError, match="force=True"):
        model.save(tmp_path / "m")
    model.save(tmp_path / "m", force=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="not a model"):
        model.save(tmp_path / "other", force=True)
    with pytest.raises(ValueError, match="no weights"):
        orrery.Model.load("true").save(tmp_path / "engine")


@pytest.mark.parametrize("source, kind, words", [("pushd", ValueError, 'perhaps "push"'), ("no/such", FileNotFoundError, "no/such"), (7, TypeError, "name or a path")])
def test_models_that_are_none(source, kind, words):
    with pytest.raises(kind, match=words):
        orrery.Model.load(source)


def test_a_folder_that_is_no_model(tmp_path):
    with pytest.raises(FileNotFoundError, match="not a model"):
        orrery.Model.load(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match="config.json"):
        orrery.Model.load(tmp_path)


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ({}, TypeError, "frames must be given"),
        ({"frames": -1}, ValueError, "frames"),
        ({"frames": 1.5}, TypeError, "whole number"),
        ({"frames": 3, "actions": np.ones((4, 2))}, ValueError, "must be the 4 of actions"),
        ({"actions": np.ones((4, 3))}, ValueError, r"\(4, 3\), must have \(..., frames, 2\)"),
        ({"actions": np.ones(2)}, ValueError, "must have"),
        ({"actions": np.full((4, 2), np.nan)}, ValueError, r"actions\[0, 0, 0\]: NaN must be finite"),
        ({"actions": "abc"}, TypeError, "numbers"),
        ({"actions": [[1, 2], [3]]}, ValueError, "actions"),
        ({"actions": np.ones((4, 2), complex)}, TypeError, "numbers"),
        ({"actions": np.ones((4, 2), object)}, TypeError, "numbers"),
        ({"states": np.ones((3, 6)), "frames": 1}, ValueError, r"\(3, 6\), must have \(..., 2, 6\)"),
        ({"states": np.full((2, 6), np.inf), "frames": 1}, ValueError, "finite"),
        ({"states": np.full((2, 6), 1e30), "frames": 1}, ValueError, r"states\[0\]: body 0"),
        ({"states": np.ones((5, 2, 6)), "actions": np.ones((4, 3, 2))}, ValueError, r"do not match: \(\), \(5,\), \(4,\)"),
    ],
)
def test_rollouts_that_cannot_be_meant(pusht, arguments, kind, words):
    model, scene = pusht
    with pytest.raises(kind, match=words):
        model.rollout(scene, **arguments)


def test_scenes_that_cannot_be_meant(pusht):
    model, scene = pusht
    billiards = orrery.Scenario.load("billiards").sample(seed=1)
    for scenes, kind, words in [
        ([], TypeError, "a list of some"),
        (7, TypeError, "a list of some"),
        ("pusht", TypeError, "a list of some"),
        ({}, ValueError, "scene 0"),
        ({**scene, "fps": 0}, ValueError, "scene 0: .*fps"),
        ([scene, billiards], ValueError, "scene 1 has 6 bodies"),
    ]:
        with pytest.raises(kind, match=words):
            model.rollout(scenes, frames=2)


def test_huge_files_are_not_read(pusht, tmp_path):
    pusht[0].save(tmp_path / "m")
    with open(tmp_path / "m" / "metrics.json", "r+b") as file:
        file.truncate(2**40)  # of which the disk keeps nothing
    with pytest.raises(ValueError, match="metrics.json has 1099511627776 bytes"):
        orrery.Model.load(tmp_path / "m")


def test_models_go_to_other_processes(pusht, tmp_path):
    model, scene = pusht
    model.save(tmp_path / "m")
    for one in (model, orrery.Model.load(tmp_path / "m"), orrery.Model.load("true")):
        again = pickle.loads(pickle.dumps(one))
        assert np.array_equal(again.rollout(scene, frames=3), one.rollout(scene, frames=3))


def test_an_interrupt_ends_rollouts(pusht):
    model, scene = pusht

    def late(*_):
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(InterruptedError):
            model.rollout(scene, actions=np.full((64, 50000, 2), 2.0))  # half a minute at least
    finally:
        signal.signal(signal.SIGALRM, before)


def test_closed():
    with orrery.Model.load("pusht") as model:
        pass
    model.close()
    with pytest.raises(ValueError, match="closed"):
        model.rollout(orrery.Scenario.load("pusht").sample(), frames=1)


def test_threads_share_a_model(pusht):
    model, scene = pusht
    actions = moves(40, 10)
    want = model.rollout(scene, actions=actions)
    same = [False] * 4

    def roll(k):
        same[k] = all(np.array_equal(model.rollout(scene, actions=actions), want) for _ in range(3))

    threads = [threading.Thread(target=roll, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(same)
