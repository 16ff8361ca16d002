#!/usr/bin/env python3
"""PyTorch at the sizes of package learn/bench. Every run prints one JSON line per figure.

  torch_bench.py gemm
  torch_bench.py mlp --threads 2
  torch_bench.py interaction --variant factored --threads 2
  torch_bench.py export --onnx interaction.onnx

A training step is: forward, mean squared error, backward, Adam (fused); the network is run as it is, or
compiled with --compile. The interaction
network comes in four variants of the same formula:

  index     nodes gathered by index_select, edges added up by index_add
  dense     the same, but edges added up by a reshape and a sum, as all graphs are complete
  factored  dense, and the first layer of an edge is applied once per node
  folded    factored, and the edges' encoder and what the first layer of the first round does to an edge are one matrix
"""
import measure

parser = measure.arguments(__doc__, ["gemm", "mlp", "interaction", "export"])
parser.add_argument("--variant", choices=["index", "dense", "factored", "folded"], default="factored")
parser.add_argument("--compile", action="store_true", help="the network by torch.compile")
parser.add_argument("--onnx", help="file to export one graph's network to")
args = parser.parse_args()
measure.hold(args.threads)

import torch
from torch import nn

from measure import ARRIVING, EDGE, GRAPHS, HIDDEN, NODE, NODES, ROUNDS

blas = "MKL" if torch.backends.mkl.is_available() else "its BLAS"
who = dict(program="PyTorch", version=torch.__version__, kernels=f"{blas}, {torch.backends.cpu.get_cpu_capability()}", threads=args.threads)


class NormedMLP(nn.Module):
    """Two hidden layers and a layer norm."""

    def __init__(self, inputs):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(inputs, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(),
            nn.Linear(HIDDEN, HIDDEN), nn.LayerNorm(HIDDEN))

    def forward(self, x):
        return self.layers(x)


class EdgeMLP(nn.Module):
    """A NormedMLP of an edge beside both its nodes, with the first layer in three parts."""

    def __init__(self):
        super().__init__()
        self.edge = nn.Linear(HIDDEN, HIDDEN)
        self.send = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.receive = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.rest = nn.Sequential(
            nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.LayerNorm(HIDDEN))

    def forward(self, e, h, senders, receivers, encode=None):
        """With the encoder of edges, e are edges that are not encoded yet."""
        if encode is None:
            of_edge = self.edge(e)
        else:
            bias = nn.functional.linear(encode.bias, self.edge.weight, self.edge.bias)
            of_edge = nn.functional.linear(e, self.edge.weight @ encode.weight, bias)
        z = of_edge + self.send(h).index_select(0, senders) + self.receive(h).index_select(0, receivers)
        return self.rest(z)


class Interaction(nn.Module):
    def __init__(self, graphs, variant):
        super().__init__()
        self.variant = variant
        self.encode_node, self.encode_edge = nn.Linear(NODE, HIDDEN), nn.Linear(EDGE, HIDDEN)
        self.edges = nn.ModuleList(EdgeMLP() if variant in ("factored", "folded") else NormedMLP(3 * HIDDEN) for _ in range(ROUNDS))
        self.nodes = nn.ModuleList(NormedMLP(2 * HIDDEN) for _ in range(ROUNDS))
        self.decode = nn.Linear(HIDDEN, NODE)
        pairs = [(i, j) for i in range(NODES) for j in range(NODES) if i != j]
        first = torch.arange(graphs).mul(NODES)[:, None]
        receivers, senders = torch.tensor(pairs).T
        self.register_buffer("receivers", (first + receivers).flatten())
        self.register_buffer("senders", (first + senders).flatten())

    def forward(self, nodes, edges):
        h, e = self.encode_node(nodes), self.encode_edge(edges)
        for i, (edge, node) in enumerate(zip(self.edges, self.nodes)):
            if self.variant == "folded" and i == 0:
                e = e + edge(edges, h, self.senders, self.receivers, self.encode_edge)
            elif self.variant in ("factored", "folded"):
                e = e + edge(e, h, self.senders, self.receivers)
            else:
                both = h.index_select(0, self.senders), h.index_select(0, self.receivers)
                e = e + edge(torch.cat([e, *both], 1))
            if self.variant == "index":
                arrived = torch.zeros_like(h).index_add(0, self.receivers, e)
            else:
                arrived = e.view(-1, ARRIVING, HIDDEN).sum(1)
            h = h + node(torch.cat([h, arrived], 1))
        return self.decode(h)


def graphs(n):
    return torch.randn(n * NODES, NODE), torch.randn(n * NODES * ARRIVING, EDGE)


def train(network, inputs, target):
    """Returns a function that takes a training step."""
    adam = torch.optim.Adam(network.parameters(), 1e-4, fused=True)
    if args.compile:
        network = torch.compile(network)

    def step():
        adam.zero_grad(set_to_none=True)
        nn.functional.mse_loss(network(*inputs), target).backward()
        adam.step()

    return step


torch.set_num_threads(args.threads)
torch.manual_seed(0)
how = "compiled" if args.compile else "eager"
if args.what == "gemm":
    for m, k, n in measure.PRODUCTS:
        a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        with torch.no_grad():
            measure.report_product(lambda: torch.mm(a, b, out=c), (m, k, n), args.seconds, **who)
elif args.what == "mlp":
    widths = measure.MLP
    layers = [nn.Linear(*widths[:2])]
    for i, o in zip(widths[1:], widths[2:]):
        layers += [nn.ReLU(), nn.Linear(i, o)]
    step = train(nn.Sequential(*layers), [torch.randn(measure.MLP_BATCH, widths[0])], torch.randn(measure.MLP_BATCH, widths[-1]))
    measure.report_step(step, args.seconds, what="mlp", variant=how, **who)
elif args.what == "interaction":
    step = train(Interaction(GRAPHS, args.variant), graphs(GRAPHS), torch.randn(GRAPHS * NODES, NODE))
    measure.report_step(step, args.seconds, what="interaction", variant=f"{how} {args.variant}", **who)
else:
    # Operator set 17 is the first with layer norm as one operator.
    torch.onnx.export(Interaction(1, args.variant).eval(), graphs(1), args.onnx, opset_version=17, dynamo=False,
                      input_names=["nodes", "edges"], output_names=["out"])
