#!/usr/bin/env python3
"""PyTorch on the training step of the contact-impulse network (package world/contact).

  torch_contact.py --threads 1 --sweep all --hidden 64 --rounds 10 --correction-hidden 32 --correction-rounds 4 \
    --impulse-bodies 1232 --impulse-edges 259,64,11,1 --correction-bodies 1196 --correction-edges 250,59,10,1

The sizes are those that `orrery bench learn --json` tells of its own batch.
The two networks, the features, the terms of an impulse, the losses, clipping, Adam
and the moving average are those of world/contact and learn/train. The geometry of
the contacts is given, as it is there, here with random numbers: they change nothing
in the time. Two orders of work:

  colour  as world/contact: edges that share a body one after the other, in groups
  all     every edge at once, which needs fewer and larger operations and is the
          faster choice in PyTorch
"""
import argparse
import os

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=1.0)
parser.add_argument("--sweep", choices=["colour", "all"], default="all")
for network in ("", "correction-"):
    parser.add_argument(f"--{network}hidden", type=int, required=True)
    parser.add_argument(f"--{network}rounds", type=int, required=True)
for load in ("impulse", "correction"):
    parser.add_argument(f"--{load}-bodies", type=int, required=True, help="in the whole batch")
    parser.add_argument(f"--{load}-edges", required=True, help="of each colour in the whole batch: 900,450,200,80")
args = parser.parse_args()
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(args.threads)

import torch
from torch import nn

import measure

torch.set_num_threads(args.threads)
torch.manual_seed(0)

class Edges:
    """The touching points of one colour, or of all."""

    def __init__(self, bodies, count):
        self.count = count
        self.a, self.b = torch.randint(0, bodies, (2, count))
        wall = torch.rand(count) < 0.3
        body = (~wall).float()[:, None, None]
        self.read_a, self.push_a = torch.randn(count, 2, 3), torch.randn(count, 2, 3) * 0.1
        self.read_b, self.push_b = torch.randn(count, 2, 3) * body, torch.randn(count, 2, 3) * 0.1 * body
        self.gap = -torch.rand(count) * 0.002
        self.coupling, self.friction, self.elasticity = torch.rand(3, count)
        self.limit, self.busy = torch.rand(count), torch.ones(count)

    def read(self, v):
        """Relative velocities [e, 2] from those of the bodies [n, 3]."""
        a, b = v.index_select(0, self.a)[:, None], v.index_select(0, self.b)[:, None]
        return (self.read_a * a + self.read_b * b).sum(-1)

    def apply(self, v, gain):
        """Velocities after impulses that grew by gain [e, 2]."""
        gain = gain[..., None]
        v = v.index_add(0, self.a, (self.push_a * gain).sum(1))
        return v.index_add(0, self.b, (self.push_b * gain).sum(1))


def groups(bodies, edges):
    counts = [int(n) for n in edges.split(",")]
    return [Edges(bodies, n) for n in (counts if args.sweep == "colour" else [sum(counts)])]


def mlp(inputs, hidden, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs))


def answer(network, see):
    return torch.tanh(network(torch.stack(see, 1)))


class Contact(nn.Module):
    def __init__(self):
        super().__init__()
        self.impulse = mlp(13, args.hidden, 11)
        self.correction = mlp(6, args.correction_hidden, 3)

    def settle(self, groups, before, v):
        states = []
        for g in groups:
            initial = g.read(v)
            sign = torch.where(initial[:, 1] < 0, -1.0, 1.0)
            constants = [(g.gap / 0.003).clamp(min=-3), g.read(before)[:, 0], initial[:, 0], sign * initial[:, 1]]
            states.append([g, sign, constants, torch.zeros(g.count), torch.zeros(g.count)])
        for k in range(args.rounds):
            for state in states:
                g, s, (gap, un_before, un0, ut0), push, rub = state
                u = g.read(v)
                un, ut, mirrored = u[:, 0], s * u[:, 1], s * rub
                gains = answer(self.impulse, [
                    gap, un_before, un0, ut0, un, ut, s * g.coupling, g.friction, g.elasticity,
                    push, mirrored, g.busy / 4, torch.full_like(un, k / args.rounds)])
                small = torch.full_like(un, 0.05)
                terms = torch.stack([g.elasticity * un_before, un0, un, ut, push, small, ut0, ut, g.limit * push, un], 1)
                steps = 3 * gains[:, :10] * terms
                limit = (1 + gains[:, 10]) * g.limit
                new_push = torch.relu(push + steps[:, :6].sum(1))
                bound = limit * new_push
                new_rub = s * torch.minimum(torch.maximum(mirrored + steps[:, 6:].sum(1), -bound), bound)
                v = g.apply(v, torch.stack([new_push - push, new_rub - rub], 1))
                state[3], state[4] = new_push, new_rub
        return v

    def part(self, groups, v):
        lifts = [torch.zeros(g.count) for g in groups]
        for k in range(args.correction_rounds):
            for i, g in enumerate(groups):
                un, lift = g.read(v)[:, 0], lifts[i]
                gains = answer(self.correction, [
                    (g.gap / 0.01).clamp(min=-3), (g.gap / 0.001).clamp(min=-3), un / 0.3, g.busy / 4,
                    lift / 0.3, torch.full_like(un, k / args.correction_rounds)])
                terms = torch.stack([(-g.gap * 60).clamp(max=2), un, torch.full_like(un, 0.02)], 1)
                lifts[i] = torch.relu(lift + (3 * gains * terms).sum(1))
                v = g.apply(v, torch.stack([lifts[i] - lift, torch.zeros_like(lift)], 1))
        return v


network, average = Contact(), Contact()
adam = torch.optim.AdamW(network.parameters(), 1e-4, weight_decay=1e-4)
impulse_edges = groups(args.impulse_bodies, args.impulse_edges)
correction_edges = groups(args.correction_bodies, args.correction_edges)
before, forced, settled = torch.randn(3, args.impulse_bodies, 3)
still, moved = torch.zeros(args.correction_bodies, 3), torch.randn(args.correction_bodies, 3)


def step():
    adam.zero_grad(set_to_none=True)
    loss = nn.functional.smooth_l1_loss(network.part(correction_edges, still), moved, beta=0.001)
    loss = loss + nn.functional.smooth_l1_loss(network.settle(impulse_edges, before, forced), settled, beta=0.003)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    adam.step()
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), network.parameters()):
            slow.lerp_(fast, 1e-3)


measure.report_step(step, args.seconds, what="contact", variant=args.sweep, threads=args.threads)
