"""Costs of plans for the Push-T of stable-worldmodel, which the tests do not install."""

import math

import numpy as np
import pytest

import orrery
from orrery.stable_worldmodel import CostModel, _state_of, _targets


def info(state, goal, samples=12, envs=1):
    return {name: np.tile(np.asarray(s, float), (envs, samples, 1, 1)) for name, s in {"state": state, "goal_state": goal}.items()}


STATE = [100, 100, 250, 300, 0.5, 30, -20]


def test_the_agent_goes_where_it_is_told():
    """One frame by hand: ten steps of velocity, then place."""
    costs = CostModel("pusht")
    moves = np.random.default_rng(1).uniform(-1, 1, (1, 1, 8, 2))
    at, speed, expected = np.array(STATE[:2], float), np.array(STATE[5:], float), []
    for move in moves[0, 0]:
        target = at + 100 * move
        for _ in range(10):
            speed = speed + (100 * (target - at) - 20 * speed) * 0.01
            at = at + speed * 0.01
        expected.append(at)
    states = costs.model.rollout(costs.scene, _state_of(np.array([STATE], float)), _targets(np.array([STATE], float), moves) * 0.01)
    assert np.allclose(states[0, 0, 1:, 0, :2] * 100, expected, atol=1e-6)
    assert np.allclose(states[0, 0, 0, 1], [2.5 - 0.45 * np.sin(0.5), 3 + 0.45 * np.cos(0.5), 0.5, 0, 0, 0])


def test_plans_that_reach_the_goal_cost_least():
    costs = CostModel("pusht")
    actions = np.random.default_rng(1).normal(0, 0.6, (1, 12, 5, 10))
    actions[0, 3] = 0
    here = [100, 100, *STATE[2:5], 0, 0]
    found = costs.get_cost(info(here, here), actions)
    assert found.shape == (1, 12) and found.argmin() == 3 and found.min() < -90
    turned = [*here[:4], here[4] + 2 * np.pi, 0, 0]
    assert np.allclose(costs.get_cost(info(here, turned), actions), found)
    away = costs.get_cost(info(here, [100, 100, 400, 100, 2.0, 0, 0]), actions)
    assert (away > found).all()
    agent = costs.get_cost(info(here, [300, 100, *here[2:]]), actions)
    east = actions.copy()
    east[0, 3, :, 0::2] = 0.5
    assert costs.get_cost(info(here, [300, 100, *here[2:]]), east)[0, 3] < agent[0, 3] > found[0, 3]


def test_plans_that_break_the_model_cost_most():
    state = np.array([[100.0, 100, 250, 300, 0.5, 0, 0]])
    states = np.broadcast_to(_state_of(state)[:, None, None], (1, 3, 5, 2, 6)).copy()
    states[0, 1, 3:] = np.nan  # it breaks down on the way
    states[0, 2, 1:] = np.nan  # at once
    still, late, soon = CostModel._judge(states, np.array([[400.0, 300, 250, 280, 0.8, 0, 0]]))[0]
    assert still < 1000 < late < soon < np.inf


def test_environments_have_their_own_states_and_goals():
    costs = CostModel("pusht")
    actions = np.random.default_rng(2).normal(0, 0.6, (2, 12, 5, 10))
    other = [300, 400, 200, 200, 1.5, 0, 0]
    both = {name: np.concatenate([info(STATE, other)[name], info(other, STATE)[name]]) for name in ("state", "goal_state")}
    found = costs.get_cost(both, actions)
    assert np.allclose(found[0], costs.get_cost(info(STATE, other), actions[:1])[0]) and np.allclose(found[1], costs.get_cost(info(other, STATE), actions[1:])[0])


def test_tensors_come_back():
    class Tensor:
        def __init__(self, values):
            self.values = values

        def detach(self):
            return self

        cpu = detach

        def numpy(self):
            return self.values.astype(np.float32)

        def new_tensor(self, values):
            return Tensor(values)

    actions = np.zeros((1, 12, 2, 4))
    asked = info(STATE, STATE)
    found = CostModel("pusht").get_cost({k: Tensor(v) for k, v in asked.items()}, Tensor(actions))
    assert isinstance(found, Tensor) and np.allclose(found.values, CostModel("pusht").get_cost(asked, actions), atol=1e-3)


@pytest.mark.parametrize(
    "change, actions, words",
    [
        ({}, np.zeros((1, 12, 5, 9)), "block"),
        ({}, np.zeros((12, 5, 10)), "envs, samples"),
        ({}, np.full((1, 12, 5, 10), np.nan), "actions must be finite"),
        ({"state": np.zeros((1, 12, 1, 5))}, np.zeros((1, 12, 5, 10)), r"state has the shape \(1, 12, 1, 5\)"),
        ({"state": np.zeros((2, 12, 1, 7))}, np.zeros((1, 12, 5, 10)), "must have"),
        ({"goal_state": np.full((1, 12, 1, 7), np.inf)}, np.zeros((1, 12, 5, 10)), "goal_state must be finite"),
        ({"goal_state": None}, np.zeros((1, 12, 5, 10)), "no goal_state"),
    ],
)
def test_what_cannot_be_meant(change, actions, words):
    asked = {k: v for k, v in {**info(STATE, STATE), **change}.items() if v is not None}
    with pytest.raises(ValueError, match=words):
        CostModel("pusht").get_cost(asked, actions)


def by_hand(states, goal):
    """The cost of the states [frames + 1, 2, 6] of a plan, number by number."""
    costs = []
    for k, (agent, block) in enumerate(states[1:]):
        x, y, turn = 100 * agent[0], 100 * agent[1], block[2]
        cx, cy = 100 * block[0], 100 * block[1]
        ox, oy = cx + 45 * math.sin(turn), cy - 45 * math.cos(turn)
        own, place = math.hypot(x - goal[0], y - goal[1]), math.hypot(ox - goal[2], oy - goal[3])
        off = abs(math.remainder(turn - goal[4], 2 * math.pi))
        centre = math.hypot(cx - (goal[2] - 45 * math.sin(goal[4])), cy - (goal[3] + 45 * math.cos(goal[4])))
        away = math.hypot(centre, 60 * off)
        near = math.exp(-(away**2) / 1600)
        cost = away + 0.3 * near * own + (1 - near) * (200 + 0.1 * math.hypot(x - cx, y - cy))
        there = math.hypot(own, place) < 17 and off < math.radians(17)
        costs.append((cost, -100 * (1 - 0.5 * k / (len(states) - 2)) if there else cost))
    return min(best for _, best in costs) + 0.05 * sum(cost for cost, _ in costs) / len(costs)


def test_costs_are_those_of_the_paper_and_pencil():
    """Far from the goal, near it, and about the edges of what counts as reached."""
    rng = np.random.default_rng(5)
    goal = np.array([200.0, 150, 260, 240, 0.7, 0, 0])
    place = _state_of(goal[None])[0]
    states = np.broadcast_to(place, (1, 400, 6, 2, 6)).copy()
    for k, size in enumerate(np.geomspace(1e-3, 3, 400)):
        states[0, k, ..., :2] += size * rng.normal(size=(6, 2, 2))
        states[0, k, ..., 2] += 2 * size * rng.normal(size=(6, 2)) + 2 * np.pi * rng.integers(-2, 3)
    found = CostModel._judge(states, goal[None])[0]
    assert np.allclose(found, [by_hand(s, goal) for s in states[0]], rtol=1e-9)
    assert 20 < (found < 0).sum() < 380  # some reach it
    edge = np.broadcast_to(place, (1, 4, 2, 2, 6)).copy()
    edge[0, :, 1, 0, 0] += [0.169, 0.171, 0, 0]
    edge[0, :, 1, 1, 2] += [0, 0, *np.radians([16.9, 17.1])]
    edge[0, 2:, 1, 1, :2] += 0.45 * (np.stack([-np.sin(edge[0, 2:, 1, 1, 2]), np.cos(edge[0, 2:, 1, 1, 2])], axis=-1) - [-np.sin(0.7), np.cos(0.7)])  # about the origin
    assert (CostModel._judge(np.concatenate([edge, edge[:, :, 1:]], axis=2), goal[None])[0] < 0).tolist() == [True, False, True, False]


def test_what_counts_is_the_state_that_was_seen_last():
    costs, actions = CostModel("pusht"), np.random.default_rng(2).normal(0, 0.6, (1, 12, 3, 4))
    last = info(STATE, [300, 400, 200, 200, 1.5, 0, 0])
    more = {name: np.concatenate([values + 7, values - 5, values], axis=2) for name, values in last.items()}
    assert np.array_equal(costs.get_cost(more, actions), costs.get_cost(last, actions))


def test_the_agent_may_go_beyond_the_walls():
    usual, far = orrery.Scenario.load("pusht").sample()["actuators"], CostModel("pusht").scene["actuators"]
    assert [(a["low"] - 10, a["high"] + 10) for a in usual] == [(a["low"], a["high"]) for a in far]


def test_nothing_of_a_request_may_be_no_number():
    for name in ("state", "goal_state", "actions"):
        for bad in (np.nan, np.inf, -np.inf):
            asked = {**info(STATE, STATE), "actions": np.zeros((1, 12, 2, 4))}
            asked[name].flat[-1] = bad
            actions = asked.pop("actions")
            with pytest.raises(ValueError, match=f"^{name} must be finite$"):
                CostModel("pusht").get_cost(asked, actions)
