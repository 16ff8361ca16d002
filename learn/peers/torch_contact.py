#!/usr/bin/env python3
"""PyTorch on the training step of the contact-impulse network (package world/contact).

  torch_contact.py --threads 1 --hidden 32 --rounds 20 --correction-hidden 16 --correction-rounds 10 \
    --bodies 1536 --parted 640 --edges 660

The sizes are those that `orrery bench learn --json` tells of its own batch.
The two networks, the features, the law of an impulse, the losses, clipping, Adam
and the moving average are those of world/contact and learn/train, and so is the
number of rounds over the edges. The geometry of the contacts is given, as it is
there, here with random numbers: they change nothing in the time.

One thing is made easier for PyTorch. world/contact visits the edges one after the
other, each seeing the velocities that the one before has left; thousands of such
visits would be thousands of operations on a few numbers each. Here all edges of the
batch are visited at once, which is as much arithmetic and needs only a dozen
operations a round. Impulses at points of one body then overshoot, so as a model it
is worse; as work it is no more than ours.
"""
import measure

parser = measure.arguments(__doc__, None)
for network in ("", "correction-"):
    parser.add_argument(f"--{network}hidden", type=int, required=True)
    parser.add_argument(f"--{network}rounds", type=int, required=True)
parser.add_argument("--bodies", type=int, required=True, help="in the whole batch")
parser.add_argument("--parted", type=int, required=True, help="touching points whose overlaps are corrected")
parser.add_argument("--edges", type=int, required=True, help="touching points that take impulses")
args = parser.parse_args()
measure.hold(args.threads)

import torch
from torch import nn

torch.set_num_threads(args.threads)
torch.manual_seed(0)


class Edges:
    """Touching points of the batch."""

    def __init__(self, count):
        self.count = count
        self.ends = torch.randint(0, args.bodies, (2 * count,))
        bodies = torch.ones(2, count, 1, 1)
        bodies[1] = (torch.rand(count) > 0.3)[:, None, None]  # the others touch a wall
        self.levers, self.pushes = torch.randn(2, count, 2, 3) * bodies, torch.randn(2, count, 2, 3) * 0.1 * bodies
        self.gap = -torch.rand(count) * 0.002
        self.coupling, self.friction, self.elasticity = torch.rand(3, count)
        self.limit, self.busy = torch.rand(count), torch.ones(count)

    def read(self, v):
        """Relative velocities [e, 2] from those of the bodies [n, 3]."""
        return (self.levers * v.index_select(0, self.ends).view(2, -1, 1, 3)).sum((0, 3))

    def apply(self, v, gain):
        """Velocities after impulses that grew by gain [e, 2]."""
        return v.index_add(0, self.ends, (self.pushes * gain[..., None]).sum(2).view(-1, 3))


def mlp(inputs, hidden, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs))


def answer(network, see):
    return torch.tanh(network(torch.stack(see, 1)))


class Contact(nn.Module):
    def __init__(self):
        super().__init__()
        self.impulse = mlp(8, args.hidden, 11)
        self.correction = mlp(3, args.correction_hidden, 3)

    def settle(self, g, before, v):
        """Velocities after the impulses at the edges g."""
        un_before, (un, ut) = g.read(before)[:, 0], g.read(v).T
        s = torch.where(ut < 0, -1.0, 1.0)
        ut = s * ut
        y = answer(self.impulse, [
            (g.gap / 0.003).clamp(min=-3), un_before, un, ut, s * g.coupling, g.friction, g.elasticity, g.busy / 4])
        bounce, normal0, constant, normal, slip, push, tangent0, tangent, approach, rub = (3 * y[:, :10]).unbind(1)
        start = bounce * g.elasticity * un_before + normal0 * un + constant * 0.05
        rub_start, rub, grip = tangent0 * ut, rub * g.limit, (1 + y[:, 10]) * g.limit
        jn = jt = torch.zeros(g.count)
        for _ in range(args.rounds):
            un, ut = g.read(v).T
            ut = s * ut
            next_n = torch.relu(jn + start + normal * un + slip * ut + push * jn)
            most = grip * next_n
            next_t = torch.minimum(torch.maximum(jt + rub_start + tangent * ut + approach * un + rub * jn, -most), most)
            v = g.apply(v, torch.stack([next_n - jn, s * (next_t - jt)], 1))
            jn, jt = next_n, next_t
        return v

    def part(self, g):
        """Pseudo-velocities that part the overlaps at the edges g."""
        y = answer(self.correction, [(g.gap / 0.01).clamp(min=-3), (g.gap / 0.001).clamp(min=-3), g.busy / 4])
        depth, lift, parting = (3 * y).unbind(1)
        start = depth * (-6 * g.gap).clamp(max=0.2) + lift * 0.02
        v, j = torch.zeros(args.bodies, 3), torch.zeros(g.count)
        for _ in range(args.correction_rounds):
            x = j + start + parting * g.read(v)[:, 0]
            after = (x + torch.sqrt(x * x + 4e-6)) / 2
            v = g.apply(v, torch.stack([after - j, torch.zeros_like(j)], 1))
            j = after
        return v


network, average = Contact(), Contact()
adam = torch.optim.AdamW(network.parameters(), 1e-4, weight_decay=1e-4, fused=True)
parted, edges = Edges(args.parted), Edges(args.edges)
before, forced, settled, moved = torch.randn(4, args.bodies, 3)
huber = nn.functional.smooth_l1_loss


def step():
    adam.zero_grad(set_to_none=True)
    loss = huber(before + network.part(parted), moved, beta=0.001) + huber(network.settle(edges, before, forced), settled, beta=0.003)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    adam.step()
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), network.parameters()):
            slow.lerp_(fast, 1e-3)


measure.report_step(step, args.seconds, what="contact", variant="eager, all at once", program="PyTorch", version=torch.__version__, threads=args.threads)
