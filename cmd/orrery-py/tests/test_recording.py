"""Recording: what was handed over or happened is in the dataset, whatever became of the process."""

import json
import os
import signal
import subprocess
import sys
import threading

import gymnasium
import numpy as np
import pytest

import orrery


def act(env, seed):
    """Act at random until the episode is over; return its states, actions, rewards and the last info."""
    random = np.random.default_rng(seed)
    env.reset(seed=seed)
    inner = env.unwrapped
    states, actions, rewards = [inner.state()], [], []
    while True:
        action = random.uniform(env.action_space.low, env.action_space.high)
        _, reward, terminated, truncated, info = env.step(action)
        states.append(inner.state()), actions.append(action), rewards.append(reward)
        if terminated or truncated:
            return np.array(states), np.array(actions), np.array(rewards), truncated, info


def test_environments_record_what_happens_in_them(program, tmp_path):
    env = gymnasium.make("orrery/Push-v1")
    with orrery.record(tmp_path / "it", env) as out:
        assert out.judged
        happened = [act(env, seed) for seed in (1, 2)]
        env.reset(seed=3)
        env.step(env.action_space.sample())  # does not end
    act(env, 4)  # nobody records
    data = orrery.Dataset(out.path)
    assert len(data) == 2 and data.about["policy"] == "python" and data.scenario.name == "push"
    for episode, (states, actions, rewards, truncated, info) in zip(data, happened):
        assert np.array_equal(episode.states, states.astype(np.float32))
        assert np.array_equal(episode.rewards, rewards.astype(np.float32)) and episode.truncated[-1] == truncated
        assert episode.success[-1] == info["success"] and np.allclose(episode.actions, actions, atol=1e-6)
        assert episode.observation.shape == (len(states), len(data.observation))
    data.check()
    told = json.loads(subprocess.run([program, "inspect", out.path, "--json"], check=True, capture_output=True).stdout)
    assert told["episodes"] == 2
    trained = subprocess.run([program, "train", out.path, "--out", tmp_path / "model", "--steps", "2"], capture_output=True, text=True)
    assert trained.returncode == 0, trained.stderr


def test_the_task_judges_where_nobody_does(tmp_path):
    env = gymnasium.make("orrery/Push-v1")
    with orrery.record(tmp_path / "a", env) as out:
        states, actions, _, _, _ = act(env, 5)
    scene = env.unwrapped.scene()
    with orrery.record(tmp_path / "b", "push") as again:
        assert again.episode(scene, states, actions) == 1
        assert again.episode(scene, states, actions, rewards=np.arange(len(actions)), success=True, truncated=False) == 2
    a, (b, told) = orrery.Dataset(out.path)[0], orrery.Dataset(again.path)
    assert a.scene == b.scene and np.array_equal(a.success, b.success) and np.array_equal(a.truncated, b.truncated)
    assert np.allclose(a.rewards, b.rewards, atol=1e-5) and np.array_equal(a.observation, b.observation)
    assert np.array_equal(told.rewards, np.arange(len(actions))) and told.success[-1] and not told.success[:-1].any() and not told.truncated.any()


def test_vectors_record_in_the_order_of_their_environments(tmp_path):
    envs = gymnasium.make_vec("orrery/Reach-v1", num_envs=16, vectorization_mode="vector_entry_point")
    returns = np.zeros(16)
    ended = []
    with orrery.record(tmp_path / "it", envs) as out:
        envs.reset(seed=1)
        over = np.zeros(16, bool)
        while len(ended) < 40:
            _, rewards, terminated, truncated, _ = envs.step(envs.action_space.sample())
            returns[~over] += rewards[~over]
            over = terminated | truncated
            ended += returns[over].tolist()
            returns[over] = 0
    data = orrery.Dataset(out.path)
    assert np.allclose([e.rewards.sum() for e in data], ended, rtol=1e-4)


def test_scenes_of_any_kind_are_recorded(program, tmp_path):
    billiards = orrery.Scenario.load("billiards")
    scene = billiards.sample(7)
    scene["name"] = "table"
    states = orrery.simulate(scene, frames=31)
    with orrery.record(tmp_path / "it", scene) as out:
        assert not out.judged
        out.episode(None, states)
        out.episode({**scene, "bodies": scene["bodies"][:2]}, states[:20, :2])
        out.episode(scene, states)
        out.discard()
        with pytest.raises(TypeError, match="no scenario"):
            out.episode(3, states)
    data = orrery.Dataset(out.path)
    assert [e.states.shape for e in data] == [(31, len(scene["bodies"]), 6), (20, 2, 6)] and data[0].scene == scene
    assert np.array_equal(data[0].states, states.astype(np.float32)) and data[0].rewards is None
    assert subprocess.run([program, "inspect", out.path, "--json"], capture_output=True).returncode == 0
    with orrery.record(tmp_path / "seeds", billiards, seed=7) as out:
        out.episode(7, states)
    assert orrery.Dataset(out.path)[0].scene == billiards.sample(7)
    with orrery.record(tmp_path / "rewarded", scene) as out:
        out.episode(scene, states, rewards=np.ones(30))
        with pytest.raises(orrery.MistakeError, match="all episodes"):
            out.episode(scene, states)
    with orrery.record(tmp_path / "rewarded", scene, append=True) as out:
        with pytest.raises(orrery.MistakeError, match="all episodes"):
            out.episode(scene, states)
        out.episode(scene, states, success=False)
    assert len(orrery.Dataset(out.path)) == 2


def test_a_dataset_is_extended_when_told_so(tmp_path):
    billiards = orrery.Scenario.load("billiards")
    states = billiards.simulate(7, frames=11)
    for episodes in (1, 2):
        with orrery.record(tmp_path / "it", billiards, append=True) as out:
            assert out.episode(7, states) == episodes
    with pytest.raises(FileExistsError, match="append=True"):
        orrery.record(tmp_path / "it", billiards)
    for other in ({"policy": "somebody"}, {"of": "mixed"}, {"values": {"bodies": 3}}):
        with pytest.raises(orrery.Error, match="cannot be extended"):
            orrery.record(**{"path": tmp_path / "it", "of": "billiards", "append": True, **other})
    assert len(orrery.Dataset(tmp_path / "it")) == 2


def test_one_program_records_at_a_time(tmp_path):
    first = orrery.record(tmp_path / "it", "billiards")
    with pytest.raises(orrery.Error, match="another program records"):
        orrery.record(tmp_path / "it", "billiards")
    assert first.close() == 0 and first.close() == 0
    second = orrery.record(tmp_path / "it", "billiards")
    del second  # lets go
    orrery.record(tmp_path / "it", "billiards").close()
    assert os.listdir(tmp_path) == []


KILLED = """
import os, sys, signal, orrery
billiards = orrery.Scenario.load("billiards")
out = orrery.record(sys.argv[1], billiards)
for seed in range(3):
    out.episode(seed, billiards.simulate(seed, frames=21))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_recorded_survives_a_kill(tmp_path):
    path = str(tmp_path / "it")
    assert subprocess.run([sys.executable, "-c", KILLED, path]).returncode == -signal.SIGKILL
    with pytest.raises(FileNotFoundError, match="append=True"):
        orrery.Dataset(path)
    with pytest.raises(FileExistsError, match="interrupted"):
        orrery.record(path, "billiards")
    billiards = orrery.Scenario.load("billiards")
    with orrery.record(path, billiards, append=True) as out:
        assert out.episode(3, billiards.simulate(3, frames=21)) == 4
    for seed, episode in enumerate(orrery.Dataset(path)):
        assert np.array_equal(episode.states, billiards.simulate(seed, frames=21).astype(np.float32))


def test_what_cannot_be_recorded_says_why(tmp_path):
    push = orrery.Scenario.load("push")
    scene, states = push.sample(1), push.simulate(1, frames=11)
    with orrery.record(tmp_path / "it", push) as out:
        nan = states.copy()
        nan[3, 1, 0] = np.nan
        for kwargs, words in (
            ({"states": states[:, :1]}, "states has the shape"),
            ({"states": states[0]}, "3 dimensions"),
            ({"states": nan}, r"states\[3, 1, 0\]"),
            ({"states": states[:0]}, "states"),
            ({"actions": np.zeros((9, 2))}, r"actions has the shape \(9, 2\)"),
            ({"actions": np.full((10, 2), 1e40)}, "action"),
            ({"rewards": np.zeros(11)}, "rewards has the shape"),
            ({"success": np.zeros(11, bool)}, "success has the shape"),
            ({"scene": {}}, "scene|format|substeps|fps"),
            ({"scene": orrery.Scenario.load("billiards").sample(1)}, "states"),
        ):
            with pytest.raises(orrery.MistakeError, match=words):
                out.episode(**{"scene": scene, "states": states, **kwargs})
        for kwargs in ({"states": "no"}, {"success": [1.0]}, {"scene": "no"}, {"actions": [[None]]}):
            with pytest.raises(TypeError):
                out.episode(**{"scene": scene, "states": states, **kwargs})
        assert out.episode(scene, states) == 1
    with pytest.raises(orrery.MistakeError, match="closed"):
        out.episode(scene, states)
    env = gymnasium.make("orrery/Push-v1")
    with orrery.record(tmp_path / "env", env):
        with pytest.raises(orrery.MistakeError, match="already"):
            orrery.record(tmp_path / "env2", env)
    env.close()
    with pytest.raises(orrery.MistakeError, match="closed"):
        orrery.record(tmp_path / "env3", env)
    with pytest.raises(TypeError, match="Recording.episode"):
        orrery.record(tmp_path / "other", gymnasium.make("CartPole-v1"))
    with pytest.raises(orrery.MistakeError, match="fps|frames"):
        orrery.record(tmp_path / "long", push, frames=2**30)


def test_many_threads_record(tmp_path):
    billiards = orrery.Scenario.load("billiards")
    states = billiards.simulate(7, frames=5)
    with orrery.record(tmp_path / "it", billiards) as out:
        threads = [threading.Thread(target=lambda: [out.episode(7, states) for _ in range(5)]) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(orrery.Dataset(out.path)) == 30
