"""What several tests use."""

import os
import shutil
import subprocess
from pathlib import Path

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
