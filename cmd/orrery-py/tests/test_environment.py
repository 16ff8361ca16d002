"""Environments follow Gymnasium's rules and say what they cannot do."""

import sys
import types

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

import orrery
from orrery.registry import IDS


@pytest.mark.parametrize("name", IDS)
@pytest.mark.filterwarnings("ignore")
def test_gymnasium_accepts(name):
    check_env(gymnasium.make(name, render_mode="rgb_array").unwrapped)


def test_every_scenario_with_a_task_is_registered():
    assert {scenario for scenario, _ in IDS.values()} == {s["name"] for s in orrery.scenarios() if s["task"]}
    for name, (_, frames) in IDS.items():
        assert gymnasium.make(name).unwrapped.about["time_limit"] == frames


@pytest.mark.filterwarnings("ignore")
def test_wrappers_of_gymnasium_take_it():
    wrappers = gymnasium.wrappers
    for wrap in (
        lambda e: wrappers.RescaleAction(e, np.float32(-1), np.float32(1)),
        wrappers.ClipAction,
        wrappers.RecordEpisodeStatistics,
        wrappers.NormalizeObservation,
        wrappers.NormalizeReward,
        lambda e: wrappers.FrameStackObservation(e, 3),
        wrappers.TimeAwareObservation,
        lambda e: wrappers.TimeLimit(e, 5),
        wrappers.Autoreset,
        lambda e: wrappers.StickyAction(e, 0.2),
        lambda e: wrappers.DtypeObservation(e, np.float32),
        lambda e: wrappers.DiscretizeAction(e, 4),
        lambda e: wrappers.AddRenderObservation(e, render_only=True),
        wrappers.RenderCollection,
    ):
        env = wrap(gymnasium.make("orrery/PushT-v1", render_mode="rgb_array"))
        env.reset(seed=0)
        for _ in range(3):
            env.step(env.action_space.sample())
        env.close()
    for wrap in (wrappers.vector.RecordEpisodeStatistics, wrappers.vector.NormalizeObservation, wrappers.vector.ClipAction, wrappers.vector.DictInfoToList):
        envs = wrap(gymnasium.make_vec("orrery/Push-v1", num_envs=3))
        envs.reset(seed=0)
        envs.step(envs.action_space.sample())
        envs.close()


def test_episodes_begin_where_they_are_told():
    env = gymnasium.make("orrery/PushT-v1")
    state = np.array([[1, 1, 0, 0, 0, 0], [2.5, 2.25, 0.5, 0.1, 0, 0]])
    _, info = env.reset(seed=3, options={"state": state})
    assert np.array_equal(env.unwrapped.state(), state) and info["success"] == 0
    _, info = env.reset(seed=3, options={"state": state, "goal": [2.5, 2.25, 0.5]})
    assert info["success"] == 1
    for options, words in [
        ({"state": state[:1]}, r"\(1, 6\), must have \(2, 6\)"),
        ({"state": state * np.nan}, "must be finite"),
        ({"goal": [1, 2]}, None),
        ({"goal": [1, 2, 3, 4]}, r"must have \(1, 3\)"),
        ({"goal": [1, 2, np.nan]}, "goal must be finite"),
        ({"start": state}, "option 'start' is not known"),
    ]:
        if words is None:
            env.reset(options=options)
            continue
        with pytest.raises(ValueError, match=words):
            env.reset(options=options)


def test_pictures_are_as_large_and_as_dark_as_was_asked():
    for make in (lambda **how: orrery.OrreryEnv("push", render_mode="rgb_array", **how), lambda **how: orrery.OrreryVectorEnv(1, "push", render_mode="rgb_array", **how)):
        pictures = []
        for theme in ("light", "dark"):
            env = make(size=(320, 330), theme=theme)
            env.reset(seed=1)
            picture = env.render()
            pictures.append(picture[0] if isinstance(picture, tuple) else picture)
            env.close()
        light, dark = pictures
        assert light.shape == dark.shape == (330, 320, 3) and light.mean() > 128 > dark.mean()


def test_many_are_as_one():
    one = gymnasium.make("orrery/Push-v1")
    many = gymnasium.make_vec("orrery/Push-v1", num_envs=9)
    observations, _ = many.reset(seed=5)
    many.action_space.seed(1)
    actions = [many.action_space.sample() for _ in range(30)]
    rows = [observations] + [many.step(a)[0] for a in actions]
    for i in range(9):
        observation, _ = one.reset(seed=5 + i)
        for k, row in enumerate(rows):
            assert np.array_equal(row[i], observation), (i, k)
            if k < len(actions):
                observation, _, terminated, truncated, _ = one.step(actions[k][i])
                if terminated or truncated:
                    break


def test_seeds_are_of_the_environments_that_begin():
    many = gymnasium.make_vec("orrery/Push-v1", num_envs=4)
    began, _ = many.reset(seed=[20, 21, 22, 23])
    again, _ = many.reset(seed=[30, 31, None, 33], options={"reset_mask": np.array([False, True, False, True])})
    one = gymnasium.make("orrery/Push-v1")
    for i, seed in enumerate((20, 31, 22, 33)):
        assert np.array_equal(again[i], one.reset(seed=seed)[0]), i
    assert np.array_equal(began[0], again[0]) and not np.array_equal(began[1], again[1])


def test_episodes_of_a_vector_may_be_shorter():
    envs = gymnasium.make_vec("orrery/PushT-v1", num_envs=2, max_episode_steps=3)
    envs.reset(seed=1)
    assert [envs.step(np.full((2, 2), 250))[3].tolist() for _ in range(3)] == [[False] * 2, [False] * 2, [True] * 2]
    with pytest.raises(ValueError, match="max_episode_steps 0"):
        gymnasium.make_vec("orrery/PushT-v1", num_envs=2, max_episode_steps=0)


@pytest.mark.parametrize("mode", AutoresetMode)
def test_autoreset(mode):
    envs = gymnasium.make_vec("orrery/PushT-v1", num_envs=2, autoreset_mode=mode)
    envs.reset(seed=[1, 2])
    rest = np.full((2, 2), 250, np.float32)
    for frame in range(1, 301):
        observations, rewards, terminated, truncated, infos = envs.step(rest)
        if terminated.any() or truncated.any():
            break
    assert frame == 300 and truncated.all() and not terminated.any()
    if mode is AutoresetMode.SAME_STEP:
        assert infos["_final_obs"].all() and not np.array_equal(infos["final_obs"][0], observations[0])
        assert infos["final_info"]["_success"].all()
    elif mode is AutoresetMode.NEXT_STEP:
        after, rewards, terminated, truncated, _ = envs.step(rest)
        assert not np.array_equal(after, observations) and not rewards.any() and not truncated.any()
    else:
        with pytest.raises(ValueError, match="over"):
            envs.step(rest)
        envs.reset(options={"reset_mask": np.array([True, False])})
        with pytest.raises(ValueError, match="environment 1"):
            envs.step(rest)


@pytest.mark.parametrize(
    "action, kind, words",
    [([1], ValueError, "shape"), ([1, 2, 3], ValueError, "shape"), ("ab", TypeError, "numbers"), (None, TypeError, "numbers"), ([np.nan, 1], ValueError, "finite")],
)
def test_actions_that_cannot_be_meant(action, kind, words):
    env = gymnasium.make("orrery/PushT-v1").unwrapped
    env.reset(seed=1)
    with pytest.raises(kind, match=words):
        env.step(action)


def test_closed_and_not_begun():
    env = gymnasium.make("orrery/PushT-v1").unwrapped
    with pytest.raises(ValueError, match="reset"):
        env.step([1, 2])
    with pytest.raises(ValueError, match="reset first"):
        env.state()
    env.close()
    env.close()
    for use in (env.reset, env.state, env.scene, lambda: env.step([1, 2])):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_what_a_vector_says_is_what_each_of_it_says():
    """Pictures, states, frames a second, and how episodes end that begin again in the same step."""
    for scenario in ("push", "cartpole"):
        many = orrery.OrreryVectorEnv(3, scenario, autoreset_mode="SameStep", max_episode_steps=4, render_mode="rgb_array", size=(48, 40))
        ones = [orrery.OrreryEnv(scenario, render_mode="rgb_array", size=(48, 40)) for _ in range(3)]
        first, infos = many.reset(seed=[3, 5, 4])
        alone = [one.reset(seed=seed) for one, seed in zip(ones, (3, 5, 4))]
        assert np.array_equal(first, [o for o, _ in alone])
        fps = ones[0].scene()["fps"]
        assert ones[0].metadata["render_fps"] == many.metadata["render_fps"] == fps
        rng = np.random.default_rng(1)
        for frame in range(4):
            assert np.array_equal(many.state(), [one.state() for one in ones])
            pictures = many.render()
            assert len(pictures) == 3 and not np.array_equal(pictures[0], pictures[1])
            assert all(np.array_equal(picture, one.render()) for picture, one in zip(pictures, ones))
            for name in alone[0][1]:
                assert infos[name].tolist() == [info[name] for _, info in alone] and infos["_" + name].all(), name
            actions = rng.uniform(2 * many.action_space.low, 2 * many.action_space.high)  # some are clipped
            observations, rewards, terminated, truncated, infos = many.step(actions)
            steps = [one.step(action) for one, action in zip(ones, actions)]
            assert rewards.tolist() == [step[1] for step in steps] and terminated.tolist() == [step[2] for step in steps]
            alone = [(step[0], step[4]) for step in steps]
            assert truncated.tolist() == [frame == 3] * 3 and ("final_obs" in infos) == (frame == 3)
        assert np.array_equal(np.stack(infos["final_obs"]), [o for o, _ in alone]) and not np.array_equal(observations, [o for o, _ in alone])
        for name in alone[0][1]:
            assert infos["final_info"][name].tolist() == [info[name] for _, info in alone] and infos["final_info"]["_" + name].all(), name
        assert infos["_final_obs"].all() and infos["_final_info"].all()


def test_episodes_without_a_seed_are_others_and_the_same_again():
    for make in (lambda: orrery.OrreryEnv("push"), lambda: orrery.OrreryVectorEnv(2, "push")):
        runs = []
        for _ in range(2):
            env = make()
            first, _ = env.reset(seed=3)
            runs.append([first, *(env.reset()[0] for _ in range(3))])
        assert len({run.tobytes() for run in runs[0]}) == 4
        assert len({make().reset()[0].tobytes() for _ in range(3)}) == 3
        if isinstance(env, orrery.OrreryVectorEnv):
            assert all(not np.array_equal(*rows) for run in runs for rows in run)
        assert all(np.array_equal(a, b) for a, b in zip(*runs))


def test_actions_of_a_vector_that_cannot_be_meant():
    envs = orrery.OrreryVectorEnv(3, "push")
    envs.reset(seed=1)
    before = envs.state()
    for at in range(6):
        for bad in (np.nan, np.inf):
            actions = np.zeros((3, 2))
            actions.flat[at] = bad
            with pytest.raises(ValueError, match=f"environment {at // 2}.*finite"):
                envs.step(actions)
            envs.reset(seed=1)
    assert np.array_equal(envs.state(), before)
    for actions, kind in ((np.zeros((2, 2)), ValueError), (np.zeros(2), ValueError), (np.zeros((3, 1)), ValueError), ("ab", TypeError)):
        with pytest.raises(kind):
            envs.step(actions)
    for mask in ([True, False], [1, 0, 1], [False] * 3):
        with pytest.raises(ValueError, match="reset_mask must be 3 of True and False, not all False"):
            envs.reset(options={"reset_mask": mask})
    for seed, kind in (([1, 2], ValueError), ([1, 2, -3], ValueError), ([1, 2, "x"], TypeError), (1.5, TypeError)):
        with pytest.raises(kind, match="seed"):
            envs.reset(seed=seed)
    with pytest.raises(ValueError, match="must have 3 states"):
        envs.reset(options={"state": before[:2]})


def test_windows_show_what_pictures_show(monkeypatch):
    """In a stand-in for pygame: as large as was asked, at the frames a second of the scene, until the environment is closed."""
    happened = []
    note = lambda name, answer=None: lambda *args: happened.append((name, *args)) or answer
    screen = types.SimpleNamespace(blit=note("blit"))
    display = types.SimpleNamespace(set_caption=note("caption"), set_mode=note("mode", screen), flip=note("flip"), quit=note("quit"))
    pygame = types.SimpleNamespace(
        init=note("init"), display=display, time=types.SimpleNamespace(Clock=lambda: types.SimpleNamespace(tick=note("tick"))), event=types.SimpleNamespace(pump=note("pump")),
        surfarray=types.SimpleNamespace(make_surface=lambda pixels: pixels.tobytes()),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "pygame", pygame)
    env, same = (orrery.OrreryEnv("cartpole", render_mode=mode, size=(64, 48), theme="dark") for mode in ("human", "rgb_array"))
    same.reset(seed=2)
    picture = lambda: ("blit", same.render().swapaxes(0, 1).tobytes(), (0, 0))
    fps = ("tick", same.scene()["fps"])
    env.reset(seed=2)
    assert happened == [("init",), ("caption", "Orrery: cartpole"), ("mode", (64, 48)), picture(), ("pump",), ("flip",), fps]
    happened.clear()
    env.step([1]), same.step([1])
    assert happened == [picture(), ("pump",), ("flip",), fps]
    happened.clear()
    assert env.render() is None and happened == [picture(), ("pump",), ("flip",), fps]
    happened.clear()
    env.close(), env.close()
    assert happened == [("quit",)]
    for mode in ("ansi", "RGB_ARRAY", True):
        with pytest.raises(ValueError, match="render_mode"):
            orrery.OrreryEnv("push", render_mode=mode)
    for cls, mode in ((orrery.OrreryEnv, None), (lambda *a, **k: orrery.OrreryVectorEnv(2, *a, **k), None)):
        env = cls("push", render_mode=mode)
        env.reset(seed=1)
        assert env.render() is None
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(gymnasium.error.DependencyNotInstalled, match=r"orrery\[human\]"):
        orrery.OrreryEnv("push", render_mode="human").reset(seed=1)
