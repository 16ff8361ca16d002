"""MCAP files, which Foxglove plots, as Python's own reader finds them."""

import json
import subprocess

import numpy as np
from mcap.reader import make_reader


def test_plots_have_what_the_dataset_has(program, tmp_path):
    import pyarrow.parquet as pq

    def run(*args):
        subprocess.run([program, *args], cwd=tmp_path, check=True, capture_output=True, timeout=600)

    run("gen", "push", "--episodes", "2", "--frames", "12", "--policy", "random", "--out", "data")
    run("export", "data", "--to", "mcap", "--out", "out.mcap")
    table = pq.read_table(next((tmp_path / "data/data").rglob("*.parquet"))).to_pydict()
    rows = {}
    with open(tmp_path / "out.mcap", "rb") as file:
        reader = make_reader(file)
        for schema, channel, message in reader.iter_messages():
            content = json.loads(message.data)
            if schema.name == "foxglove.SceneUpdate":
                continue
            assert set(content) == set(json.loads(schema.data)["properties"]) and all(np.isfinite(list(content.values())))
            rows.setdefault(channel.topic, []).append(content)
    states = np.array(table["observation.state"], np.float32)
    for b in range(states.shape[1] // 6):
        got = np.array([[r[k] for k in ("x", "y", "angle", "vx", "vy", "omega")] for r in rows[f"/true/body{b}"]], np.float32)
        assert np.array_equal(got, states[:, 6 * b : 6 * b + 6])
    last = np.array([t + 1 == len(table["frame_index"]) or table["frame_index"][t + 1] == 0 for t in range(len(table["frame_index"]))])
    actions = np.array(table["action"], np.float32)[~last]
    assert np.array_equal(np.array([[r[f"action{i}"] for i in range(actions.shape[1])] for r in rows["/action"]], np.float32), actions)
    assert np.array_equal(np.array([r["reward"] for r in rows["/outcome"]], np.float32), np.array(table["next.reward"], np.float32).ravel()[~last])
    assert "/error" not in rows
