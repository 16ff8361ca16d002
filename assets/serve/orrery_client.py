"""Act in Orrery's environments and ask its models, from Python.

`orrery serve` runs the server; this file is all a client needs beside Python's
standard library. Env follows the conventions of Gymnasium, which it does not need. Numbers
in and out are NumPy arrays where NumPy is installed, and lists where it is not.

    env = Env("pusht")
    observation, info = env.reset(seed=7)
    terminated = truncated = False
    while not (terminated or truncated):
        action = env.plan("true")  # or env.action_space.sample()
        observation, reward, terminated, truncated, info = env.step(action)
    env.close()

States are lists of [x, y, angle, vx, vy, omega] for each body, in metres, radians and
seconds. Actions are in the units of the task, which those of states need not be.
A Server belongs to one thread.
"""

import http.client
import json
import random
import urllib.parse

try:
    import numpy
except ImportError:
    numpy = None

DEFAULT_URL = "http://127.0.0.1:8417"


class OrreryError(Exception):
    """What the server answers when it cannot do what it was asked for."""

    def __init__(self, status, code, message):
        super().__init__(f"{message} ({code}, HTTP {status})")
        self.status, self.code, self.message = status, code, message


class Server:
    """A connection to a server, which is opened when it is first used."""

    def __init__(self, url=DEFAULT_URL, timeout=120):
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=timeout)

    def ask(self, method, path, request=None):
        """Return the answer to a request, or raise OrreryError."""
        body, headers = None, {}
        if request is not None:
            body = json.dumps({k: v for k, v in request.items() if v is not None}, default=lambda v: v.tolist())
            headers = {"Content-Type": "application/json"}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        answer = json.loads(text) if text else None
        if response.status >= 400:
            error = answer["error"]
            raise OrreryError(response.status, error["code"], error["message"])
        return answer

    def scenarios(self):
        """Return what there is to act in and to predict."""
        return self.ask("GET", "/v1/scenarios")

    def models(self):
        """Return the models that predict; "true" is the engine itself."""
        return self.ask("GET", "/v1/models")

    def scene(self, scenario, values=None, seed=0, episode=0):
        """Return a scene of a scenario."""
        return self.ask("POST", "/v1/scenes", {"scenario": scenario, "values": values, "seed": seed, "episode": episode})

    def predict(self, model, environment=None, scene=None, state=None, action=None):
        """Return the state one frame later, as a model predicts it."""
        request = {"model": model, "environment": environment, "scene": scene, "state": state, "action": action}
        return self.ask("POST", "/v1/predict", request)["state"]

    def rollout(self, model, environment=None, scene=None, starts=None, actions=None, frames=None):
        """Return the states [n][frames + 1] that a model predicts for n starts [n] or
        sequences of actions [n][frames], or both; one of either serves for all."""
        request = {"model": model, "environment": environment, "scene": scene,
                   "starts": starts, "actions": actions, "frames": frames}
        return self.ask("POST", "/v1/rollout", request)["states"]

    def close(self):
        """Close the connection."""
        self._connection.close()


class Box:
    """All numbers [n] between low and high, what gymnasium.spaces.Box is there."""

    def __init__(self, low, high):
        self.low, self.high, self.shape = _array(low), _array(high), (len(low),)
        self.dtype = float if numpy is None else self.low.dtype
        self._random = random.Random()

    def seed(self, seed=None):
        """Begin the samples of a seed."""
        self._random.seed(seed)

    def sample(self):
        """Return random numbers of the box, which must be bounded."""
        return _array([self._random.uniform(a, b) for a, b in zip(self.low, self.high)])

    def contains(self, x):
        """Report whether numbers are in the box."""
        return len(x) == len(self.low) and all(a <= v <= b for a, v, b in zip(self.low, x, self.high))

    __contains__ = contains


def _array(numbers):
    return numbers if numpy is None else numpy.array(numbers, dtype=numpy.float64)


class Env:
    """A scenario with a task. values are its parameters, by name."""

    metadata = {"render_modes": []}
    render_mode = spec = None

    def __init__(self, scenario, values=None, url=DEFAULT_URL, server=None):
        self.server, self._own = (server, False) if server else (Server(url), True)
        self._seeds = random.Random()
        about = self.server.ask("POST", "/v1/environments", {"scenario": scenario, "values": values})
        self.id, self.about = about["id"], about
        self._path = "/v1/environments/" + self.id
        self.metadata = {**self.metadata, "render_fps": about["fps"]}
        many = len(about["names"]) * [float("inf")]
        self.observation_space = Box([-v for v in many], many)
        self.action_space = Box(about["low"], about["high"])

    def reset(self, *, seed=None, options=None):
        """Begin the episode of a seed, or of the next random one."""
        if seed is not None:
            self._seeds.seed(seed)
        else:
            seed = self._seeds.getrandbits(53)
        answer = self.server.ask("POST", self._path + "/reset", {"seed": seed})
        return _array(answer["observation"]), answer["info"]

    def step(self, action):
        """Act for one frame."""
        a = self.server.ask("POST", self._path + "/step", {"action": action})
        return _array(a["observation"]), a["reward"], a["terminated"], a["truncated"], a["info"]

    def render(self):
        """Return None, as render_mode is. `orrery plan --render` makes films."""

    @property
    def unwrapped(self):
        """The environment itself, in which there is no other."""
        return self

    def state(self):
        """Return frame, over, observation, info, state and scene."""
        return self.server.ask("GET", self._path + "/state")

    def predict(self, model, state=None, action=None):
        """Return the state one frame later, as a model predicts it."""
        return self.server.predict(model, environment=self.id, state=state, action=action)

    def rollout(self, model, starts=None, actions=None, frames=None):
        """Return the states that a model predicts; see Server.rollout."""
        return self.server.rollout(model, environment=self.id, starts=starts, actions=actions, frames=frames)

    def plan(self, model, planner=None, settings=None, seed=0):
        """Return the next action of a plan made with a model."""
        request = {"model": model, "planner": planner, "settings": settings, "seed": seed}
        return _array(self.server.ask("POST", self._path + "/plan", request)["action"])

    def close(self):
        """Remove the environment, and close the connection if it is the Env's own."""
        if self.id is not None:
            self.server.ask("DELETE", self._path)
            self.id = None
        if self._own:
            self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
