"""What needs no cluster: make python-full has one."""

import json
import os
import pathlib
import subprocess
import sys
import types

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


def program_that(tmp_path: pathlib.Path, script: str) -> str:
    """A program that does what a script of the shell says."""
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    return str(path)


def test_a_crash_is_tried_again_though_its_exit_code_is_that_of_wrong_usage(tmp_path):
    crash = program_that(tmp_path, "echo 'panic: as it was told' >&2; echo >&2; echo 'main.go:3 +0x1d' >&2; exit 2")
    with pytest.raises(orrery.ray.ShardError, match="main.go:3 .0x1d .exit code 2"):
        orrery.ray._call([crash])
    wrong = program_that(tmp_path, "echo 'orrery: gen: SCENARIO is missing' >&2; exit 2")
    with pytest.raises(ValueError, match="SCENARIO is missing"):
        orrery.ray._call([wrong])


def test_logs_are_written_as_they_come(tmp_path):
    log = tmp_path / "logs" / "0.log"
    slow = program_that(tmp_path, f"echo begun >&2; cat {log} >{tmp_path}/seen; echo over >&2; exit 1")
    with pytest.raises(orrery.ray.ShardError, match="over"):
        orrery.ray._call([slow], log)
    assert (tmp_path / "seen").read_text() == "begun\n" and log.read_text() == "begun\nover\n"


def test_a_task_ends_with_its_process(tmp_path):
    """What does a task sees its stdin end when the process of Ray is killed."""
    program = program_that(tmp_path, f"echo $$ >{tmp_path}/pid; cat; echo gone >{tmp_path}/gone")
    code = f"import orrery.ray; orrery.ray._work({program!r}, {str(tmp_path)!r}, 'fleet.yaml', 'data', '0')"
    worker = subprocess.Popen([sys.executable, "-c", code])
    wait_for(lambda: (tmp_path / "pid").exists())
    worker.kill()
    worker.wait()
    wait_for(lambda: (tmp_path / "gone").exists())


def wait_for(what) -> None:
    for _ in range(500):
        if what():
            return
        subprocess.run(["sleep", "0.02"], check=True)
    raise AssertionError("it does not come")


class Fake:
    """Takes the place of ray: tasks are done one after the other, when they are waited for; some are lost first."""

    class exceptions:
        class RayError(Exception):
            pass

        class RayTaskError(RayError):
            def __init__(self, cause: Exception) -> None:
                self.cause = cause

    def __init__(self, lost: int = 0) -> None:
        self.lost, self.begun, self.calls = lost, 0, []

    def remote(self, **options):
        def decorate(function):
            def begin(*args):
                self.begun += 1
                self.calls.append((options, args))
                return lambda: function(*args)

            return types.SimpleNamespace(remote=begin)

        return decorate

    def wait(self, references, num_returns):
        return references[:num_returns], references[num_returns:]

    def get(self, reference):
        if self.lost > 0:
            self.lost -= 1
            raise self.exceptions.RayError("the node died")
        try:
            reference()
        except Exception as e:
            raise self.exceptions.RayTaskError(e) from e


def test_a_fleet_is_done_in_order_with_what_may_be_tried_again(tmp_path):
    script = """[ "$2" = work ] && echo "$4 $5" >>calls
case "$4 $5" in
"data 1") [ -e tried ] || { touch tried; echo 'orrery: the first time' >&2; exit 1; };;
"bad 0") echo 'orrery: as it was told' >&2; exit 1;;
"wrong 0") echo 'orrery: run: unknown flag' >&2; exit 64;;
"crash 0") echo 'goroutine 1' >&2; exit 2;;
esac
"""
    stage = {"needs": [], "cores": 1, "retries": 1}
    stages = [
        {**stage, "name": "data", "tasks": ["0", "1", "merge"], "memory": 1000},
        {**stage, "name": "bad", "tasks": ["0", "1", "merge"]},
        {**stage, "name": "wrong", "tasks": ["0"], "retries": 5},
        {**stage, "name": "crash", "tasks": ["0"], "retries": 2},
        {**stage, "name": "model", "needs": ["data"], "tasks": ["0"]},
        {**stage, "name": "never", "needs": ["bad"], "tasks": ["0"]},
    ]
    ray = Fake(lost=3)
    order = {"program": program_that(tmp_path, script), "folder": str(tmp_path), "file": "fleet.yaml", "stages": stages}
    orrery.ray._fleet(ray, order)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert sorted(calls) == sorted(
        ["data 0", "data 1", "data 1", "data merge", "bad 0", "bad 0", "bad 1", "wrong 0", "crash 0", "crash 0", "crash 0", "model 0"]
    )
    assert calls.index("data merge") > calls.index("data 0") and calls.index("model 0") > calls.index("data merge")
    assert ray.begun == len(calls) + 3
    assert ray.calls[0][0] == {"max_retries": 0, "num_cpus": 1, "name": "orrery data 0", "memory": 1000}


def test_without_ray_a_sentence_says_so(tmp_path):
    (tmp_path / "ray.py").write_text("raise ImportError(\"No module named 'ray'\")")
    path = os.pathsep.join([str(tmp_path), str(pathlib.Path(orrery.ray.__file__).parent.parent)])
    done = subprocess.run(
        [sys.executable, "-m", "orrery.ray"], input=json.dumps({"stages": []}) + "\n", env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 3 and done.stderr.splitlines()[-1] == "orrery: No module named 'ray'"
