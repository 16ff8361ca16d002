"""What needs no cluster: make python-full has one."""

import inspect
import io
import json
import os
import pathlib
import signal
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
        self.lost, self.begun, self.calls, self.cancelled = lost, 0, [], []

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

    def cancel(self, reference):
        self.cancelled.append(reference)

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
        {**stage, "name": "nor this", "needs": ["data", "crash"], "tasks": ["0"]},
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


RECORDING = """echo "$*" >>calls
if [ "$1" = merge ]; then
  while [ "$1" != --out ]; do shift; done
  mkdir -p "$2"; echo '{"a": 1}' >"$2/metrics.json"; echo '[{"b": 2}]' >"$2/sweep.json"
fi
"""


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A stand-in for ray, and a program that notes what it is called with."""
    ray = Fake()
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.chdir(tmp_path)
    return ray, program_that(tmp_path, RECORDING)


def test_every_option_of_shards_is_heeded(cluster, tmp_path):
    ray, program = cluster
    how = {"shards": 2, "program": program, "cpus": 3, "retries": 0}
    out = tmp_path / "out"
    for do, line in (
        (lambda: orrery.ray.run(["gen", "push"], out, resources={"disk": 1}, **how), "gen push"),
        (lambda: orrery.ray.generate("push", out, **how), "gen push --episodes 100 --seed 1"),
        (lambda: orrery.ray.generate("push", out, episodes=7, seed=5, policy="noise", **how), "gen push --episodes 7 --seed 5 --policy noise"),
        (lambda: orrery.ray.evaluate(["m", "n"], "d", out, horizons="0.1,1", **how), "eval m n --data d --horizons 0.1,1"),
        (lambda: orrery.ray.sweep(["d", "e"], out, steps=9, grid={"width": [1, 2]}, draw={"rate": "1:2"}, trials=4, seeds=(3, 4), unknown=["mass"], **how),
         "sweep d e --steps 9 --trials 4 --draw rate=1:2 --seeds 3,4 --unknown mass --grid width=1,2"),
        (lambda: orrery.ray.sweep("d", out, steps=9, **how), "sweep d --steps 9 --seeds 1"),
    ):  # fmt: skip
        ray.calls.clear()
        (tmp_path / "calls").unlink(missing_ok=True)
        found = do()
        parts = [f"{tmp_path}/out.shards/{i}" for i in range(2)]
        assert (tmp_path / "calls").read_text().splitlines() == [
            *(f"{line} --shard {i}/2 --out {part} --resume --workers 3" for i, part in enumerate(parts)), f"merge {' '.join(parts)} --out {out} --resume",
        ]  # fmt: skip
        kind = line.split()[0]
        assert found == {"gen": out, "eval": {"a": 1}, "sweep": [{"b": 2}]}[kind]
        resources = {"disk": 1} if line == "gen push" else {}
        assert [c[0] for c in ray.calls] == [{"max_retries": 0, "num_cpus": 3, "resources": resources, "name": f"orrery {kind} {i}/2"} for i in range(2)]
        assert all((tmp_path / "out.shards" / f"{i}.log").exists() for i in range(2))
    for wrong, words in (({"shards": 0}, "shards 0"), ({"out": "s3://a/b"}, "s3://a/b must be a folder")):
        with pytest.raises(ValueError, match=words):
            orrery.ray.run(**{"line": ["gen"], "out": out, **how, **wrong})


def test_shards_are_tried_as_often_as_was_said(cluster, tmp_path):
    ray, _ = cluster
    for retries in (0, 2, 3):
        ray.begun = 0
        program = program_that(tmp_path, '[ "$1" = gen ] || exit 0; case "$*" in *0/2*) echo "orrery: never" >&2; exit 1;; esac')
        with pytest.raises(orrery.ray.ShardError, match="^shard 0/2: orrery: never .exit code 1, log .*0.log.$"):
            orrery.ray.run(["gen"], tmp_path / "out", shards=2, retries=retries, program=program)
        assert ray.begun == 2 + retries
    for lost, done in ((20, True), (21, False)):
        ray.lost, ray.begun = lost, 0
        program = program_that(tmp_path, RECORDING)
        if done:
            orrery.ray.run(["gen"], tmp_path / "out", shards=1, retries=0, program=program)
        else:
            with pytest.raises(orrery.ray.ShardError, match="shard 0/1: the node died"):
                orrery.ray.run(["gen"], tmp_path / "out", shards=1, retries=0, program=program)
        assert ray.begun == min(lost, 20) + 1
    ray.begun, ray.cancelled = 0, []
    wrong = program_that(tmp_path, "echo 'orrery: gen: unknown flag' >&2; exit 2")
    with pytest.raises(ValueError, match="unknown flag"):
        orrery.ray.run(["gen"], tmp_path / "out", shards=3, retries=5, program=wrong)
    assert ray.begun == 3 and len(ray.cancelled) == 2  # the others would fail alike
    usual = {name: inspect.signature(orrery.ray.run).parameters[name].default for name in ("retries", "cpus", "resources")}
    assert usual == {"retries": 3, "cpus": 1, "resources": None}
    for function in (orrery.ray.generate, orrery.ray.evaluate, orrery.ray.sweep):
        assert all(inspect.signature(function).parameters[name].default == usual[name] for name in ("retries", "cpus"))


def test_trainings_tell_of_each_validation(tmp_path, monkeypatch):
    tune = types.SimpleNamespace(Trainable=type("Trainable", (), {"logdir": str(tmp_path)}))
    monkeypatch.setitem(sys.modules, "ray", types.SimpleNamespace(tune=tune))
    script = """echo "$*" >calls; mkdir model.partial
for step in 10 20; do echo '{"step": '$step', "loss": 2, "validation": '$step'5, "rate": 1}' >>model.partial/log.jsonl; echo '{"step": 15, "loss": 1}' >>model.partial/log.jsonl; done
printf '{"step": 30, "lo' >>model.partial/log.jsonl
while [ ! -e go ]; do sleep 0.02; done
printf 'ss": 1, "validation": 7}\n' >>model.partial/log.jsonl; mv model.partial model
echo '{"kind": "contact"}' >model/config.json
echo '{"horizons_s": [0.1, 1, 2], "models": {"contact": {"position_m": {"mean": [1, 5, 9]}}}}' >model/metrics.json
"""
    monkeypatch.chdir(tmp_path)
    made = orrery.ray.trainable("data", steps=30, workers=2, program=program_that(tmp_path, script), width=8, final_rate=0.5)
    training = made()
    training.setup({"width": 16, "rate": 0.25})
    assert training.step() == {"step": 10, "loss": 2, "validation": 105, "done": False} and training.step() == {"step": 20, "loss": 2, "validation": 205, "done": False}
    (tmp_path / "go").touch()
    assert training.step() == {"step": 30, "loss": 1, "validation": 7, "done": True, "model": str(tmp_path / "model"), "position_m": 5}
    training.cleanup()
    assert (tmp_path / "calls").read_text() == f"train {tmp_path}/data --steps 30 --workers 2 --out {tmp_path}/model --resume --width 16 --final-rate 0.5 --rate 0.25\n"
    failing = orrery.ray.trainable("data", steps=30, program=program_that(tmp_path, "echo one >&2; echo 'orrery: why' >&2; exit 1"))()
    tune.Trainable.logdir = str(tmp_path / "other")
    (tmp_path / "other").mkdir()
    failing.setup({})
    with pytest.raises(orrery.ray.ShardError, match="^orrery: why$"):
        failing.step()
    failing.cleanup()
    endless = orrery.ray.trainable("data", steps=30, program=program_that(tmp_path, "exec sleep 20"))()
    endless.setup({})
    endless.cleanup()  # ends it at once
    assert endless._process.returncode == -signal.SIGTERM


def test_without_ray_a_sentence_says_so(tmp_path):
    (tmp_path / "ray.py").write_text("raise ImportError(\"No module named 'ray'\")")
    path = os.pathsep.join([str(tmp_path), str(pathlib.Path(orrery.ray.__file__).parent.parent)])
    done = subprocess.run(
        [sys.executable, "-m", "orrery.ray"], input=json.dumps({"stages": []}) + "\n", env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 3 and done.stderr.splitlines()[-1] == "orrery: No module named 'ray'"


def test_what_runs_is_ended_with_who_waits_for_it(monkeypatch):
    happened = []

    class Process:
        def __init__(self, *command, **how):
            self.stdin, self.returncode = types.SimpleNamespace(close=lambda: happened.append("stdin")), None
            happened.append((command, how["cwd"]))

        def wait(self, seconds=None):
            happened.append(("wait", seconds))
            if len(happened) < 4:
                raise KeyboardInterrupt if seconds is None else subprocess.TimeoutExpired("orrery", seconds)

        def poll(self):
            return None

        def terminate(self):
            happened.append("terminate")

        def kill(self):
            happened.append("kill")

    monkeypatch.setattr(subprocess, "Popen", Process)
    with pytest.raises(KeyboardInterrupt):
        orrery.ray._work("program", "folder", "f.yaml", "stage", "task")
    assert happened == [((["program", "fleet", "work", "f.yaml", "stage", "task", "--tied"],), "folder"), ("wait", None), "terminate", "stdin"]
    monkeypatch.setitem(sys.modules, "ray", types.SimpleNamespace(tune=types.SimpleNamespace(Trainable=type("Trainable", (), {}))))
    training = orrery.ray.trainable("data", steps=3, program=sys.executable)()
    training._process, training._log, training._out = Process(cwd=None), types.SimpleNamespace(close=lambda: happened.append("log")), pathlib.Path("/no/such")
    happened.clear()
    training.cleanup()
    assert happened == ["terminate", ("wait", 10), "kill", ("wait", None), "log"] or happened[:3] == ["terminate", ("wait", 10), "kill"] and happened[-1] == "log"
    assert training._position() is None and training._validations() == []


def test_the_whole_fleet_is_answered_by_an_exit_code(monkeypatch, capsys):
    happened = []
    ray = types.SimpleNamespace(init=lambda **how: happened.append(how), shutdown=lambda: happened.append("shutdown"))
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(orrery.ray, "_end_with", lambda stdin: None)

    def answer(error):
        if error is not None:
            raise error

    for error, code, said in (
        (None, 0, ""), (KeyboardInterrupt(), 1, "orrery: interrupted\n"), (ValueError("one\ntwo"), 3, "orrery: one\n"), (ValueError(), 3, "orrery: ValueError\n"),
    ):  # fmt: skip
        happened.clear()
        monkeypatch.setattr(orrery.ray, "_fleet", lambda ray, order: happened.append(order) or answer(error))
        monkeypatch.setattr(sys, "stdin", io.StringIO('{"stages": [], "address": "auto"}\n'))
        assert orrery.ray._main() == code and capsys.readouterr().err == said
        assert happened[0]["address"] == "auto" and happened[1:] == [{"stages": [], "address": "auto"}, "shutdown"]


def test_the_end_of_stdin_is_an_interrupt(monkeypatch):
    killed = []
    monkeypatch.setattr(os, "kill", lambda *what: killed.append(what))
    orrery.ray._end_with(io.StringIO("what is left"))
    assert killed == [(os.getpid(), signal.SIGINT)]
