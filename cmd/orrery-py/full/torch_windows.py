"""Windows of a dataset in DataLoaders of PyTorch, in one process and in several, forked and spawned, and a network that learns from them.

    python cmd/orrery-py/full/torch_windows.py

needs the package with its extra: pip install "./cmd/orrery-py[torch]".
"""

import tempfile
import time

import torch
from torch.utils.data import DataLoader

import orrery


def total(windows: orrery.Windows, **kwargs) -> float:
    """Return the sum of all states, read in batches, and check the sizes of each."""
    found, n = 0.0, 0
    for batch in DataLoader(windows, batch_size=64, **kwargs):
        states = batch["states"]
        assert states.dtype == torch.float32 and states.shape[1:] == (windows.window, windows.data.max_bodies, 6), states.shape
        assert batch["actions"].shape[:2] == (len(states), windows.window - 1) and batch["present"].dtype == torch.bool
        found, n = found + float(states.double().sum()), n + len(states)
    assert n == len(windows)
    return found


def learn(windows: orrery.Windows) -> tuple[float, float]:
    """Return the loss of a small network that predicts where everything is next, before and after learning."""
    torch.manual_seed(0)
    size = windows.data.max_bodies * 6
    net = torch.nn.Sequential(torch.nn.Linear(size + len(windows.data.actions), 64), torch.nn.ReLU(), torch.nn.Linear(64, size))
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    losses = []
    for _ in range(5):
        for batch in DataLoader(windows, batch_size=256, shuffle=True):
            states = batch["states"].flatten(2)
            change = net(torch.cat([states[:, :-1], batch["actions"]], -1))
            loss = torch.nn.functional.mse_loss(change, states[:, 1:] - states[:, :-1])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
    return losses[0], losses[-1]


def main() -> None:
    data = orrery.generate("push", 40, out=tempfile.mkdtemp() + "/push", seed=1, policy="random")
    windows = data.torch(window=8, stride=2)
    assert isinstance(windows, torch.utils.data.Dataset)
    want = total(windows)
    for name, windows_of, kwargs in (
        ("forked", windows, {"num_workers": 2, "multiprocessing_context": "fork"}),
        ("spawned", windows, {"num_workers": 2, "multiprocessing_context": "spawn"}),
        ("spawned, read when asked for", data.torch(8, 2, load=False), {"num_workers": 2, "multiprocessing_context": "spawn"}),
    ):
        began = time.perf_counter()
        got = total(windows_of, **kwargs)
        assert abs(got - want) <= 1e-6 * abs(want), (name, got, want)
        print(f"{name}: {len(windows_of)} windows in {time.perf_counter() - began:.1f} s")
    try:
        total(data.torch(8, 2, load=False), num_workers=1, multiprocessing_context="fork")
    except RuntimeError as error:
        assert "spawn" in str(error), error
    else:
        raise SystemExit("a forked process has read a dataset")
    first, last = learn(windows)
    assert last < 0.5 * first, (first, last)
    print(f"torch {torch.__version__}: the loss falls from {first:.2e} to {last:.2e}")


if __name__ == "__main__":
    main()
