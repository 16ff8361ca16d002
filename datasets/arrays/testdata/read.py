"""Prints the arrays of an HDF5 file or of a folder of npz files as JSON."""

import json
import pathlib
import sys

import numpy

path = pathlib.Path(sys.argv[1])
if path.is_dir():
    arrays = {}
    for file in path.iterdir():
        with numpy.load(file) as content:
            assert content.files[0] == "arr_0", content.files
            arrays[file.stem] = content["arr_0"]
else:
    import h5py

    file = h5py.File(path, "r", swmr=True)  # as stable-worldmodel opens it
    arrays = {name: file[name][:] for name in file.keys()}

json.dump(
    {
        name: {"type": str(a.dtype), "shape": a.shape, "values": a.reshape(-1).tolist()}
        for name, a in arrays.items()
    },
    sys.stdout,
)
