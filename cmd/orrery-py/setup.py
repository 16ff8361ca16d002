"""Builds the shared library with Go beside the package."""

import os
import pathlib
import shutil
import subprocess

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

HERE = pathlib.Path(__file__).resolve().parent


class BuildGo(build_ext):
    def build_extension(self, ext: Extension) -> None:
        if not (HERE.parents[1] / "go.mod").exists():
            raise SystemExit("orrery: the library is built in a checkout of Orrery: pip install ./cmd/orrery-py")
        for tool, why in (("go", "Go compiles the library: https://go.dev/dl"), ("gcc", "gcc links the library")):
            if shutil.which(tool) is None:
                raise SystemExit(f"orrery: there is no {tool} on the PATH; {why}")
        out = pathlib.Path(self.get_ext_fullpath(ext.name)).resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        command = ["go", "build", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", str(out), "."]
        subprocess.run(command, cwd=HERE, env={**os.environ, "CGO_ENABLED": "1"}, check=True)
        out.with_suffix(".h").unlink(missing_ok=True)

    def get_ext_filename(self, fullname: str) -> str:
        return fullname.replace(".", "/") + ".so"


class AnyPython(bdist_wheel):
    """The library calls nothing of Python, so that one wheel is for all its versions."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


setup(ext_modules=[Extension("orrery._orrery", sources=[])], cmdclass={"build_ext": BuildGo, "bdist_wheel": AnyPython})
