"""Checks LeRobot both ways: it loads, trains on and edits our datasets, and orrery reads what it leaves and what it writes.

    ORRERY=dist/orrery python cmd/orrery-py/full/lerobot_check.py

Needs lerobot[dataset,training,diffusion] and gym-pusht; nothing is fetched and nothing leaves this machine. ORRERY is the
program, or orrery on the PATH. It prints a line for each thing that holds, and fails at the first that does not.
"""

import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", WANDB_MODE="disabled", SDL_VIDEODRIVER="dummy", TOKENIZERS_PARALLELISM="false")

import numpy as np
import orrery
import pyarrow.parquet as pq

logging.disable(logging.WARNING)  # of decoders of video that are not needed
ORRERY = os.environ.get("ORRERY", "orrery")
STEPS = 20


def run(*args, fails=False):
    """Runs a command line, and returns what it says on stdout and stderr."""
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, env=os.environ)
    if (done.returncode != 0) != fails:
        sys.exit(f"{' '.join(map(str, args))}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout + done.stderr


def tool(name, *args):
    return run(pathlib.Path(sys.executable).parent / name, *args)


def column(data, name):
    """The values of a feature in all frames [N, ...]."""
    return np.array(pq.read_table(data / "data")[name].to_pylist())


def holds(condition, what):
    if not condition:
        sys.exit(f"does not hold: {what}")
    print(f"holds: {what}", flush=True)


def make(root):
    data = root / "pusht"
    run(ORRERY, "gen", "pusht", "--episodes", 6, "--frames", 40, "--out", data)
    run(ORRERY, "gen", "billiards", "--episodes", 5, "--frames", 30, "--seed", 7, "--out", root / "billiards")
    return data


def check_load(data):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    loaded = LeRobotDataset("check/pusht", root=data)
    frame = loaded[7]
    holds(len(loaded) == 240 and loaded.meta.total_episodes == 6, "LeRobotDataset loads a dataset")
    holds(tuple(frame["observation.state"].shape) == (12,) and tuple(frame["observation.environment_state"].shape) == (5,),
          "it has observation.state [12] and observation.environment_state [5]")
    view = column(data, "observation.environment_state")
    state = column(data, "observation.state")
    holds(np.abs(view[:, :2] - 100 * state[:, :2]).max() < 1e-2, "the task sees the agent in pixels")


def check_film(root):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    for kind, flags in {"image": [], "video": ["--film-with", "noise=4"]}.items():
        data = root / f"filmed-{kind}"
        run(ORRERY, "gen", "billiards", "--episodes", 3, "--frames", 20, "--film", kind, "--film-size", "96x64", *flags, "--out", data)
        loaded = LeRobotDataset(f"check/filmed-{kind}", root=data, video_backend="pyav")
        film = pq.read_table(data / "meta" / "orrery" / "film.parquet").to_pylist()
        states = column(data, "observation.state").reshape(60, -1, 6)
        holds(loaded.meta.camera_keys == ["observation.images.camera"], f"LeRobotDataset finds the camera of --film {kind}")
        off, means = 0.0, []
        for i in (0, 25, 59):
            picture = loaded[i]["observation.images.camera"].numpy()  # [3, 64, 96]
            at = film[i // 20]
            x = ((states[i, :, 0] - at["left_m"]) * at["px_per_m"]).astype(int)
            y = 63 - ((states[i, :, 1] - at["bottom_m"]) * at["px_per_m"]).astype(int)
            ground = picture[:, 32, 1]
            off = max(off, float((np.abs(picture[:, y, x] - ground[:, None]).max(0) < 0.1).mean()))
            means.append(picture.mean((1, 2)))
        holds(off == 0, f"every body is where its state says in a picture of --film {kind}")
        told = loaded.meta.stats["observation.images.camera"]["mean"].ravel()
        holds(np.abs(np.mean(means, 0) - told).max() < 0.03, f"the statistics of --film {kind} are those of its pictures")


def check_train(root, data):
    small = {
        "act": ["--policy.dim_model=64", "--policy.n_heads=2", "--policy.chunk_size=8", "--policy.n_action_steps=8"],
        "diffusion": ["--policy.down_dims=[32,64]", "--policy.horizon=16"],
    }
    for policy, flags in small.items():
        out = root / policy
        tool("lerobot-train", "--dataset.repo_id=check/pusht", f"--dataset.root={data}", f"--policy.type={policy}", "--policy.device=cpu",
             "--policy.push_to_hub=false", f"--steps={STEPS}", "--batch_size=2", "--num_workers=0", f"--output_dir={out}", "--wandb.enable=false", *flags)
        saved = list(out.rglob("model.safetensors"))
        holds(len(saved) > 0, f"lerobot-train --policy.type={policy} trains {STEPS} steps and saves a policy")


def edit(data, out, operation, **settings):
    args = ["--repo_id=check/data", f"--root={data}", "--new_repo_id=check/new", f"--new_root={out}", f"--operation.type={operation}"]
    if operation == "merge":
        args = args[2:]
    tool("lerobot-edit-dataset", *args, *(f"--operation.{k}={v}" for k, v in settings.items()))


def check_edit(root, data):
    """What lerobot-edit-dataset leaves behind is read again, frame by frame."""
    state, episode = column(data, "observation.state"), column(data, "episode_index")
    edits = root / "edits"
    kept = [1, 3, 4, 5]
    edit(data, edits / "shorter", "delete_episodes", episode_indices="[0, 2]")
    edit(data, edits / "split", "split", splits='{"train": 0.5, "val": 0.5}')
    edit(None, edits / "merged", "merge", repo_ids="['check/a','check/b']", roots=f"['{edits / 'shorter'}','{data}']")
    edit(data, edits / "fewer", "remove_feature", feature_names="['next.success']")
    edit(data, edits / "bare", "remove_feature", feature_names="['next.reward','next.done','next.success','next.truncated','observation.environment_state']")
    wanted = {
        "shorter": np.concatenate([state[episode == i] for i in kept]),
        "split/train": state[episode < 3],
        "split/val": state[episode >= 3],
        "merged": np.concatenate([state[episode == i] for i in kept] + [state]),
        "fewer": state,
        "bare": state,
    }
    for name, want in wanted.items():
        source, again = edits / name, root / ("again-" + name.replace("/", "-"))
        run(ORRERY, "import", "lerobot", source, "--out", again)
        run(ORRERY, "inspect", again, "--deep")
        holds(np.array_equal(column(again, "observation.state"), want), f"after lerobot-edit-dataset, {name} is what it was")
        opened = orrery.Dataset(source)
        holds(np.array_equal(np.concatenate([e.states.reshape(len(e), -1) for e in opened]), want), f"orrery.Dataset opens {name}")
        told = json.loads(subprocess.run([ORRERY, "inspect", source, "--json"], check=True, capture_output=True, text=True).stdout)
        holds(told["outcomes"] == (name not in ("fewer", "bare")) and told["scenario"] == "pusht", f"orrery inspect {name}: outcomes where all are left")
    run(ORRERY, "train", edits / "merged", "--steps", 20, "--out", root / "model")
    holds((root / "model" / "model.safetensors").exists(), "orrery train learns from what lerobot-edit-dataset merged")
    exported = run(ORRERY, "export", edits / "shorter", "--to", "csv", "--out", root / "shorter.csv")
    holds("4 episodes" in exported, "orrery export writes what lerobot-edit-dataset shortened")
    edit(root / "billiards", edits / "discs", "delete_episodes", episode_indices="[1]")
    told = run(ORRERY, "inspect", edits / "discs", fails=True)
    holds("--scene names the dataset that LeRobot's tools were given" in told, "scenes that nothing tells are asked for")
    run(ORRERY, "import", "lerobot", edits / "discs", "--scene", root / "billiards", "--out", root / "discs")
    run(ORRERY, "inspect", root / "discs", "--deep")
    holds(True, "--scene with the dataset from before tells them")


def record(kind, root):
    """Writes a dataset of gym-pusht with LeRobot, as lerobot/pusht_keypoints (corners) or with its own state, and returns the true poses."""
    import gymnasium
    import gym_pusht  # noqa: F401
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    features = {"action": {"dtype": "float32", "shape": (2,), "names": ["motor_0", "motor_1"]}, "next.reward": {"dtype": "float32", "shape": (1,), "names": None},
                "observation.image": {"dtype": "image", "shape": (96, 96, 3), "names": ["height", "width", "channel"]}}
    if kind == "state":
        features["observation.state"] = {"dtype": "float32", "shape": (5,), "names": None}
    else:
        features["observation.state"] = {"dtype": "float32", "shape": (2,), "names": ["motor_0", "motor_1"]}
        features["observation.environment_state"] = {"dtype": "float32", "shape": (16,), "names": [f"keypoint_{i}" for i in range(16)]}
    dataset = LeRobotDataset.create("check/" + kind, 10, features, root=root, use_videos=False)
    env = gymnasium.make("gym_pusht/PushT-v0", obs_type="state" if kind == "state" else "environment_state_agent_pos", disable_env_checker=True)
    poses = []
    for seed in range(3):
        random = np.random.default_rng(seed)
        seen, _ = env.reset(seed=seed)
        inner = env.unwrapped
        target = np.array(inner.agent.position)
        for _ in range(50):
            aim = np.array(inner.block.position) + random.normal(0, 40, 2)
            target = target + np.clip(aim - target, -25, 25)
            action = np.clip(target, 0, 512).astype(np.float32)
            poses.append([*inner.agent.position, *inner.block.position, inner.block.angle])
            frame = {"action": action, "observation.image": np.zeros((96, 96, 3), np.uint8), "task": "Push the T-shaped block onto the T-shaped target."}
            if kind == "state":
                frame["observation.state"] = np.asarray(seen, np.float32)
            else:
                frame["observation.state"] = np.asarray(seen["agent_pos"], np.float32)
                frame["observation.environment_state"] = np.asarray(seen["environment_state"], np.float32)
            seen, reward, *_ = env.step(action)
            frame["next.reward"] = np.array([reward], np.float32)
            dataset.add_frame(frame)
        dataset.save_episode()
    dataset.finalize()
    return np.array(poses)


def check_layout(root):
    for kind in ("state", "corners"):
        poses = record(kind, root / kind)
        out = root / ("laid-" + kind)
        told = run(ORRERY, "import", "lerobot", root / kind, "--layout", "pusht", "--out", out)
        holds("observation.image (pictures)" in told, f"{kind}: pictures are named and left out")
        state = column(out, "observation.state")
        angle = poses[:, 4]
        centre = poses[:, 2:4] / 100 + 0.45 * np.stack([-np.sin(angle), np.cos(angle)], 1)
        off = max(np.abs(state[:, :2] - poses[:, :2] / 100).max(), np.abs(state[:, 6:8] - centre).max())
        turned = np.abs(np.sin((state[:, 8] - angle) / 2)).max()
        holds(off < 5e-3 and turned < 5e-3, f"{kind}: orrery reads gym-pusht's poses (off by {1000 * off:.2g} mm and {turned:.2g})")
        opened = orrery.Dataset(root / kind, layout="pusht")
        holds(np.array_equal(np.concatenate([e.states.reshape(len(e), -1) for e in opened]).astype(np.float32), state), f"{kind}: orrery.Dataset opens them")
        run(ORRERY, "train", root / kind, "--layout", "pusht", "--steps", 20, "--out", root / ("model-" + kind))
        holds(True, f"{kind}: orrery train learns from them")
        mapped = "agent=observation.state[0:2]"
        run(ORRERY, "inspect", root / kind, "--map", mapped, "--scene", scene_of_agent(root))
        holds(True, f"{kind}: orrery inspect takes a mapping")


def scene_of_agent(root):
    """A scene with a disc that is called agent, in metres that are pixels."""
    path = root / "agent.json"
    text = subprocess.run([ORRERY, "scenes", "billiards", "--scene"], capture_output=True, text=True, check=True).stdout
    scene = json.loads(text)
    scene.update(fps=10, walls=[], bodies=scene["bodies"][:1])
    scene["bodies"][0]["name"] = "agent"
    path.write_text(json.dumps(scene))
    return path


def main():
    import lerobot

    print(f"LeRobot {lerobot.__version__}, {run(ORRERY, 'version').splitlines()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        os.environ["HF_HOME"] = str(root / "hf")
        data = make(root)
        check_load(data)
        check_film(root)
        check_edit(root, data)
        check_layout(root)
        check_train(root, data)


if __name__ == "__main__":
    main()
