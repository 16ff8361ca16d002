"""Environments of a server are those of the library, and broken connections lead to no step that nobody asked for."""

import http.client
import http.server
import re
import select
import subprocess
import sys
import threading

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import orrery
from orrery.remote import RemoteEnv, Server, ServerError


def serving(program, *flags):
    """Run a server and return the process and its address."""
    server = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return server, found[0]
    raise AssertionError("the server did not say where it listens")


@pytest.fixture(scope="module")
def url(program):
    server, address = serving(program)
    yield address
    server.terminate()
    server.wait(10)


@pytest.mark.filterwarnings("ignore")
def test_gymnasium_accepts(url):
    check_env(RemoteEnv("push", url=url), skip_render_check=True)


def test_episodes_are_those_of_the_library(url):
    ours = gymnasium.make("orrery/PushT-v1").unwrapped
    with RemoteEnv("pusht", url=url) as far:
        assert far.action_space == ours.action_space and far.observation_space == ours.observation_space
        state = None
        for options in ({}, {"state": state, "goal": [2.6, 2.5, 0.8]}):
            if options:
                options["state"] = ours.state()
            a, b = far.reset(seed=5, options=options), ours.reset(seed=5, options=options)
            assert np.array_equal(a[0], b[0]) and a[1] == b[1]
            for k in range(5):
                action = [250 + 10 * k, 200]
                a, b = far.step(action), ours.step(action)
                assert np.array_equal(a[0], b[0]) and a[1:] == b[1:]
        ahead = far.predict("true", action=[250, 200])
        far.step([250, 200])
        assert np.array_equal(ahead, far.state()["state"])
        assert far.rollout("true", actions=[[[100, 100]] * 3, [[300, 300]] * 3]).shape == (2, 4, 2, 6)
        settings = {"samples": 8, "elites": 4, "iterations": 1, "horizon": 3, "repeat": 1, "replan": 3}
        assert far.plan("true", settings=settings).shape == (2,)
        scene = far.server.scene("billiards", seed=3)
        assert scene == orrery.Scenario.load("billiards").sample(seed=3)
        assert far.server.rollout("true", scene, frames=5).shape == (1, 6, 6, 6)


def test_many_act_in_one_request(url):
    server = Server(url)
    envs = [RemoteEnv("push", server=server) for _ in range(3)]
    for k, env in enumerate(envs):
        env.reset(seed=k)
    steps = server.step(envs, [[0.5, 0]] * 3)
    alone = gymnasium.make("orrery/Push-v1")
    alone.reset(seed=2)
    assert np.array_equal(steps[2][0], alone.step(np.array([0.5, 0]))[0])
    connection = server._connection.sock
    envs[0].close()
    assert server._connection.sock is connection is not None  # it is not this environment's own
    with pytest.raises(ValueError, match="2 actions must be one for each of 3"):
        server.step(envs, [[0, 0]] * 2)


def test_own_files_travel(url, program, tmp_path):
    path = tmp_path / "dock.scenario.json"
    subprocess.run([program, "new", str(path)], check=True, capture_output=True)
    for source in (path, str(path), orrery.Scenario.load(path)):
        with RemoteEnv(source, url=url) as env:
            assert env.about["scenario"] == "dock" and env.reset(seed=1)
    with pytest.raises(FileNotFoundError):
        RemoteEnv(str(tmp_path / "no.scenario.json"), url=url)
    ball = {"format": 2, "name": "mine", "bodies": [{"name": "ball", "circle": 0.1}], "goals": [{"body": "ball", "place": [1, 0]}]}
    with RemoteEnv(ball, url=url) as env:
        env.reset(seed=1)
        assert env.server.scene(ball)["name"] == "mine"
    ball["bodies"][0]["circle"] = -1
    with pytest.raises(ServerError, match=r"scenario.bodies\[0\].circle: -1 m must be > 0"):
        RemoteEnv(ball, url=url)
    with pytest.raises(TypeError, match="scenario must be"):
        RemoteEnv(3, url=url)


def test_episodes_are_recorded(program, tmp_path):
    server, address = serving(program, "--record", str(tmp_path / "kept"))
    try:
        with RemoteEnv("cartpole", url=address, record=True) as env:
            env.reset(seed=1)
            over = False
            while not over:
                _, _, terminated, truncated, _ = env.step([1])
                over = terminated or truncated
        with RemoteEnv("cartpole", url=address) as other:
            assert "record" not in other.about
        with pytest.raises(TypeError, match="record 'x' must be True or False"):
            RemoteEnv("cartpole", url=address, record="x")
    finally:
        server.terminate()
        server.wait(10)
    assert len(orrery.Dataset(tmp_path / "kept" / env.about["record"])) == 1


def test_what_cannot_be_meant(url):
    with RemoteEnv("pusht", url=url) as env:
        first, _ = env.reset(seed=5)
        assert np.array_equal(env.reset(seed=5)[0], first) and not np.array_equal(env.reset()[0], first)
        for seed, kind, words in [(-1, ValueError, "seed -1"), (2**64, ValueError, "must be 0 to"), (1.5, TypeError, "seed 1.5"), ("x", TypeError, "seed 'x'"), (True, TypeError, "True")]:
            for use in (lambda: env.reset(seed=seed), lambda: env.plan("true", seed=seed), lambda: env.server.scene("billiards", seed=seed)):
                with pytest.raises(kind, match=words):
                    use()
        env.reset(seed=2**64 - 1)
        for action, kind, words in [([np.nan, 1], ValueError, "finite"), ([1], ValueError, "shape"), (1, ValueError, "shape"), ("left", TypeError, "numbers"), (None, TypeError, "numbers")]:
            with pytest.raises(kind, match=words):
                env.step(action)
        assert env.state()["frame"] == 0, "a refused step was done"
        with pytest.raises(ValueError, match="option 'reset_to_state' is not known"):
            env.reset(options={"reset_to_state": [1]})
        with pytest.raises(TypeError, match="no number"):
            env.predict("true", state=object())
        with pytest.raises(ServerError, match='unknown model "oracle"'):
            env.predict("oracle")
    for use in (lambda: env.step([1, 2]), lambda: env.predict("true"), lambda: env.rollout("true", frames=1), env.reset):
        with pytest.raises(ValueError, match="closed"):
            use()
    env.close()
    with pytest.raises(ServerError, match="perhaps"):
        RemoteEnv("push-t", url=url)
    for wrong in ["127.0.0.1:8417", "ftp://x", "", "http://"]:
        with pytest.raises(ValueError, match="must be like http://127.0.0.1:8417"):
            Server(wrong)
    gone = RemoteEnv("pusht", url=url)
    gone.server.ask("DELETE", "/v1/environments/" + gone.about["id"])
    gone.close()


def test_the_token_is_brought(program, tmp_path):
    token = tmp_path / "token.txt"
    token.write_text("a-word-of-some-length")
    token.chmod(0o600)
    server, address = serving(program, "--token", str(token))
    try:
        with RemoteEnv("pusht", url=address, token="a-word-of-some-length") as env:
            env.reset(seed=1)
        for wrong in (None, "another-word-of-some-length"):
            with pytest.raises(ServerError, match="HTTP 401"):
                RemoteEnv("pusht", url=address, token=wrong)
    finally:
        server.terminate()
        server.wait(10)


class Between(http.server.BaseHTTPRequestHandler):
    """Hands requests on to a server, but for /cut, after which the answer of the next is lost, and /leave, after which
    the connection is closed while it is idle."""

    protocol_version = "HTTP/1.1"
    cut, asked = False, []

    def do(self):
        if self.path in ("/cut", "/leave"):
            type(self).cut = type(self).cut or self.path == "/cut"
            self.close_connection = self.path == "/leave"
            return self.answer(200, b"null")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, body or None, {"Content-Type": "application/json"} if body else {})
        response = upstream.getresponse()
        self.asked.append(self.path)
        text = response.read()
        upstream.close()
        if type(self).cut:
            type(self).cut, self.close_connection = False, True
            return None
        return self.answer(response.status, text)

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = do

    def log_message(self, *_):
        pass


def test_connections_are_opened_again(url):
    between = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
    between.upstream, between.daemon_threads = url.removeprefix("http://"), True
    threading.Thread(target=between.serve_forever, daemon=True).start()
    Between.asked.clear()
    env = RemoteEnv("pusht", url=f"http://127.0.0.1:{between.server_port}")
    env.reset(seed=1)
    for _ in range(3):
        env.server.ask("GET", "/leave")
        assert select.select([env.server._connection.sock], [], [], 60)[0], "still open"
        env.step([1, 2])
    assert env.state()["frame"] == 3
    for repeated in (env.state, lambda: env.reset(seed=1), lambda: env.predict("true", action=[1, 2])):
        env.server.ask("GET", "/cut")
        repeated()
    env.server.ask("GET", "/cut")
    with pytest.raises(ConnectionError):
        env.step([1, 2])
    assert env.state()["frame"] == 1, "the step was sent twice"
    assert sum(path.endswith("/step") for path in Between.asked) == 4
    env.server.ask("GET", "/cut")
    env.close()
    env = RemoteEnv("pusht", url=f"http://127.0.0.1:{between.server_port}")
    env.server.ask("GET", "/cut")
    with pytest.raises(ConnectionError):
        RemoteEnv("pusht", server=env.server)
    assert Between.asked.count("/v1/environments") == 3
    env.close()
    between.shutdown()
    between.server_close()


def test_what_is_gone_is_closed(program):
    server, address = serving(program)
    with RemoteEnv("pusht", url=address) as env:
        env.reset(seed=1)
        server.terminate()
        server.wait(10)
    env.close()
    with pytest.raises(OSError):
        RemoteEnv("pusht", url=address)


ACTOR = """
import sys
from orrery.remote import RemoteEnv
url, seed = sys.argv[1], int(sys.argv[2])
with RemoteEnv("pusht", url=url) as env:
    print(*env.reset(seed=seed))
    settings = {"samples": 8, "elites": 4, "iterations": 1, "horizon": 3, "repeat": 1, "replan": 3}
    for _ in range(6):
        print(*env.step(env.plan("true", settings=settings, seed=seed)))
    print(env.rollout("true", actions=[[[100, 100], [200, 200]], [[300, 300], [400, 400]]]).tolist())
"""


def test_clients_are_as_alone(url):
    """Eight processes act at once, and two of them again alone: they see the same."""

    def run(seed):
        return subprocess.Popen([sys.executable, "-c", ACTOR, url, str(seed)], stdout=subprocess.PIPE, text=True)

    together = [p.communicate()[0] for p in [run(seed) for seed in range(8)]]
    assert [run(seed).communicate()[0] for seed in range(2)] == together[:2]
    assert len(set(together)) == 8 and all(len(seen) > 1000 for seen in together)
