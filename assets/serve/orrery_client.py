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
A Server belongs to one thread. What cannot be meant (an action that is no list of so many
finite numbers, an option that is not known) is a TypeError or a ValueError; what the
server refuses is an OrreryError.
"""

import http.client
import json
import math
import operator
import os
import random
import select
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


def _scenario(said):
    """Return a scenario as a request has it: text and name of a file where a path is given."""
    if isinstance(said, os.PathLike) or isinstance(said, str) and said.endswith(".json"):
        name = os.path.basename(said).removesuffix(".json").removesuffix(".scenario")
        with open(said, encoding="utf-8") as file:
            return {"scenario": file.read(), "name": name}
    if not isinstance(said, (str, dict)):
        raise TypeError("scenario must be a name, a path or a dict")
    return {"scenario": said}


class Server:
    """A connection to a server, which is opened when it is first used. token is what the
    server demands, if it was started with one."""

    def __init__(self, url=DEFAULT_URL, timeout=120, token=None):
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in kinds or not parts.netloc:
            raise ValueError(f"url {url!r} must be like {DEFAULT_URL}")
        self._connection = kinds[parts.scheme](parts.netloc, timeout=timeout)
        self._base, self._token = parts.path.rstrip("/"), token

    def ask(self, method, path, request=None, repeat=True):
        """Return the answer to a request, or raise OrreryError. Where the connection breaks,
        a request that may be repeated is sent once more."""
        body, headers = None, {}
        if self._token:
            headers["Authorization"] = "Bearer " + self._token
        if request is not None:
            body = _encode({k: v for k, v in request.items() if v is not None})
            headers["Content-Type"] = "application/json"
        self._close_stale()
        again = repeat and self._connection.sock is not None
        try:
            status, text = self._send(method, path, body, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            if not again:
                raise
            status, text = self._send(method, path, body, headers)
        try:
            answer = json.loads(text) if text else None
            error = answer["error"] if status >= 400 else None
        except (ValueError, TypeError, KeyError):
            raise OrreryError(status, "foreign", "the answer is not one of an Orrery server") from None
        if error:
            raise OrreryError(status, error["code"], error["message"])
        return answer

    def _send(self, method, path, body, headers):
        try:
            self._connection.request(method, self._base + path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def _close_stale(self):
        """Close a connection that the server has closed, so that the next request opens
        another. Nothing but the end can be read while no request is under way."""
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()

    def scenarios(self):
        """Return what there is to act in and to predict."""
        return self.ask("GET", "/v1/scenarios")

    def models(self):
        """Return the models that predict; "true" is the engine itself."""
        return self.ask("GET", "/v1/models")

    def scene(self, scenario, values=None, seed=0, episode=0):
        """Return a scene of a scenario, which is as that of Env."""
        request = {**_scenario(scenario), "values": values, "seed": _seed(seed), "episode": episode}
        return self.ask("POST", "/v1/scenes", request)

    def predict(self, model, environment=None, scene=None, state=None, action=None):
        """Return the state one frame later, as a model predicts it."""
        request = {"model": model, "environment": environment, "scene": scene, "state": state, "action": action}
        return self.ask("POST", "/v1/predict", request)["state"]

    def rollout(self, model, environment=None, scene=None, starts=None, actions=None, frames=None):
        """Return the states [n][frames + 1] that a model predicts for n starts [n] or
        sequences of actions [n][frames], or both; one of either serves for all. Those of a
        rollout that breaks down end early."""
        request = {"model": model, "environment": environment, "scene": scene,
                   "starts": starts, "actions": actions, "frames": frames}
        return self.ask("POST", "/v1/rollout", request)["states"]

    def step(self, envs, actions):
        """Act for one frame in several environments of this server, and return what each of their
        steps returns. It is never sent twice."""
        if len(envs) != len(actions):
            raise ValueError(f"{len(actions)} actions must be one for each of {len(envs)} environments")
        steps = [{"environment": e._checked(), "action": _action(a, len(e.action_space.low))} for e, a in zip(envs, actions)]
        answer = self.ask("POST", "/v1/steps", {"steps": steps}, repeat=False)
        for i, a in enumerate(answer["steps"]):
            if "error" in a:
                raise OrreryError(200, a["error"]["code"], f"steps[{i}]: {a['error']['message']}")
        return [_stepped(a["step"]) for a in answer["steps"]]

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
        try:
            return len(x) == len(self.low) and all(a <= v <= b for a, v, b in zip(self.low, x, self.high))
        except TypeError:
            return False

    __contains__ = contains


def _encode(request):
    """Return a request as JSON, which has no NaN and no infinity."""
    try:
        return json.dumps(request, default=lambda v: v.tolist(), allow_nan=False)
    except ValueError:
        raise ValueError("all numbers of a request must be finite") from None
    except AttributeError as error:
        raise TypeError(f"a request must be of numbers, text and lists of them: {error}") from None


def _seed(seed):
    """Return a seed as the server takes it."""
    if isinstance(seed, bool):
        raise TypeError(f"seed {seed} must be a whole number")
    try:
        seed = operator.index(seed)
    except TypeError:
        raise TypeError(f"seed {seed!r} must be a whole number") from None
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed {seed} must be 0 to {2**64 - 1}")
    return seed


def _action(action, size):
    """Return an action as a list of finite numbers, so many as there must be."""
    try:
        numbers = [float(v) for v in action]
    except (TypeError, ValueError):
        raise TypeError(f"action {action!r} must be a list of {size} numbers") from None
    if isinstance(action, (str, bytes)) or len(numbers) != size:
        raise ValueError(f"action has {len(numbers)} numbers, must have {size}")
    for i, v in enumerate(numbers):
        if not math.isfinite(v):
            raise ValueError(f"action[{i}]: {v} must be a finite number")
    return numbers


def _stepped(a):
    """Return the answer to a step as Gymnasium has it."""
    return _array(a["observation"]), float(a["reward"]), a["terminated"], a["truncated"], a["info"]


def _array(numbers):
    return numbers if numpy is None else numpy.array(numbers, dtype=numpy.float64)


class Env:
    """A scenario with a task: a name, the path of a scenario file (which ends in .json or is a
    pathlib.Path), or what such a file says, as a dict. values are its parameters, by name.
    With a server, url and token are that server's. record saves each episode that ends to a
    dataset of the server, which about["record"] names, if it was started with --record."""

    metadata = {"render_modes": []}
    render_mode = spec = None

    id = None

    def __init__(self, scenario, values=None, url=DEFAULT_URL, server=None, token=None, record=False):
        self.server, self._own = (server, False) if server else (Server(url, token=token), True)
        self._seeds = random.Random()
        if not isinstance(record, bool):
            raise TypeError(f"record {record!r} must be True or False")
        request = {**_scenario(scenario), "values": values, "record": record or None}
        about = self.server.ask("POST", "/v1/environments", request, repeat=False)
        self.id, self.about = about["id"], about
        self._path = "/v1/environments/" + self.id
        self.metadata = {**self.metadata, "render_fps": about["fps"]}
        many = len(about["names"]) * [float("inf")]
        self.observation_space = Box([-v for v in many], many)
        self.action_space = Box(about["low"], about["high"])

    def reset(self, *, seed=None, options=None):
        """Begin the episode of a seed, or of the next random one. Options are state, the state of all
        bodies [n, 6] in which it begins, and goals, as the scene of state() has them."""
        for name in options or {}:
            if name not in ("state", "goals"):
                raise ValueError(f"option {name!r} is not known: there are state and goals; values={{...}} sets a scenario's parameters")
        if seed is not None:
            seed = _seed(seed)
            self._seeds.seed(seed)
        else:
            seed = self._seeds.getrandbits(53)
        answer = self._ask("POST", "/reset", {"seed": seed, **(options or {})})
        return _array(answer["observation"]), answer["info"]

    def step(self, action):
        """Act for one frame. It is never sent twice."""
        a = self._ask("POST", "/step", {"action": _action(action, len(self.action_space.low))}, repeat=False)
        return _stepped(a)

    def render(self):
        """Return None, as render_mode is. `orrery plan --render` makes films."""

    @property
    def unwrapped(self):
        """The environment itself, in which there is no other."""
        return self

    def state(self):
        """Return frame, over, observation, info, state and scene."""
        return self._ask("GET", "/state")

    def _ask(self, method, path, request=None, repeat=True):
        self._check()
        return self.server.ask(method, self._path + path, request, repeat)

    def _check(self):
        if self.id is None:
            raise ValueError("the environment is closed")

    def _checked(self):
        self._check()
        return self.id

    def predict(self, model, state=None, action=None):
        """Return the state one frame later, as a model predicts it."""
        self._check()
        if action is not None:
            action = _action(action, len(self.action_space.low))
        return self.server.predict(model, environment=self.id, state=state, action=action)

    def rollout(self, model, starts=None, actions=None, frames=None):
        """Return the states that a model predicts; see Server.rollout."""
        self._check()
        return self.server.rollout(model, environment=self.id, starts=starts, actions=actions, frames=frames)

    def plan(self, model, planner=None, settings=None, seed=0):
        """Return the next action of a plan made with a model."""
        request = {"model": model, "planner": planner, "settings": settings, "seed": _seed(seed)}
        return _array(self._ask("POST", "/plan", request)["action"])

    def close(self):
        """Remove the environment, and close the connection if it is the Env's own. What is
        gone already, the server included, is left alone."""
        gone, self.id = self.id is None, None
        try:
            if not gone:
                self.server.ask("DELETE", self._path)
        except OrreryError as error:
            if error.status != 404:
                raise
        except (OSError, http.client.HTTPException):
            pass  # a server that cannot be reached removes it by itself
        finally:
            if self._own:
                self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
