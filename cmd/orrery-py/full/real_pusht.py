"""Runs both examples of the real gym-pusht, and fails where they fall short: blocks within 1 px, and episodes solved.

    python cmd/orrery-py/full/real_pusht.py [--episodes 250]
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examples"))

import compare_gym_pusht
import plan_gym_pusht

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--episodes", type=int, default=250)
episodes = parser.parse_args().episodes
shares = compare_gym_pusht.main([])
solved = plan_gym_pusht.main(["--episodes", str(episodes)])
for name, (after_100, after_all, _) in shares.items():
    if after_100 < 0.99 or after_all < 0.95:
        sys.exit(f"blocks after actions {name}: {after_100:.1%} and {after_all:.1%} within 1 px, must be 99 % and 95 %")
if solved < 0.98:
    sys.exit(f"{solved:.1%} of episodes solved, must be 98 %")
