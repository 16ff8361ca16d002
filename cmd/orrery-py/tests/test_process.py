"""Processes, threads and memory: what the package owes to programs that use it in earnest."""

import ctypes
import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import gymnasium
import numpy as np
import pytest

import orrery
from orrery import _library


def script(text, *arguments, timeout=600, **kwargs):
    """Run a script in a Python of its own."""
    command = [sys.executable, "-c", textwrap.dedent(text), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, **kwargs)


def length_of(path):  # a function of this module, that other processes find
    return len(orrery.Dataset(path))


def make_push():
    return gymnasium.make("orrery/Push-v1")


FORK = """
import os, sys
import orrery
if sys.argv[1] == "used":
    scene = orrery.Scenario.load("billiards").sample(1)
pid = os.fork()
if pid == 0:
    code = 3
    try:
        orrery.Scenario.load("billiards").sample(1)
        code = 0
    except RuntimeError as error:
        print(error, flush=True)
        code = 4
    finally:
        os._exit(code)
print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(orrery.Scenario.load("billiards").name)
"""


def test_a_fork_is_refused_only_where_the_library_was_in_use():
    used = script(FORK, "used")
    assert "child 4" in used.stdout and "start processes by spawn" in used.stdout and used.stdout.endswith("billiards\n"), used
    fresh = script(FORK, "fresh")
    assert "child 0" in fresh.stdout and fresh.stdout.endswith("billiards\n"), fresh


FORKED_WINDOWS = """
import multiprocessing, os, sys
import numpy as np
import orrery
windows = orrery.Dataset(sys.argv[1]).windows(4)
want = sum(float(w["states"].sum()) for w in windows)
def add(k):
    return sum(float(windows[i]["states"].sum()) for i in range(k, len(windows), 2))
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(bool(np.isclose(sum(pool.map(add, range(2))), want)))
"""


def test_windows_that_were_read_survive_a_fork(tmp_path):
    data = orrery.generate("billiards", 2, out=tmp_path / "it", frames=21)
    done = script(FORKED_WINDOWS, data.path)
    assert done.stdout == "True\n", done


def test_spawned_processes_have_a_library_of_their_own(tmp_path):
    data = orrery.generate("billiards", 3, out=tmp_path / "it", frames=5)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(length_of, [data.path] * 2) == [3, 3]


def test_asynchronous_vectors_work_by_spawn():
    many = gymnasium.vector.AsyncVectorEnv([make_push] * 2, context="spawn")
    try:
        observations, _ = many.reset(seed=7)
        alone, _ = make_push().reset(seed=7)
        assert np.array_equal(observations[0], alone)
        many.step(many.action_space.sample())
    finally:
        many.close()


def test_many_threads_use_one_environment():
    env = gymnasium.make("orrery/Push-v1").unwrapped
    env.reset(seed=1)
    wrong = []

    def use():
        for _ in range(50):
            try:
                env.step(np.zeros(2))
                env.state()
                env.reset(seed=1)
            except orrery.MistakeError:  # another thread has ended the episode
                pass
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert np.array_equal(env.reset(seed=5)[0], make_push().reset(seed=5)[0])


def test_many_threads_load_the_library():
    done = script(
        """
        import threading, orrery
        threads = [threading.Thread(target=lambda: orrery.Scenario.load("billiards").sample(1)) for _ in range(8)]
        [t.start() for t in threads]; [t.join() for t in threads]
        print("done")
        """
    )
    assert done.stdout == "done\n", done


def test_python_goes_on_while_the_library_works():
    """The lock is released: another thread counts and then ends the one wait of this thread, which else takes a minute."""
    library = _library.library()
    request = json.dumps({"scene": orrery.Scenario.load("pile").sample(1), "frames": 100_000}).encode()
    job = library.orrery_start(b"simulate", request, len(request), None, 0)
    counted = []

    def count():
        for k in range(50):
            time.sleep(0)
            counted.append(k)
        library.orrery_cancel(job)

    other = threading.Thread(target=count)
    other.start()
    answer = _library._Answer()
    while not library.orrery_wait(job, 600_000, ctypes.byref(answer)):
        pass
    there = len(counted)
    other.join()
    assert there == 50
    assert _library._take(library, answer)["fault"] == "interrupted"


INTERRUPTED = """
import sys, time, threading, orrery, os, signal
what, path = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have told the tests to ignore
pile = orrery.Scenario.load("pile")
try:
    print("begun", flush=True)
    if what == "simulate":
        pile.simulate(1, frames=1_000_000)
    elif what == "generate":
        orrery.generate("pile", 100_000, out=path, frames=1000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    assert pile.sample(1)["bodies"]  # and the library still works
    print("on", flush=True)
"""


@pytest.mark.parametrize("what", ["simulate", "generate"])
def test_ctrl_c_ends_a_long_call(what, tmp_path):
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, what, str(tmp_path / "it")], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=300)  # the calls would take far longer
        assert out == "interrupted\non\n" and process.returncode == 0
    finally:
        process.kill()
        process.wait()
    if what == "generate":
        with pytest.raises((orrery.Error, FileNotFoundError)):
            orrery.Dataset(tmp_path / "it")


def resident():
    """Return the memory of this process in bytes."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


CALLS = int(os.environ.get("CALLS", "400"))  # make python-fuzz takes 10,000


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the system does not tell how much memory there is")
@pytest.mark.parametrize("what", ["answers", "arrays", "handles", "errors"])
def test_memory_does_not_leak(what, tmp_path):
    pile = orrery.Scenario.load("pile", {"bodies": 60})
    scene = pile.sample(1)  # 20 kB of text
    few = {**scene, "bodies": scene["bodies"][:6]}
    data = orrery.generate("billiards", 1, out=tmp_path / "it", frames=5)

    def use():
        if what == "answers":
            pile.sample(1)
        elif what == "arrays":
            orrery.simulate(few, frames=100)  # 30 kB
        elif what == "handles":
            gymnasium.make("orrery/Push-v1").reset(seed=1)
            orrery.Dataset(data.path)[0]
        else:
            with pytest.raises(orrery.MistakeError):
                orrery.simulate(scene, np.zeros((3, 9)))

    grown = []
    for _ in range(5):
        before = resident()
        for _ in range(CALLS // 4):
            use()
        grown.append(resident() - before)
    assert min(grown[1:]) < 1 << 20  # a leak is there each time, what two collectors put off is not


def test_long_use_gives_memory_back(tmp_path):
    """Arrays of an answer are freed with the last view of them, and not before."""
    billiards = orrery.Scenario.load("billiards")
    view = billiards.simulate(1, frames=2001)[1000]
    kept = view.copy()
    before = resident()
    for _ in range(60):
        billiards.simulate(1, frames=2001)  # 0.6 MB each
    assert resident() - before < 20 << 20
    assert np.array_equal(view, kept)


def strange(values):
    """Return the same numbers in arrays that lie in memory in other ways."""
    values = np.asarray(values, np.float64)
    wide = np.zeros((*values.shape[:-1], 2 * values.shape[-1]))
    wide[..., ::2] = values
    frozen = values.copy()
    frozen.flags.writeable = False
    return {
        "strided": wide[..., ::2],
        "backwards": values[::-1].copy()[::-1],
        "Fortran": np.asfortranarray(values),
        "float32": values.astype(np.float32),
        "big-endian": values.astype(">f8"),
        "long": values.astype(np.longdouble),
        "list": values.tolist(),
        "frozen": frozen,
    }


def test_arrays_of_any_layout_mean_the_same():
    push = orrery.Scenario.load("push")
    scene = push.sample(3)
    rng = np.random.default_rng(0)
    actions = np.float32(rng.uniform(-0.5, 0.5, (6, 2))).astype(float)
    state = push.simulate(scene, frames=1)[0].astype(np.float32).astype(float)
    want = push.simulate(scene, actions, state=state)
    for name, a in strange(actions).items():
        for s in strange(state).values():
            assert np.array_equal(push.simulate(scene, a, state=s), want), name
    assert np.array_equal(push.simulate(scene, np.zeros((6, 2), np.int8)), push.simulate(scene, np.zeros((6, 2))))
    assert np.array_equal(push.simulate(scene, np.zeros((6, 2), bool)), push.simulate(scene, np.zeros((6, 2))))


@pytest.mark.parametrize(
    "actions",
    [
        np.zeros((3, 2), complex), np.zeros((3, 2), object), np.full((3, 2), "x"), np.zeros((3, 2), "M8[s]"), [[0, 0], [0]], {}, object(),
        np.full((3, 2), np.nan), np.full((3, 2), -np.inf), np.zeros((3, 3)), np.zeros(3), np.zeros((3, 2, 1)), np.zeros((0, 0)), 3,
        np.lib.stride_tricks.as_strided(np.zeros(1), (2**40, 2), (0, 0)), np.zeros((2,) * 30, np.int8), np.ma.masked_all((3, 2), complex),
    ],
    ids=lambda a: f"{type(a).__name__}-{getattr(a, 'dtype', '')}-{getattr(a, 'shape', '')}",
)  # fmt: skip
def test_what_are_no_actions_is_an_exception(actions):
    with pytest.raises((orrery.Error, TypeError, MemoryError)):
        orrery.Scenario.load("push").simulate(3, actions)


def test_closed_things_say_so(tmp_path):
    env = gymnasium.make("orrery/Push-v1").unwrapped
    env.reset(seed=1)
    env.close()
    many = gymnasium.make_vec("orrery/Push-v1", num_envs=2, vectorization_mode="vector_entry_point")
    many.reset(seed=1)
    many.close()
    for use in (env.reset, lambda: env.step(np.zeros(2)), env.state, env.scene, lambda: many.step(np.zeros((2, 2))), many.state, many.reset):
        with pytest.raises(orrery.MistakeError, match="closed"):
            use()


def test_texts_of_any_kind_reach_the_library():
    for name in ("", "\0", "é", "x" * 10**6, "\ud800", "../../x", "a/b\0c", "\n"):
        with pytest.raises((orrery.MistakeError, FileNotFoundError, ValueError)):
            orrery.Scenario.load(name)
