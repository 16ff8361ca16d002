"""What several tests use."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The path of the program orrery: the one that ORRERY names, or built from the tree that this is in."""
    if told := os.environ.get("ORRERY"):
        return told
    tree = Path(__file__).resolve().parents[3]
    if not (tree / "cmd/orrery/main.go").exists() or not shutil.which("go"):
        pytest.skip("there is no program orrery: ORRERY names one")
    out = tmp_path_factory.mktemp("program") / "orrery"
    build = ["go", "build", "-trimpath", "-pgo=off", "-o", str(out), "./cmd/orrery"]
    subprocess.run(build, cwd=tree, check=True, env={**os.environ, "CGO_ENABLED": "0"})
    return str(out)


def write_lerobot(root, features, episodes, fps=10, task="What was seen.", names=None):
    """Write a LeRobot v3 dataset as any program may: features are names and sizes, episodes dicts of arrays [t, size]."""
    frames, described, at = {name: [] for name in [*features, "episode_index", "frame_index", "timestamp", "index", "task_index"]}, [], 0
    for number, episode in enumerate(episodes):
        length = len(next(iter(episode.values())))
        for name in features:
            frames[name].extend(np.asarray(episode[name], np.float32).tolist())
        for name, values in {"episode_index": [number] * length, "frame_index": range(length), "timestamp": np.arange(length) / fps, "index": range(at, at + length), "task_index": [0] * length}.items():
            frames[name].extend(values)
        described.append({"episode_index": number, "length": length, "data/chunk_index": 0, "data/file_index": 0, "dataset_from_index": at, "dataset_to_index": at + length})
        at += length
    types = {name: pa.list_(pa.float32(), size) for name, size in features.items()}
    types.update({name: pa.float32() if name == "timestamp" else pa.int64() for name in frames if name not in types})
    for name, table in {
        "data/chunk-000/file-000.parquet": pa.table({name: pa.array(values, types[name]) for name, values in frames.items()}),
        "meta/episodes/chunk-000/file-000.parquet": pa.Table.from_pylist(described),
        "meta/tasks.parquet": pa.table({"task_index": [0], "task": [task]}),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, root / name)
    told = {name: {"dtype": "float32", "shape": [size], "names": (names or {}).get(name)} for name, size in features.items()}
    told.update({name: {"dtype": "int64", "shape": [1], "names": None} for name in ("episode_index", "frame_index", "index", "task_index")})
    told["timestamp"] = {"dtype": "float32", "shape": [1], "names": None}
    told["observation.images.top"] = {"dtype": "video", "shape": [96, 96, 3], "names": None}
    (root / "meta/info.json").write_text(json.dumps({"codebase_version": "v3.0", "fps": fps, "total_episodes": len(episodes), "total_frames": at, "features": told}))
    return root


def write_keypoints(root, data):
    """Write episodes of Push-T as LeRobot's dataset of gym-pusht has them."""
    episodes = []
    for episode in data:
        agent, block = episode.states[:, 0], episode.states[:, 1]
        origin = block[:, :2] - 0.45 * np.stack([-np.sin(block[:, 2]), np.cos(block[:, 2])], axis=1)
        state = np.concatenate([100 * agent[:, :2], 100 * origin, block[:, 2:3] % (2 * np.pi)], axis=1)
        episodes.append({"observation.state": state, "action": 100 * np.concatenate([episode.actions, episode.actions[-1:]])})
    return write_lerobot(root, {"observation.state": 5, "action": 2}, episodes)


@pytest.fixture(scope="session", name="write_lerobot")
def _write_lerobot():
    return write_lerobot


@pytest.fixture(scope="session", name="write_keypoints")
def _write_keypoints():
    return write_keypoints
