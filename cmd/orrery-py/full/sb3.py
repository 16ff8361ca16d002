"""Lets Stable-Baselines3 learn a task, and tells how often it then succeeds.

    python cmd/orrery-py/full/sb3.py [--env orrery/Reach-v1] [--algorithm ppo|sac] [--minutes 10] [--steps N] [--seed 0]

Episodes of the judgement have seeds that learning has not seen. Without --steps it learns for some minutes.
"""

import argparse
import time
import warnings

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO, SAC
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

import orrery  # noqa: F401

warnings.filterwarnings("ignore", message=".*Box.*")


def make(name: str) -> gymnasium.Env:
    return gymnasium.wrappers.RescaleAction(gymnasium.make(name), np.float32(-1), np.float32(1))


class Until(BaseCallback):
    """Stops after a time, and tells how learning goes."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.end, self.told = time.monotonic() + seconds, 0.0

    def _on_step(self) -> bool:
        if time.monotonic() > self.told + 20:
            self.told = time.monotonic()
            done = list(self.model.ep_success_buffer)
            if done:
                print(f"{self.num_timesteps:9d} steps: {100 * np.mean(done):.0f} % of the last {len(done)} episodes", flush=True)
        return time.monotonic() < self.end


def judge(model, normal: VecNormalize, name: str, episodes: int) -> float:
    """Return the share of fresh episodes in which the policy, without noise, succeeds."""
    env = make(name)
    wins = 0
    for episode in range(episodes):
        observation, _ = env.reset(seed=1_000_000 + episode)
        over = False
        while not over:
            action, _ = model.predict(normal.normalize_obs(observation), deterministic=True)
            observation, _, terminated, truncated, info = env.step(action)
            over = terminated or truncated
        wins += info["success"] == 1
    return wins / episodes


def learn(algorithm: str, given: argparse.Namespace) -> None:
    number = 16 if algorithm == "ppo" else 4
    gamma = 0.98 if algorithm == "ppo" else 0.9
    envs = VecNormalize(make_vec_env(lambda: SuccessInfo(make(given.env)), number, seed=given.seed), gamma=gamma)
    common = {"gamma": gamma, "seed": given.seed, "device": "cpu", "policy_kwargs": {"net_arch": [128, 128]}}
    if algorithm == "ppo":
        model = PPO("MlpPolicy", envs, n_steps=256, batch_size=512, n_epochs=10, **common)
    else:
        model = SAC("MlpPolicy", envs, tau=0.02, learning_starts=4000, train_freq=1, gradient_steps=4, learning_rate=1e-3, batch_size=256, **common)
    start = time.monotonic()
    model.learn(given.steps or 10**9, callback=Until(1e9 if given.steps else 60 * given.minutes))
    spent = time.monotonic() - start
    envs.training = False
    share = judge(model, envs, given.env, given.episodes)
    print(f"{algorithm} on {given.env}: {model.num_timesteps} steps in {spent / 60:.1f} minutes; then {100 * share:.1f} % of {given.episodes} fresh episodes succeed")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="orrery/Reach-v1")
    parser.add_argument("--algorithm", choices=["ppo", "sac"], help="one after the other if left out")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    check_env(make(given.env))
    for algorithm in [given.algorithm] if given.algorithm else ["ppo", "sac"]:
        learn(algorithm, given)


class SuccessInfo(gymnasium.Wrapper):
    """Tells success as Stable-Baselines3 reads it."""

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, reward, terminated, truncated, {**info, "is_success": info["success"] == 1}


if __name__ == "__main__":
    main()
