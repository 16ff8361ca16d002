"""What the guide and the notebook say can be run as it stands."""

import json
import re
import subprocess
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import orrery

HERE = Path(__file__).resolve()
PAGES = HERE.parents[1] / "guide"  # where make python has put it
if not PAGES.exists():
    PAGES = HERE.parents[3] / "assets/guide"

# What of it would take long.
QUICK = {
    "seconds=60)": "kind='mlp', steps=5)",
    "seconds=60": "steps=5",
    "(model, theirs)": "(model, theirs, episodes=1, steps=False)",
    'out="data/push", seed': 'out="data/push", frames=40, seed',
}

# What whoever reads a section has already: other names are those of the sections before.
HAS = {
    "LeRobot data of others": """
import json
from pathlib import Path
write_keypoints(Path("pusht_keypoints"), orrery.generate("pusht", 3, out="data/pusht", frames=30))
turn = np.linspace(0, 3, 40)
state = np.stack([2 + turn / 3, 1 + 0 * turn, 3 + 0 * turn, 3 + turn / 3], axis=1)
write_lerobot(Path("arm"), {"observation.state": 4, "action": 2}, [{"observation.state": state, "action": state[:, :2]}] * 3, names={"observation.state": ["tip_x", "tip_y", "box_x", "box_y"]})
arm = orrery.Scenario.load("pusht").sample(seed=1)
for body, name in zip(arm["bodies"], ("tip", "box")):
    body["name"] = name
Path("arm.json").write_text(json.dumps(arm))
""",
}


def sections(text):
    """Return the code of each section that has some."""
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        blocks = re.findall(r"```python\n(.*?)```", body, re.S)
        if blocks:
            yield title, blocks


def test_the_guide_runs(program, tmp_path, monkeypatch, write_lerobot, write_keypoints):
    monkeypatch.chdir(tmp_path)
    subprocess.run([program, "new", "table.scenario.json"], check=True, capture_output=True)
    guide = (PAGES / "python.md").read_text(encoding="utf-8")
    names = {"orrery": orrery, "gymnasium": gymnasium, "write_lerobot": write_lerobot, "write_keypoints": write_keypoints}
    ran = 0
    for title, blocks in sections(guide):
        exec(HAS.get(title, ""), names)
        for block in blocks:
            for text, quick in QUICK.items():
                block = block.replace(text, quick)
            try:
                exec(compile(block, f"guide: {title}", "exec"), names)
                ran += 1
            except ImportError as error:
                if error.name not in ("torch", "stable_worldmodel") and "pip install" not in str(error):
                    raise
    assert ran >= 8


def test_the_notebook_runs(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    monkeypatch.chdir(tmp_path)
    names = {}
    shown = 0
    for cell in json.loads((PAGES / "python.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "notebook", "exec"), names)
            shown += len(pyplot.get_fignums())
            pyplot.close("all")
    assert shown == 4 and max(names["covered"]) > 0.95
    assert names["errors"](names["guesses"])[60] < names["errors"](names["astray"])[60]
