"""Environments of a server are those of the library, and broken connections lead to no step that nobody asked for."""

import http.client
import http.server
import inspect
import re
import select
import socket
import subprocess
import sys
import threading
import types

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


ABOUT = {"id": "it", "fps": 20, "names": ["x", "y", "angle"], "low": [-1, -2], "high": [1, 2]}
STEPPED = {"observation": [1, 2, 3], "reward": 0.5, "terminated": True, "truncated": False, "info": {"success": 1}}
GOAL = {"kind": "pose", "body": 0, "target": [0, 0], "angle": 0}


@pytest.fixture
def asked(monkeypatch):
    """What servers are asked for, which answer without being there: method, path, body and whether it may be repeated."""
    all_of = []

    def ask(self, method, path, body=None, repeat=True):
        all_of.append((method, path, {k: np.asarray(v).tolist() if isinstance(v, np.ndarray) else v for k, v in (body or {}).items() if v is not None}, repeat))
        answers = {"environments": ABOUT, "reset": STEPPED, "step": STEPPED, "plan": {"action": [1, 2]}, "predict": {"state": [[1, 2, 3, 4, 5, 6]]}, "rollout": {"states": [[[[0] * 6]] * 2, [[[1] * 6]]]}}
        answers |= {"state": {"state": [[0] * 6], "scene": {"goals": [GOAL]}}, "scenes": {"name": "s"}, "steps": {"steps": [{"step": STEPPED}]}}
        return answers.get(path.rsplit("/", 1)[-1])

    monkeypatch.setattr(Server, "ask", ask)
    return all_of


def test_every_option_goes_to_the_server(asked):
    """The first of each is what is sent without options, the others what is sent of one."""
    server = Server()
    env, at = RemoteEnv("push", server=server), "/v1/environments/it"
    state = [[1.0, 2, 3, 4, 5, 6]]
    made = {"scenario": "push", "values": {}}
    scene, predict, rollout, plan = made | {"seed": 0, "episode": 0}, {"model": "m", "scene": {"a": 1}}, {"model": "m", "scene": {"a": 1}}, {"model": "m", "seed": 0}
    ours = {"model": "m", "environment": "it"}
    for do, method, path, usual, repeat, options in (
        (lambda scenario="push", **o: RemoteEnv(scenario, server=server, **o), "POST", "/v1/environments", made, False, [
            ({"scenario": {"name": "own"}}, {"scenario": '{"name": "own"}', "name": "scenario"}), ({"values": {"a": 1}}, {"values": {"a": 1}}), ({"record": True}, {"record": True}), ({"record": False}, {}),
        ]),
        (lambda scenario="push", **o: server.scene(scenario, **o), "POST", "/v1/scenes", scene, True, [
            ({"scenario": "reach"}, {"scenario": "reach"}), ({"values": {"a": 1}}, {"values": {"a": 1}}), ({"seed": 2**64 - 1}, {"seed": 2**64 - 1}), ({"episode": 3}, {"episode": 3}),
        ]),
        (lambda **o: server.predict("m", {"a": 1}, **o), "POST", "/v1/predict", predict, True, [({"state": state}, {"state": state}), ({"action": [1, 2]}, {"action": [1, 2]})]),
        (lambda **o: server.rollout("m", {"a": 1}, **o), "POST", "/v1/rollout", rollout, True, [
            ({"states": [state]}, {"starts": [state]}), ({"actions": [[[1, 2]]]}, {"actions": [[[1, 2]]]}), ({"frames": 3}, {"frames": 3}),
        ]),
        (lambda **o: server.step([env], [[0.5, 1]]), "POST", "/v1/steps", None, False, []),
        (lambda **o: env.reset(seed=5, **o), "POST", at + "/reset", {"seed": 5}, True, [
            ({"options": {"state": state}}, {"state": state}), ({"options": {"goal": [1, 2, 3]}}, {"goals": [{**GOAL, "target": [1, 2], "angle": 3}]}), ({"options": {}}, {}),
        ]),
        (lambda **o: env.step([0.5, 1]), "POST", at + "/step", {"action": [0.5, 1]}, False, []),
        (lambda **o: env.state(), "GET", at + "/state", {}, True, []),
        (lambda **o: env.predict("m", **o), "POST", "/v1/predict", ours, True, [({"state": state}, {"state": state}), ({"action": [1, 2]}, {"action": [1, 2]})]),
        (lambda **o: env.rollout("m", **o), "POST", "/v1/rollout", ours, True, [
            ({"states": [state]}, {"starts": [state]}), ({"actions": [[[1, 2]]]}, {"actions": [[[1, 2]]]}), ({"frames": 3}, {"frames": 3}),
        ]),
        (lambda **o: env.plan("m", **o), "POST", at + "/plan", plan, True, [
            ({"planner": "cem"}, {"planner": "cem"}), ({"settings": {"samples": 3}}, {"settings": {"samples": 3}}), ({"seed": 7}, {"seed": 7}),
        ]),
        (lambda **o: server.models(), "GET", "/v1/models", {}, True, []),
        (lambda **o: server.scenarios(), "GET", "/v1/scenarios", {}, True, []),
    ):  # fmt: skip
        for option, changes in [({}, {}), *options]:
            asked.clear()
            do(**option)
            if usual is None:
                (m, p, body, r) = asked[-1]
                assert (m, p, r) == (method, path, repeat) and [(s["environment"], s["action"].tolist()) for s in body["steps"]] == [("it", [0.5, 1])]
                continue
            assert asked[-1] == (method, path, {**usual, **changes}, repeat), (path, option)
    first, second = (env.reset() and asked[-1][2]["seed"] for _ in range(2))
    assert first != second
    asked.clear()
    env.close(), env.close()
    assert asked == [("DELETE", at, {}, True)]


def test_answers_come_back_as_they_are(asked):
    env = RemoteEnv("push", server=Server())
    assert env.metadata["render_fps"] == 20 and env.observation_space.shape == (3,) and env.action_space.low.tolist() == [-1, -2] and env.action_space.high.tolist() == [1, 2]
    for observation, reward, terminated, truncated, info in (env.step([0, 0]), env.server.step([env], [[0, 0]])[0]):
        assert (observation.tolist(), reward, terminated, truncated, info) == ([1, 2, 3], 0.5, True, False, {"success": 1})
    assert env.predict("m").tolist() == [[1, 2, 3, 4, 5, 6]] and env.plan("m").tolist() == [1, 2]
    for rolled in (env.rollout("m", frames=1), env.server.rollout("m", {}, frames=1)):
        assert rolled.shape == (2, 2, 1, 6) and not rolled[0].any() and (rolled[1, 0] == 1).all() and np.isnan(rolled[1, 1]).all()


class Wire:
    """Takes the place of a connection of http.client, and keeps what is sent."""

    def __init__(self, status=200, answer=b"null"):
        self.sock, self.sent, self.status, self.answer, self.closed = None, [], status, answer, 0

    def request(self, *what):
        self.sent.append(what)

    def getresponse(self):
        return types.SimpleNamespace(status=self.status, read=lambda: self.answer)

    def close(self):
        self.closed += 1


def test_every_request_has_its_token_and_its_place():
    for url, kind, host, port, base in (
        ("http://h:81", http.client.HTTPConnection, "h", 81, ""), ("https://h/a/b/", http.client.HTTPSConnection, "h", 443, "/a/b"), ("http://[::1]:5/x", http.client.HTTPConnection, "::1", 5, "/x"),
    ):  # fmt: skip
        for token in (None, "word"):
            server = Server(url, timeout=7, token=token)
            connection = server._connection
            assert type(connection) is kind and (connection.host, connection.port, connection.timeout) == (host, port, 7)
            server._connection = wire = Wire()
            allowed = {"Authorization": "Bearer word"} if token else {}
            for method, path in (("GET", "/v1/models"), ("DELETE", "/v1/environments/x")):
                server.ask(method, path)
                assert wire.sent[-1] == (method, base + path, None, allowed)
            server.ask("POST", "/v1/steps", {"a": 1, "b": None})
            assert wire.sent[-1] == ("POST", base + "/v1/steps", '{"a": 1}', {**allowed, "Content-Type": "application/json"})
            for bad in (np.nan, np.inf):
                with pytest.raises(ValueError, match="all numbers of a request must be finite"):
                    server.ask("POST", "/v1/steps", {"a": [bad]})
    assert Server()._connection.timeout == 120 and Server()._connection.port == 8417
    for own in (RemoteEnv.__init__, Server.__init__):
        assert inspect.signature(own).parameters["url"].default == "http://127.0.0.1:8417"


def test_what_breaks_is_sent_once_more_where_it_may_have_been_idle():
    """And not where the connection is new, or a second time would be another step."""
    here, there = socket.socketpair()
    for idle, repeat, times in ((False, True, 1), (True, True, 2), (True, False, 1), (False, False, 1)):
        for error in (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected):
            server = Server()
            server._connection = wire = Wire()
            wire.sock = here if idle else None

            def request(*what):
                wire.sent.append(what)
                raise error("gone")

            wire.request = request
            with pytest.raises(ConnectionError):
                server.ask("GET", "/v1/models", repeat=repeat)
            assert len(wire.sent) == wire.closed == times, (idle, repeat)
    here.close(), there.close()


def test_one_of_many_that_fails_is_told(monkeypatch):
    answer = {"steps": [{"step": STEPPED}, {"error": {"code": "over", "message": "it is over"}}]}
    monkeypatch.setattr(Server, "ask", lambda self, method, path, body=None, repeat=True: answer if path.endswith("steps") else ABOUT)
    server = Server()
    with pytest.raises(ServerError, match=r"^steps\[1\]: it is over \(over, HTTP 200\)$"):
        server.step([RemoteEnv("push", server=server)] * 2, [[0, 0]] * 2)


def test_what_is_no_answer_is_said():
    for status, answer, words in (
        (404, b'{"error": {"code": "not_found", "message": "there is none"}}', r"^there is none \(not_found, HTTP 404\)$"), (502, b"<html>", "not one of an Orrery server"), (500, b"", "not one of"),
        (200, b"<html>", "not one of"), (400, b"[]", "not one of"),
    ):  # fmt: skip
        server = Server()
        server._connection = Wire(status, answer)
        with pytest.raises(ServerError, match=words) as said:
            server.ask("GET", "/v1/models")
        assert said.value.status == status
    made = RemoteEnv.__new__(RemoteEnv)
    for status, raised in ((404, False), (403, True), (503, True)):
        made._id, made._own, made.server = "x", True, Server()
        made.server._connection = Wire(status, b'{"error": {"code": "c", "message": "m"}}')
        if raised:
            with pytest.raises(ServerError):
                made.close()
        else:
            made.close()
        assert made._id is None


def test_own_connections_are_told_what_they_are_told(asked):
    env = RemoteEnv("push", url="http://h:81/a", token="word")
    assert (env.server._connection.host, env.server._connection.port, env.server._base, env.server._token) == ("h", 81, "/a", "word")
