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


def test_tables_say_what_was_counted(monkeypatch, capsys):
    rng = np.random.default_rng(1)
    for frames, at in ((150, 99), (40, 39)):
        apart = rng.uniform(0, 2, (2, 8, frames))
        monkeypatch.setattr(compare, "record", lambda real, seed, frames, aimed: ((seed, frames), aimed))
        monkeypatch.setattr(compare, "apart", lambda states, aimed, scenario: apart[int(aimed), states[0]] if (states[1], scenario) == (frames, "pusht") else None)
        shares = compare.main(["--episodes", "8", "--frames", str(frames), "--scenario", "pusht"])
        lines = capsys.readouterr().out.splitlines()
        for d, (name, found), line in zip(apart, shares.items(), lines[2:], strict=True):
            assert found == [(d[:, at] < 1).mean(), (d[:, -1] < 1).mean(), (d < 1).mean()]
            assert line.split() == f"{name} {found[0]:.1%} {found[1]:.1%} {found[2]:.1%} {np.sort(d.ravel())[4 * frames - 1:4 * frames + 1].mean():.0e} px {np.quantile(d, 0.9):.0e}".split()


def test_distances_are_those_of_blocks_in_pixels():
    scene = orrery.Scenario.load("gym-pusht").sample()
    pixels = np.array([[100, 100, 0, 0, 0, 0], [250, 300, 0.5, 0, 0, 0]])
    actions = np.full((4, 2), 100.0)
    moved = orrery.simulate(scene, actions / 128, state=compare.metres(pixels, 1 / 128)) * [128, 128, 1, 128, 128, 1]
    moved[1:, 1, :2] += np.array([[0, 0], [3, 4], [0, -2], [1, 0]])
    moved[:, 0] += 50  # the agent does not count
    moved[0] = pixels
    assert np.allclose(compare.apart(moved, actions), [0, 5, 2, 1], atol=1e-6)


def test_episodes_are_solved_and_counted(monkeypatch, capsys):
    made, seeds = [], []
    monkeypatch.setattr(plan.orrery, "Planner", lambda *args, **how: made.append((args, how)) or "planner")
    monkeypatch.setattr(plan, "solve", lambda real, planner, seed: seeds.append((planner, seed)) or (seed % 4 != 0, 10 + seed, 0.001 * seed))
    assert plan.main(["--episodes", "9", "--seed", "4", "--model", "m", "--workers", "2"]) == 6 / 9
    assert made == [(("m", "gym-pusht"), {"workers": 2})] and seeds == [("planner", s) for s in range(4, 13)]
    low, high = plan.interval(6, 9)
    *episodes, solved, means = capsys.readouterr().out.splitlines()
    assert solved.startswith(f"6 of 9 solved, 66.7% ({low:.1%} to {high:.1%}); ") and means == "median 18 frames, mean 8.0 ms an action"
    assert [line.split() for line in episodes] == [["seed", str(s), "solved" if s % 4 else "FAILED", str(10 + s), "frames", f"{s:.1f}", "ms", "an", "action"] for s in range(4, 13)]
    for k, n in ((6, 9), (0, 30), (250, 250), (1, 2)):
        for bound in plan.interval(k, n):  # Wilson's are where the share is 1.96 standard deviations off
            assert np.isclose((k / n - bound) ** 2, 1.96**2 * bound * (1 - bound) / n, rtol=1e-6, atol=1e-12)
        assert plan.interval(k, n)[0] < k / n + 1e-12 and plan.interval(k, n)[1] > k / n - 1e-12


def test_an_episode_ends_with_the_first_of_success_and_time():
    for solved, late in ((3, 9), (9, 4), (5, 5)):
        steps, planned = [], []

        class Real:
            def reset(self, seed):
                return f"seen {seed}", {}

            def step(self, action):
                steps.append(action)
                return len(steps), 0, len(steps) >= solved, len(steps) >= late, {}

        class Planner:
            def reset(self):
                planned.append("reset")

            def act(self, observation):
                planned.append(observation)
                return -len(planned)

        found = plan.solve(Real(), Planner(), 7)
        assert found[:2] == (solved <= late, min(solved, late)) and len(steps) == min(solved, late) and 0 <= found[2] < 60
        assert planned == ["reset", "seen 7", *range(1, min(solved, late))]
