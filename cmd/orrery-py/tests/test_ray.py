"""What needs no cluster: make python-full has one."""

import subprocess

import pytest

import orrery.ray


def test_flags_are_those_of_the_program():
    flags = orrery.ray._flags(episodes=5, train_episodes=7, set={"bodies": 3, "gravity": "0:10"}, data=["a", "b"], fitted=True, report=None, force=False)
    assert flags == ["--episodes", "5", "--train-episodes", "7", "--set", "bodies=3", "--set", "gravity=0:10", "--data", "a", "--data", "b", "--fitted"]


def test_shards_are_tried_again_unless_the_line_is_wrong(program, tmp_path):
    line = [program, "gen", "billiards", "--episodes", "2", "--frames", "3", "--resume", "--out", str(tmp_path / "0")]
    orrery.ray._shard([*line, "--shard", "0/2"], str(tmp_path / "logs" / "0.log"))
    orrery.ray._shard([*line, "--shard", "0/2"], str(tmp_path / "logs" / "0.log"))
    with pytest.raises(ValueError, match="must be from 1 to that of episodes, 2 .exit code 2, log"):
        orrery.ray._shard([*line, "--shard", "0/3"], str(tmp_path / "1.log"))
    with pytest.raises(orrery.ray.ShardError, match="cannot resume: .*exit code 1"):
        orrery.ray._shard([*line, "--shard", "0/2", "--seed", "2"], str(tmp_path / "2.log"))
    assert subprocess.run([program, "inspect", tmp_path / "0"], capture_output=True).returncode == 0


def test_a_program_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("ORRERY", "/no/such/program")
    with pytest.raises(FileNotFoundError, match="there is no program orrery"):
        orrery.ray._program(None)
