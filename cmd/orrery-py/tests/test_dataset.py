"""Datasets: what comes out of them is what is in their files, and generate is orrery gen."""

import filecmp
import json
import os
import pickle
import subprocess
import sys
import threading
import types

import numpy as np
import pyarrow.parquet as pq
import pytest

import orrery


@pytest.fixture(scope="module")
def push(tmp_path_factory):
    out = tmp_path_factory.mktemp("data") / "push"
    return orrery.generate("push", 5, out=out, seed=3, policy="random", split="train=0.6,val=0.2,test=0.2")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return orrery.generate("mixed", 4, out=tmp_path_factory.mktemp("data") / "mixed", frames=41, values={"bodies": (2, 6)})


def rows(path, column):
    files = sorted((os.path.join(d, f) for d, _, names in os.walk(os.path.join(path, "data")) for f in names))
    return np.concatenate([np.array(pq.read_table(f, columns=[column])[column].to_pylist()) for f in files])


def test_episodes_are_what_other_programs_read(push):
    states, rewards, actions = (rows(push.path, c) for c in ("observation.state", "next.reward", "action"))
    view, times = rows(push.path, "observation.environment_state"), rows(push.path, "timestamp")
    start = 0
    for number, episode in enumerate(push):
        t = len(episode)
        assert episode.number == number and t == push.lengths[number]
        assert np.array_equal(episode.states.reshape(t, -1), states[start : start + t])
        assert np.array_equal(episode.rewards, rewards[start : start + t - 1])
        assert np.array_equal(episode.actions, actions[start : start + t - 1])
        assert np.array_equal(episode.observation, view[start : start + t])
        assert np.allclose(episode.times, times[start : start + t], atol=1e-5)
        assert episode.done[-1] and not episode.done[:-1].any() and episode.truncated.dtype == episode.success.dtype == bool
        assert episode.states.dtype == episode.actions.dtype == np.float64
        assert [b["name"] for b in episode.scene["bodies"]] and episode.measured is None
        start += t
    assert start == push.frames == push.lengths.sum()


def test_what_a_dataset_says_of_itself(push, mixed):
    assert push.splits == {"train": range(0, 3), "val": range(3, 4), "test": range(4, 5), "all": range(0, 5)}
    assert [e.number for e in push.split("train")] == [0, 1, 2]
    assert push.judged and len(push.observation) == push[0].observation.shape[1] and len(push.actions) == 2
    assert not mixed.judged and mixed[0].rewards is None and mixed[0].observation is None
    assert push.scenario.name == "push" and push.about["policy"] == "random"
    assert {e.states.shape[1] for e in mixed} <= set(range(2, 7)) and mixed.max_bodies == max(e.states.shape[1] for e in mixed)
    push.check()
    assert np.array_equal(push[0].states[0], push.scenario.simulate(push[0].scene, frames=1)[0].astype(np.float32))


def test_indices_are_those_of_a_sequence(push):
    assert push[-1].number == 4 and [e.number for e in push[1:4:2]] == [1, 3] and push[np.int64(2)].number == 2
    for index in (5, -6):
        with pytest.raises(IndexError, match="0 to 4"):
            push[index]
    for index in (1.0, "1", True, None):
        with pytest.raises(TypeError):
            push[index]
    with pytest.raises(orrery.MistakeError, match="'train' or 'val' or 'test' or 'all'"):
        push.split("none")


def test_generate_is_the_command(program, push, tmp_path):
    out = tmp_path / "push"
    command = [program, "gen", "push", "--out", out, "--episodes", "5", "--seed", "3", "--policy", "random", "--split", "train=0.6,val=0.2,test=0.2"]
    subprocess.run(command, check=True, capture_output=True)
    names = [os.path.relpath(os.path.join(d, f), out) for d, _, files in os.walk(out) for f in files]
    same, other, missing = filecmp.cmpfiles(out, push.path, names, shallow=False)
    assert len(same) == len(names) > 5, (other, missing)


def test_generate_tells_goes_on_and_refuses(tmp_path):
    out, told = tmp_path / "it", []
    orrery.generate("billiards", 3, out=out, frames=11, progress=lambda done, total: told.append((done, total)), workers=1)
    before = orrery.Dataset(out)[1].states
    assert all(total == 3 and 0 <= done <= 3 for done, total in told)
    with pytest.raises(FileExistsError, match="append=True"):
        orrery.generate("billiards", 3, out=out, frames=11)
    more = orrery.generate("billiards", 5, out=out, frames=11, append=True)
    assert len(more) == 5 and np.array_equal(more[1].states, before)
    assert len(orrery.generate("billiards", 2, out=out, frames=11, force=True)) == 2
    for wrong, words in (
        ({"policy": "nobody"}, "nobody"),
        ({"values": {"nothing": 3}}, "nothing"),
        ({"values": {"bodies": (9, 2)}}, "bodies"),
        ({"values": {"bodies": (1, 2, 3)}}, "low, high"),
        ({"split": "train=2"}, "split"),
        ({"frames": 0}, "frames"),
        ({"episodes": 0}, "episodes"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(orrery.MistakeError, match=words):
            orrery.generate("billiards", **{"episodes": 3, "out": tmp_path / "other", **wrong})
    assert not (tmp_path / "other").exists()


def test_progress_may_end_it(tmp_path):
    def stop(done, total):
        raise StopIteration("enough")

    with pytest.raises(StopIteration, match="enough"):
        orrery.generate("mixed", 2000, out=tmp_path / "it", progress=stop)
    with pytest.raises(orrery.Error, match="unfinished"):
        orrery.Dataset(tmp_path / "it")


def test_what_is_no_dataset(tmp_path, push):
    with pytest.raises(FileNotFoundError, match="no such dataset"):
        orrery.Dataset(tmp_path / "nothing")
    with pytest.raises(orrery.MistakeError, match="no dataset"):
        orrery.Dataset(tmp_path)
    with pytest.raises(TypeError):
        orrery.Dataset(3)
    other = orrery.Dataset(push.path)
    other.close()
    other.close()
    for use in (lambda: other[0], other.check):
        with pytest.raises(orrery.MistakeError, match="closed"):
            use()


def test_many_threads_read_one_dataset(push):
    want, wrong = [e.states for e in push], []

    def read(first):
        for k in range(10):
            i = (first + k) % len(push)
            if not np.array_equal(push[i].states, want[i]):
                wrong.append(i)

    threads = [threading.Thread(target=read, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_windows_are_cut_from_episodes(push, mixed):
    for data in (push, mixed):
        for load in (True, False):
            windows = data.windows(window=7, stride=3, load=load)
            assert len(windows) == sum((n - 7) // 3 + 1 for n in data.lengths)
            seen = set()
            for window in windows:
                episode, start = data[window["episode"]], window["start"]
                seen.add((episode.number, start))
                bodies = episode.states.shape[1]
                assert window["present"].tolist() == [b < bodies for b in range(data.max_bodies)]
                assert np.array_equal(window["states"][:, :bodies], episode.states[start : start + 7].astype(np.float32))
                assert not window["states"][:, bodies:].any() and window["states"].shape == (7, data.max_bodies, 6)
                if data.judged:
                    assert np.array_equal(window["rewards"], episode.rewards[start : start + 6].astype(np.float32))
                    assert np.array_equal(window["actions"], episode.actions[start : start + 6].astype(np.float32))
                    assert window["observation"].shape == (7, len(data.observation)) and window["done"].shape == (6,)
            assert len(seen) == len(windows) and all(start % 3 == 0 for _, start in seen)
    assert {w["episode"] for w in push.windows(9, split="val")} == {3}
    assert windows[-1]["start"] == windows[len(windows) - 1]["start"]
    with pytest.raises(IndexError):
        windows[len(windows)]
    assert push.lengths.min() < push.lengths.max()
    with pytest.raises(orrery.MistakeError, match=f"window 1000 must be at most {push.lengths.max()}, the frames of the longest episode$"):
        push.windows(1000)
    for wrong in ({"window": 0}, {"window": 10**6}, {"stride": 0}, {"split": "x"}):
        with pytest.raises(orrery.MistakeError):
            push.windows(**wrong)


def test_few_episodes_are_remembered_where_not_all_are(push):
    windows = push.windows(8, load=False)
    windows._kept = 2
    first = [next(k for k in range(len(windows)) if windows[k]["episode"] == i) for i in range(5)]
    assert list(windows._read) == [3, 4]  # those that were read last
    windows[first[3]], windows[first[0]]
    assert list(windows._read) == [3, 0]  # the one that was asked for again stays
    assert orrery.Dataset(push.path).windows(8, load=False)._kept == 8


def test_datasets_and_windows_go_to_other_processes(push):
    assert pickle.loads(pickle.dumps(push))[2].number == 2
    for load in (True, False):
        again = pickle.loads(pickle.dumps(push.windows(8, load=load)))
        assert np.array_equal(again[5]["states"], push.windows(8)[5]["states"])


def test_windows_of_tensors(push, monkeypatch):
    torch = types.ModuleType("torch")
    torch.utils = types.SimpleNamespace(data=types.SimpleNamespace(Dataset=type("Dataset", (), {})))
    torch.from_numpy = lambda values: ("tensor", values)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.delattr("orrery.dataset.TorchWindows", raising=False)
    windows = push.torch(window=4)
    assert isinstance(windows, torch.utils.data.Dataset)
    kind, values = pickle.loads(pickle.dumps(windows))[3]["states"]
    assert kind == "tensor" and np.array_equal(values, push.windows(4)[3]["states"]) and values.flags.owndata
    del sys.modules["orrery.dataset"].TorchWindows
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"orrery\[torch\]"):
        push.torch()


def test_measured_datasets_have_what_was_measured(program, tmp_path):
    frames = 60
    table = ["body,time,x,y"]
    for k in range(frames):
        if k != 20:
            table.append(f"ball,{k / 30},{1 + 0.5 * k / 30},{2 - 0.2 * k / 30}")
    (tmp_path / "t.csv").write_text("\n".join(table))
    done = subprocess.run([program, "import", "csv", tmp_path / "t.csv", "--out", tmp_path / "seen", "--radius", "0.1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    episode = orrery.Dataset(tmp_path / "seen")[0]
    t, n = episode.states.shape[:2]
    assert orrery.Dataset(tmp_path / "seen").observed
    assert episode.measured.shape == (t, n, 3) and episode.std.shape == (t, n, 6) and episode.measured_std.shape == (t, n, 2)
    assert episode.seen.sum() < t * n and not episode.turned.any()
    assert np.allclose(episode.measured[0, 0, :2], [1, 2], atol=1e-3) and json.dumps(episode.impacts)
