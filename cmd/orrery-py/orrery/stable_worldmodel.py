"""Plans of stable-worldmodel with models of Orrery, on its Push-T.

    import stable_worldmodel as swm
    from orrery.stable_worldmodel import CostModel

    world = swm.World("swm/PushT-v1", num_envs=5, image_shape=(64, 64), max_episode_steps=300)
    solver = swm.solver.CEMSolver(CostModel("pusht"), batch_size=5, num_samples=128, n_steps=6, topk=12)
    world.set_policy(swm.policy.WorldModelPolicy(solver, swm.PlanConfig(horizon=5, receding_horizon=1, action_block=5)))
    world.evaluate(episodes=50, seed=1)

It needs neither of the two to be imported: what it is given are tensors of torch or arrays, and it returns the same.
"""

from __future__ import annotations

import os
from typing import Any, Mapping, Union

import numpy as np
from numpy.typing import NDArray

from . import _library
from .model import Model
from .scenario import Scenario

Floats = NDArray[np.float64]

PIXEL = 0.01  # m
ALONG = 45.0  # px along the stem, from the origin of the block to its centre of mass
REACH = 100.0  # px that an action of 1 moves the agent's target
RADIUS = 60.0  # px, about how far the corners of the block are from its centre of mass
NEAR = (20.0, np.pi / 9)  # px and rad within which swm/PushT-v1 takes the goal for reached
SUBSTEPS, STEP, STIFFNESS, DAMPING = 10, 0.01, 100.0, 20.0  # of its agent: steps of a frame, s, 1/s² and 1/s


class CostModel:
    """Costs of plans for swm/PushT-v1, predicted by a model of the scenario pusht.

    model is a Model, or what Model.load takes. workers is how many cores are used, 0 for all.

    >>> costs = CostModel("pusht")
    >>> state, goal = np.array([100, 100, 250, 300, 0.5, 0, 0]), np.array([400, 300, 250, 280, 0.8, 0, 0])
    >>> info = {"state": np.tile(state, (1, 20, 1, 1)), "goal_state": np.tile(goal, (1, 20, 1, 1))}
    >>> costs.get_cost(info, np.zeros((1, 20, 5, 10))).shape  # [envs, samples] of [envs, samples, horizon, block · 2]
    (1, 20)
    """

    def __init__(self, model: Union[Model, str, "os.PathLike[str]"] = "pusht", workers: int = 0) -> None:
        self.model = model if isinstance(model, Model) else Model.load(model)
        self.workers = workers
        self.scene = Scenario.load("pusht").sample()
        for actuator in self.scene["actuators"]:  # the agent of swm goes wherever it is told
            actuator["low"], actuator["high"] = actuator["low"] - 10, actuator["high"] + 10

    def get_cost(self, info: Mapping[str, Any], actions: Any) -> Any:
        """Return the costs [envs, samples] of actions [envs, samples, horizon, block · 2], each from −1 to 1 of 100 px
        from where the agent is.

        info has state and goal_state [envs, samples, …, 7]: x and y of the agent, x, y and angle of the block's origin,
        and velocity of the agent, in px, rad and px/s. The same state and goal are meant for all samples of an environment.
        """
        given = _array(actions, "actions")
        if given.ndim != 4 or given.shape[-1] % 2:
            raise _library.MistakeError(f"actions has the shape {given.shape}, must have (envs, samples, horizon, block * 2)")
        envs, samples = given.shape[:2]
        states = {name: self._of(info, name, envs) for name in ("state", "goal_state")}
        moves = given.reshape(envs, samples, -1, 2)
        targets = _targets(states["state"], moves) * PIXEL
        costs = self._judge(self.model.rollout(self.scene, _state_of(states["state"]), targets, workers=self.workers), states["goal_state"])
        return actions.new_tensor(costs) if hasattr(actions, "new_tensor") else costs

    def criterion(self, info: Mapping[str, Any], actions: Any) -> Any:
        """Return the same as get_cost."""
        return self.get_cost(info, actions)

    @staticmethod
    def _of(info: Mapping[str, Any], name: str, envs: int) -> Floats:
        """Return [envs, 7] of an entry [envs, samples, …, 7]."""
        if name not in info:
            raise _library.MistakeError(f"info has no {name}; it has {', '.join(map(str, info)) or 'nothing'}")
        values = _array(info[name], name)
        if values.ndim < 3 or values.shape[0] != envs or values.shape[-1] != 7:
            raise _library.MistakeError(f"{name} has the shape {values.shape}, must have ({envs}, samples, ..., 7)")
        found: Floats = values[:, 0].reshape(envs, -1, 7)[:, -1]
        return found

    @staticmethod
    def _judge(states: Floats, goal: Floats) -> Floats:
        """Return the costs [envs, samples] of states [envs, samples, frames + 1, 2, 6], in px.

        What counts is the frame that comes nearest. As long as the block is away from its place, nothing is said of the
        agent's own place but that it is to be near the block; then the agent is to go where it belongs.
        """
        states = np.nan_to_num(states[:, :, 1:], nan=1e6)
        goal = goal[:, None, None]
        agent, centre, angle = states[..., 0, :2] / PIXEL, states[..., 1, :2] / PIXEL, states[..., 1, 2]
        origin = centre - ALONG * np.stack([-np.sin(angle), np.cos(angle)], axis=-1)
        own = np.linalg.norm(agent - goal[..., :2], axis=-1)
        place = np.linalg.norm(origin - goal[..., 2:4], axis=-1)
        goal_centre = goal[..., 2:4] + ALONG * np.stack([-np.sin(goal[..., 4]), np.cos(goal[..., 4])], axis=-1)
        turn = np.abs((angle - goal[..., 4] + np.pi) % (2 * np.pi) - np.pi)
        away = np.hypot(np.linalg.norm(centre - goal_centre, axis=-1), RADIUS * turn)
        near = np.exp(-((away / 40) ** 2))
        touch = np.linalg.norm(agent - centre, axis=-1)
        cost = away + near * 0.3 * own + (1 - near) * (200 + 0.1 * touch)
        done = (np.hypot(own, place) < 0.85 * NEAR[0]) & (turn < 0.85 * NEAR[1])
        left = np.linspace(1, 0.5, cost.shape[-1])
        best: Floats = np.where(done, -100 * left, cost).min(axis=-1) + 0.05 * cost.mean(axis=-1)
        return best


def _array(values: Any, name: str) -> Floats:
    """Return numbers of NumPy, of what may be a tensor."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    found = _library.array(values, name)
    if not np.isfinite(found).all():
        raise _library.MistakeError(f"{name} must be finite")
    return found


def _targets(state: Floats, moves: Floats) -> Floats:
    """Return the targets [envs, samples, frames, 2] of the agent, in px, for moves from where it then is."""
    shape = moves.shape[:2] + (2,)
    at = np.broadcast_to(state[:, None, :2], shape).copy()
    speed = np.broadcast_to(state[:, None, 5:], shape).copy()
    targets = np.empty(moves.shape)
    for frame in range(moves.shape[2]):
        target = targets[:, :, frame] = at + REACH * moves[:, :, frame]
        for _ in range(SUBSTEPS):
            speed += (STIFFNESS * (target - at) - DAMPING * speed) * STEP
            at += speed * STEP
    return targets


def _state_of(state: Floats) -> Floats:
    """Return states [envs, 2, 6] of the scenario."""
    out = np.zeros((len(state), 2, 6))
    angle = state[:, 4]
    out[:, 0, :2], out[:, 0, 3:5] = PIXEL * state[:, :2], PIXEL * state[:, 5:]
    out[:, 1, 0] = PIXEL * (state[:, 2] - ALONG * np.sin(angle))
    out[:, 1, 1] = PIXEL * (state[:, 3] + ALONG * np.cos(angle))
    out[:, 1, 2] = angle
    return out
