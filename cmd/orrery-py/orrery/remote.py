"""Environments and models of a server that `orrery serve` runs, here or on another machine.

    env = orrery.remote.RemoteEnv("pusht", url="http://127.0.0.1:8417")
    observation, info = env.reset(seed=7)
    observation, reward, terminated, truncated, info = env.step(env.plan("true"))

It asks over HTTP and loads no library. What the server refuses is a ServerError.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import select
import urllib.parse
from typing import Any, Mapping, Sequence

import gymnasium as gym
import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .scenario import Scene, Source, goals_of, request, seed_of, state_of

Floats = NDArray[np.float64]
Step = tuple[Floats, float, bool, bool, dict[str, Any]]

DEFAULT_URL = "http://127.0.0.1:8417"


class ServerError(_library.Error):
    """What the server answers when it cannot do what it was asked for: status is that of HTTP, code the server's word."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{message} ({code}, HTTP {status})")
        self.status, self.code, self.message = status, code, message


class Server:
    """A connection to a server, which is opened when it is first used, and belongs to one thread. token is what the
    server demands, if it was started with one; timeout is in seconds."""

    def __init__(self, url: str = DEFAULT_URL, timeout: float = 120, token: str | None = None) -> None:
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in kinds or not parts.netloc:
            raise _library.MistakeError(f"url {url!r} must be like {DEFAULT_URL}")
        self._connection = kinds[parts.scheme](parts.netloc, timeout=timeout)
        self._base, self._token = parts.path.rstrip("/"), token

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, repeat: bool = True) -> Any:
        """Return the answer to a request, or raise ServerError. Where the connection breaks, a request that may be
        repeated is sent once more."""
        text, headers = None, {}
        if self._token:
            headers["Authorization"] = "Bearer " + self._token
        if body is not None:
            text, headers["Content-Type"] = _encode({k: v for k, v in body.items() if v is not None}), "application/json"
        self._close_stale()
        again = repeat and self._connection.sock is not None
        try:
            status, got = self._send(method, path, text, headers)
        except ConnectionError:  # http.client.RemoteDisconnected is one
            if not again:
                raise
            status, got = self._send(method, path, text, headers)
        try:
            answer = json.loads(got) if got else None
            error = (answer or {})["error"] if status >= 400 else None
        except (ValueError, TypeError, KeyError):
            raise ServerError(status, "foreign", "the answer is not one of an Orrery server") from None
        if error:
            raise ServerError(status, error["code"], error["message"])
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(method, self._base + path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def _close_stale(self) -> None:
        """Close a connection that the server has closed, so that the next request opens another. Nothing but the end
        can be read while no request is under way."""
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()

    def scenarios(self) -> Any:
        """Return what there is to act in and to predict."""
        return self.ask("GET", "/v1/scenarios")

    def models(self) -> Any:
        """Return the models that predict; "true" is the engine itself."""
        return self.ask("GET", "/v1/models")

    def scene(self, scenario: Source, values: Mapping[str, float] | None = None, seed: int = 0, episode: int = 0) -> Scene:
        """Return a scene of a scenario."""
        scene: Scene = self.ask("POST", "/v1/scenes", {**_source(scenario, values), "seed": seed_of(seed), "episode": _library.whole(episode, "episode")})
        return scene

    def predict(self, model: str, scene: Scene, state: ArrayLike | None = None, action: ArrayLike | None = None) -> Floats:
        """Return the state [bodies, 6] one frame later, as a model predicts it; action is in the units of the actuators."""
        return np.array(self.ask("POST", "/v1/predict", {"model": model, "scene": scene, "state": state, "action": action})["state"])

    def rollout(self, model: str, scene: Scene, states: ArrayLike | None = None, actions: ArrayLike | None = None, frames: int | None = None) -> Floats:
        """Return the states [n, frames + 1, bodies, 6] that a model predicts for n states [n, bodies, 6] or sequences of
        actions [n, frames, actuators], or both; one of either serves for all. What is missing of a rollout that breaks down is NaN."""
        return _rolled(self.ask("POST", "/v1/rollout", {"model": model, "scene": scene, "starts": states, "actions": actions, "frames": frames}))

    def step(self, envs: Sequence["RemoteEnv"], actions: Sequence[ArrayLike]) -> list[Step]:
        """Act for one frame in several environments of this server, in one request, and return what each of their
        steps returns. It is never sent twice."""
        if len(envs) != len(actions):
            raise _library.MistakeError(f"{len(actions)} actions must be one for each of {len(envs)} environments")
        steps = [{"environment": e._checked(), "action": e._action(a)} for e, a in zip(envs, actions)]
        answer = self.ask("POST", "/v1/steps", {"steps": steps}, repeat=False)
        for i, a in enumerate(answer["steps"]):
            if "error" in a:
                raise ServerError(200, a["error"]["code"], f"steps[{i}]: {a['error']['message']}")
        return [_stepped(a["step"]) for a in answer["steps"]]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class RemoteEnv(gym.Env[Floats, NDArray[np.float32]]):
    """An environment of a server, that of OrreryEnv: scenario is a name, the path of a scenario file here (which ends in
    .json or is a pathlib.Path), or what such a file says as a dict; values are its parameters, by name.

    With a server, url and token are that server's. record saves each episode that ends to a dataset of the server,
    which about["record"] names, if it was started with --record. reset takes the options state and goal.
    """

    metadata = {"render_modes": []}

    def __init__(
        self,
        scenario: Source,
        values: Mapping[str, float] | None = None,
        url: str = DEFAULT_URL,
        server: Server | None = None,
        token: str | None = None,
        record: bool = False,
    ) -> None:
        self._id: str | None = None
        if not isinstance(record, bool):
            raise TypeError(f"record {record!r} must be True or False")
        self.server, self._own = (server, False) if server else (Server(url, token=token), True)
        self.about: dict[str, Any] = self.server.ask("POST", "/v1/environments", {**_source(scenario, values), "record": record or None}, repeat=False)
        self._id = self.about["id"]
        self.metadata = {**self.metadata, "render_fps": self.about["fps"]}
        many = np.full(len(self.about["names"]), np.inf)
        self.observation_space = gym.spaces.Box(-many, many, dtype=np.float64)
        self.action_space = gym.spaces.Box(np.float32(self.about["low"]), np.float32(self.about["high"]), dtype=np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Begin the episode of a seed, or of the next random one; options are those of OrreryEnv."""
        if seed is not None:
            seed = seed_of(seed)
        super().reset(seed=seed)
        asked: dict[str, Any] = {"seed": int(self.np_random.integers(2**63)) if seed is None else seed}
        for name, value in (options or {}).items():
            if name == "state":
                asked["state"] = state_of(value, len(self.state()["state"]))
            elif name == "goal":
                asked["goals"] = goals_of(value, self.state()["scene"].get("goals") or [])
            else:
                raise _library.MistakeError(f"option {name!r} is not known: there are state and goal")
        answer = self._ask("POST", "/reset", asked)
        return np.array(answer["observation"]), answer["info"]

    def step(self, action: ArrayLike) -> Step:
        """Act for one frame. It is never sent twice."""
        return _stepped(self._ask("POST", "/step", {"action": self._action(action)}, repeat=False))

    def state(self) -> dict[str, Any]:
        """Return frame, over, observation, info, state and scene."""
        found: dict[str, Any] = self._ask("GET", "/state")
        return found

    def predict(self, model: str, state: ArrayLike | None = None, action: ArrayLike | None = None) -> Floats:
        """Return the state [bodies, 6] one frame later, as a model predicts it; action is in the units of the task."""
        body = {"model": model, "environment": self._checked(), "state": state, "action": None if action is None else self._action(action)}
        return np.array(self.server.ask("POST", "/v1/predict", body)["state"])

    def rollout(self, model: str, states: ArrayLike | None = None, actions: ArrayLike | None = None, frames: int | None = None) -> Floats:
        """Return the states that a model predicts, as Server.rollout does; actions are in the units of the task."""
        return _rolled(self.server.ask("POST", "/v1/rollout", {"model": model, "environment": self._checked(), "starts": states, "actions": actions, "frames": frames}))

    def plan(self, model: str, planner: str | None = None, settings: Mapping[str, float] | None = None, seed: int = 0) -> Floats:
        """Return the next action of a plan made with a model of the server."""
        return np.array(self._ask("POST", "/plan", {"model": model, "planner": planner, "settings": settings, "seed": seed_of(seed)})["action"])

    def close(self) -> None:
        """Remove the environment, and close the connection if it is its own. What is gone already, the server
        included, is left alone."""
        gone, self._id = self._id, None
        try:
            if gone is not None:
                self.server.ask("DELETE", "/v1/environments/" + gone)
        except ServerError as error:
            if error.status != 404:
                raise
        except (OSError, http.client.HTTPException):
            pass  # a server that cannot be reached removes it by itself
        finally:
            if self._own:
                self.server.close()

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, repeat: bool = True) -> Any:
        return self.server.ask(method, f"/v1/environments/{self._checked()}{path}", body, repeat)

    def _checked(self) -> str:
        if self._id is None:
            raise _library.MistakeError("the environment is closed")
        return self._id

    def _action(self, action: ArrayLike) -> Floats:
        found = _library.array(action, "action")
        if found.shape != self.action_space.shape:
            raise _library.MistakeError(f"action has the shape {found.shape}, must have {self.action_space.shape}")
        return found


def _source(source: Source, values: Mapping[str, float] | None) -> dict[str, Any]:
    """Return a scenario as a server is asked for it: of a file here, its text and its name."""
    if isinstance(source, str) and source.endswith(".json"):
        source = pathlib.Path(source)
    asked = request(source, values)
    if "text" not in asked:
        return {"scenario": asked["scenario"], "values": asked["values"]}
    name = os.path.basename(asked["scenario"]).removesuffix(".json").removesuffix(".scenario")
    return {"scenario": asked["text"], "name": name, "values": asked["values"]}


def _encode(body: Mapping[str, Any]) -> str:
    """Return a request as JSON, which has no NaN and no infinity."""
    try:
        return json.dumps(body, default=_library.numbers, allow_nan=False)
    except ValueError:
        raise _library.MistakeError("all numbers of a request must be finite") from None


def _stepped(a: Mapping[str, Any]) -> Step:
    """Return the answer to a step as Gymnasium has it."""
    return np.array(a["observation"]), float(a["reward"]), a["terminated"], a["truncated"], a["info"]


def _rolled(answer: Mapping[str, Any]) -> Floats:
    """Return rollouts as one array, of which what is missing is NaN."""
    rows: list[Any] = answer["states"]
    frames = max(map(len, rows))
    states = np.full((len(rows), frames, *np.shape(rows[0][0])), np.nan)
    for state, row in zip(states, rows):
        state[: len(row)] = row
    return states
