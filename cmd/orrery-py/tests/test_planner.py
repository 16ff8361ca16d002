"""Planners do tasks, from states and from observations."""

import json

import gymnasium
import numpy as np
import pytest

import orrery

BLOCK = np.array([[3.0, 3.0, 0, 0, 0, 0], [2.5, 2.25, 0.5, 0, 0, 0]])


def test_push_t_is_done():
    env = gymnasium.make("orrery/PushT-v1")
    _, info = env.reset(seed=3)
    planner = orrery.Planner("pusht", env)
    for _ in range(env.spec.max_episode_steps or 300):
        _, _, terminated, _, info = env.step(planner.act(env.unwrapped.state()))
        if terminated:
            break
    assert info["success"] == 1


def test_tasks_of_own_files_are_planned(tmp_path):
    text = {"format": 2, "bodies": [{"name": "ball", "circle": 0.1, "at": [0, 0]}], "actuators": [{"force": "ball", "axis": "xy", "low": -1, "high": 1}]}
    text |= {"goals": [{"name": "there", "body": "ball", "place": [1, 0]}], "task": {"doc": "the ball is there"}}
    path = tmp_path / "own.scenario.json"
    path.write_text(json.dumps(text))
    for source in (text, path, str(path), orrery.Scenario.load(path)):
        env = orrery.OrreryEnv(source)
        env.reset(seed=1)
        for task in (env, source):
            planner = orrery.Planner("true", task, scene=env.scene(), budget=40)
            assert planner.bodies == ["ball"] and planner.act(env.state()).shape == (2,)


def test_an_environment_brings_its_own_goals():
    env = gymnasium.make("orrery/Push-v1").unwrapped
    goals = []
    for seed in (3, 4):
        env.reset(seed=seed)
        goals.append(env.scene()["goals"])
        assert orrery.Planner("true", env, budget=20).about["goals"] == goals[-1]
    assert goals[0] != goals[1]


def test_observations_are_states():
    env = gymnasium.make("orrery/PushT-v1")
    observation, _ = env.reset(seed=4)
    by_state, by_sight = orrery.Planner("pusht", env, budget=50), orrery.Planner("pusht", env, budget=50)
    assert by_sight.observations == ["agent_x", "agent_y", "block_x", "block_y", "block_angle"]
    for _ in range(12):
        action = by_state.act(env.unwrapped.state())
        assert np.allclose(by_sight.act(observation), action, atol=2)  # px
        observation = env.step(action)[0]
    turn = np.array([100, 400, 250, 260, 6.28])
    planner = orrery.Planner("true", "pusht", budget=20)
    planner.act(turn)
    start = planner.expected()[0]
    origin = start[1, :2] - 0.45 * np.array([-np.sin(start[1, 2]), np.cos(start[1, 2])])
    assert np.allclose([*start[0, :2], *origin, start[1, 2] % (2 * np.pi)], [1, 4, 2.5, 2.6, 6.28], atol=1e-5)


def test_plans_are_the_same_again_and_stay():
    state = BLOCK
    planner = orrery.Planner("pusht", "pusht", budget=60, seed=5, workers=1)
    assert planner.expected() is None and np.isnan(planner.cost)
    actions = [planner.act(state)]
    expected = planner.expected()
    assert np.array_equal(expected[0], state) and len(expected) == 26 and planner.cost > 0
    actions += [planner.act(expected[k]) for k in (1, 2, 3, 4)]
    assert np.array_equal(planner.expected(), expected)  # five decisions are carried out before the next plan
    again = orrery.Planner("pusht", "pusht", budget=60, seed=5)
    assert np.array_equal([again.act(s) for s in (state, *expected[1:5])], actions)
    planner.act(expected[5])
    assert not np.array_equal(planner.expected(), expected)
    again.reset()
    assert again.expected() is None and np.isnan(again.cost)


def test_costs_are_those_of_plans():
    planner = orrery.Planner("pusht", "pusht", budget=60, settings={"final": 20})
    planner.act(BLOCK)
    model, scene = orrery.Model.load("pusht"), orrery.Scenario.load("pusht").sample()
    plans = np.random.default_rng(1).uniform(50, 450, (40, 6, 2))
    costs = planner.costs(BLOCK, plans)
    ends = planner.costs(BLOCK, plans, final=2) - costs
    assert costs.shape == (40,) and (ends > 0).all() and np.array_equal(planner.costs(BLOCK, plans), costs)
    assert np.allclose(planner.costs(BLOCK, plans[7:8]), costs[7])
    assert planner.costs(BLOCK, plans[:0]).shape == (0,)
    rolled = model.rollout(scene, BLOCK, plans[0] / 100)
    assert np.isclose(costs[0], sum(planner.costs(s, plans[:1, k : k + 1])[0] for k, s in enumerate(rolled[:-1])), rtol=1e-6)
    here = planner.costs(BLOCK, plans)
    planner.reset(goal=[1, 1, 0])
    assert (planner.costs(BLOCK, plans) != here).all() and planner.costs(BLOCK, plans).mean() > here.mean() + 1


def test_actions_are_between_those_of_the_environment():
    for scenario in ("pusht", "cartpole", "push"):
        planner, env = orrery.Planner("true", scenario, budget=20), orrery.OrreryEnv(scenario)
        assert np.array_equal(np.float32([planner.low, planner.high]), [env.action_space.low, env.action_space.high])


def test_a_reset_forgets_where_the_scene_was():
    """What an observation does not tell, such as velocities, is then that of the start again."""
    seen = np.array([100, 400, 250, 260, 0.5])
    planner, fresh = (orrery.Planner("true", "pusht", budget=20) for _ in range(2))
    planner.act(BLOCK + [0, 0, 0, 1, -2, 3])
    planner.reset()
    planner.act(seen), fresh.act(seen)
    assert np.array_equal(planner.expected()[0], fresh.expected()[0]) and not planner.expected()[0, :, 3:].any()
    planner.reset(goal=[1, 1, 0])
    planner.act(BLOCK)
    assert np.array_equal(planner.expected()[0], BLOCK)


def test_budgets_bound_searches():
    for budget in (4, 10, 77, 300):
        s = orrery.Planner("pusht", "pusht", budget=budget).settings
        tried = s["proposals"] + 1 + sum(max(int(s["samples"] / s["decay"] ** i), min(2 * s["elites"], s["samples"])) for i in range(s["iterations"]))
        assert budget / 3 < tried <= budget
    long = orrery.Planner("pusht", "pusht", budget=1e-9, settings={"iterations": 1000})
    long.act(BLOCK)  # ends after the first


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ({"task": "billiards"}, ValueError, "no task"),
        ({"task": "pushed"}, ValueError, "pushed"),
        ({"task": 7}, TypeError, "scenario"),
        ({"model": "nothing"}, ValueError, "nothing"),
        ({"task": gymnasium.make("CartPole-v1")}, TypeError, "scenario"),
        ({"settings": {"sample": 3}}, ValueError, 'perhaps "samples"'),
        ({"settings": {"samples": 1.5}}, ValueError, "whole number"),
        ({"planner": "cen"}, ValueError, "icem"),
        ({"budget": 0}, ValueError, "at least"),
        ({"budget": 2}, ValueError, "4 at least"),
        ({"budget": 0.0}, ValueError, "more than 0"),
        ({"budget": True}, TypeError, "number"),
        ({"budget": float("nan")}, ValueError, "more than 0"),
        ({"seed": -1}, ValueError, "seed"),
        ({"goal": [1, 2, 3, 4]}, ValueError, r"\(1, 3\)"),
        ({"goal": [np.nan, 0, 0]}, ValueError, "finite"),
        ({"scene": 3}, TypeError, "dict"),
        ({"scene": orrery.Scenario.load("push").sample()}, ValueError, 'scene of "push" must be of the scenario "pusht"'),
        ({"scene": {}}, ValueError, "format"),
        ({"values": {"nothing": 1}}, ValueError, "nothing"),
    ],
)
def test_planners_that_cannot_be_meant(arguments, kind, words):
    with pytest.raises(kind, match=words):
        orrery.Planner(**{"model": "pusht", "task": "pusht", **arguments})


def test_states_that_cannot_be_meant():
    planner = orrery.Planner("pusht", "pusht", budget=20)
    for state, kind, words in [
        (BLOCK[:1], ValueError, r"must have \(2, 6\)"),
        (np.ones(4), ValueError, r"or as an observation \(5,\): agent_x"),
        (np.full((2, 6), np.nan), ValueError, "finite"),
        (np.full((2, 6), 1e30), ValueError, "body 0"),
        ("ab", TypeError, "numbers"),
        (None, TypeError, "numbers"),
        ([100, 100, 250, 250, 7.0], ValueError, "block_angle 7"),
    ]:
        with pytest.raises(kind, match=words):
            planner.act(state)
    planner.act(BLOCK[:, :3])
    with pytest.raises(ValueError, match="plans"):
        planner.costs(BLOCK, np.ones((3, 4, 5)))
    with pytest.raises(ValueError, match="joints"):
        jointed = orrery.Planner("true", "cartpole")
        jointed.act(np.zeros(len(jointed.observations)))
    planner.close()
    for use in (lambda: planner.act(BLOCK), planner.reset, planner.expected):
        with pytest.raises(ValueError, match="closed"):
            use()
