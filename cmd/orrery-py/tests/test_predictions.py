"""What other programs predict is judged: the way that the guide goes, with NumPy alone."""

import json
import re
import subprocess

import numpy as np
import pytest


def run(program, *args, cwd, code=0):
    done = subprocess.run([program, *args], cwd=cwd, capture_output=True, text=True, timeout=600)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def folder(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("predictions")
    run(program, "gen", "billiards", "--set", "bodies=2", "--episodes", "3", "--frames", "40", "--out", "data", cwd=folder)
    run(program, "eval", "--data", "data", "--questions", "questions.npz", cwd=folder)
    return folder


def judge(program, folder, file, code=0):
    out = run(program, "eval", "--data", "data", "--predictions", f"mine={file}", "--json", cwd=folder, code=code)
    return json.loads(out)["models"] if code == 0 else out


def test_the_example_of_the_guide_flies_straight_on(program, folder, monkeypatch):
    guide = run(program, "guide", "model", cwd=folder)
    example = re.search(r"```python\n(.*?savez.*?)```", guide, re.S)[1]
    monkeypatch.chdir(folder)
    exec(compile(example, "guide", "exec"), {})
    rows = judge(program, folder, "predictions.npz")
    # There is no gravity at this table, so that ballistic is the same until something touches.
    assert np.allclose(rows["mine"]["position_m"]["mean"][0], rows["ballistic"]["position_m"]["mean"][0], atol=0.02)
    assert rows["mine"]["one_step_m"] is None and rows["mine"]["params"] is None


def columns(folder):
    q = np.load(folder / "questions.npz")
    e, f, b = np.nonzero(np.broadcast_to(q["dynamic"][:, None], q["state"].shape[:3]))
    now = q["state"][e, 0, b]
    return dict(episode=q["episode"][e], start=q["start"][e], frame=q["frame"][e, f], body=b, x=now[:, 0], y=now[:, 1], angle=now[:, 2])


def test_every_way_to_write_them_is_read(program, folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    c = columns(folder)
    np.savez_compressed(folder / "packed.npz", **{k: v.astype(np.float32 if v.dtype.kind == "f" else np.int32) for k, v in c.items()})
    pq.write_table(pa.table(c), folder / "table.parquet")
    q = np.load(folder / "questions.npz")
    E, F, n, _ = q["state"].shape
    np.savez(folder / "dense.npz", poses=np.repeat(q["state"][:, :1, :, :3], F, axis=1), episode=q["episode"], start=q["start"], frame=q["frame"][0])
    for file in ["packed.npz", "table.parquet", "dense.npz"]:
        rows = judge(program, folder, file)
        assert np.allclose(rows["mine"]["position_m"]["mean"], rows["still"]["position_m"]["mean"], rtol=1e-5), file


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda c: c.pop("angle"), "has no column angle"),
        (lambda c: c.update(x=np.where(c["frame"] == 5, np.nan, c["x"])), "frame 5, body 0: x is missing, NaN or infinite"),
        (lambda c: c.update(body=c["body"] + 0.5), 'body "0.5" must be a whole number'),
        (lambda c: c.update(y=c["y"].astype(str).astype("U5") + "m"), "must be a number"),
        (lambda c: c.update(episode=c["episode"] + 7), "there is no such episode"),
        (lambda c: c.update(body=c["body"] + 1), "there is no such body"),
        (lambda c: c.update(frame=c["frame"] - 1), "ends at frame 29"),
        (lambda c: c.update({k: v[c["frame"] < 10] for k, v in c.items()}), "ends at frame 9"),
        (lambda c: c.update({k: np.concatenate([v, v[:1]]) for k, v in c.items()}), "is there twice"),
        (lambda c: c.update({k: v[1:] for k, v in c.items()}), "is missing"),
        (lambda c: c.update(angle=np.where(c["frame"] > 5, 3.1, -3.1)), "angles must be continuous"),
    ],
)
def test_mistakes_are_named(program, folder, spoil, words):
    c = columns(folder)
    spoil(c)
    np.savez(folder / "wrong.npz", **c)
    assert re.search(words, judge(program, folder, "wrong.npz", code=1))
