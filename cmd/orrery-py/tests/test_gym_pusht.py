"""What the real gym-pusht does, the scenario gym-pusht does."""

import importlib.util
import pathlib

import gymnasium
import numpy as np
import pytest

import orrery


def example(name):
    """Return a script of the folder examples as a module."""
    spec = importlib.util.spec_from_file_location(name, pathlib.Path(__file__).parents[1] / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compare, plan = example("compare_gym_pusht"), example("plan_gym_pusht")


@pytest.fixture(scope="module")
def real():
    return gymnasium.make("gym_pusht/PushT-v0").unwrapped


@pytest.mark.parametrize("aimed", [False, True])
def test_the_scenario_goes_where_gym_pusht_goes(real, aimed):
    for seed in range(3):
        states, actions = compare.record(real, seed, 100, aimed)
        assert np.ptp(states[:, 1, :2], axis=0).max() > 1  # px: the block was pushed
        assert compare.apart(states, actions).max() < 1e-5, seed  # px


def test_the_environment_observes_and_judges_as_gym_pusht(real):
    env = gymnasium.make("orrery/GymPushT-v1")
    rng = np.random.default_rng(1)
    for seed in range(3):
        seen, _ = real.reset(seed=seed)
        ours, _ = env.reset(options={"state": compare.metres(compare.state(real), 1 / 128)})
        assert np.allclose(ours, seen, rtol=0, atol=1e-9)
        for _ in range(20):
            action = rng.uniform(0, 512, 2).astype(np.float32)
            seen, reward, over, *_, info = real.step(action.astype(float))
            ours, our_reward, our_over, *_, our_info = env.step(action)
            assert np.allclose(ours, seen, rtol=0, atol=1e-5)
            assert abs(our_reward - reward) < 1e-6 and abs(our_info["coverage"] - info["coverage"]) < 1e-6 and our_over == over
    assert (env.action_space.low == 0).all() and (env.action_space.high == 512).all()
    assert orrery.Scenario.load("gym-pusht").frames == 301


def test_a_model_and_a_planner_solve_gym_pusht():
    limited = gymnasium.make("gym_pusht/PushT-v0")
    planner = orrery.Planner("pusht", "gym-pusht", seed=1)
    for seed in (0, 5):
        solved, frames, _ = plan.solve(limited, planner, seed)
        assert solved and frames < 300, seed
