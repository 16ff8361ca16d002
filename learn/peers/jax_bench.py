#!/usr/bin/env python3
"""JAX at the sizes of package learn/bench. Every run prints one JSON line per figure.

  jax_bench.py gemm
  jax_bench.py mlp --threads 2
  jax_bench.py interaction --variant factored --threads 2

A training step is one compiled function: forward, mean squared error, backward, Adam, with the
memory of the weights used again. The interaction network comes in the variants of torch_bench.py.
"""
import functools

import measure

parser = measure.arguments(__doc__, ["gemm", "mlp", "interaction"])
parser.add_argument("--variant", choices=["index", "dense", "factored", "folded"], default="factored")
args = parser.parse_args()
measure.hold(args.threads)

import jax
import jax.numpy as jnp
from measure import ARRIVING, EDGE, GRAPHS, HIDDEN, NODE, NODES, ROUNDS

who = dict(program="JAX", version=jax.__version__, kernels="XLA for the CPU", threads=args.threads)
keys = iter(jax.random.split(jax.random.key(0), 200))


def normal(*shape):
    return jax.random.normal(next(keys), shape)


def linear(inputs, outputs):
    bound = inputs**-0.5
    return {"w": jax.random.uniform(next(keys), (inputs, outputs), minval=-bound, maxval=bound), "b": jnp.zeros(outputs)}


def apply(layer, x):
    return x @ layer["w"] + layer["b"]


def normed(inputs):
    """Two hidden layers and a layer norm."""
    return {"layers": [linear(inputs, HIDDEN), linear(HIDDEN, HIDDEN), linear(HIDDEN, HIDDEN)],
            "scale": jnp.ones(HIDDEN), "shift": jnp.zeros(HIDDEN)}


def apply_normed(p, x, first=None):
    """Applies a normed network to x, or to what its first layer has already made of x."""
    x = apply(p["layers"][0], x) if first is None else first
    for layer in p["layers"][1:]:
        x = apply(layer, jax.nn.silu(x))
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p["scale"] + p["shift"]


def interaction_parameters():
    return {"node": linear(NODE, HIDDEN), "edge": linear(EDGE, HIDDEN), "out": linear(HIDDEN, NODE),
            "edges": [normed(3 * HIDDEN) for _ in range(ROUNDS)], "nodes": [normed(2 * HIDDEN) for _ in range(ROUNDS)]}


pairs = [(i, j) for i in range(NODES) for j in range(NODES) if i != j]
first = jnp.arange(GRAPHS)[:, None] * NODES
receivers, senders = ((first + jnp.array(ends)).ravel() for ends in zip(*pairs))


def interaction(p, nodes, edges):
    h, e = apply(p["node"], nodes), apply(p["edge"], edges)
    for i, (of_edge, of_node) in enumerate(zip(p["edges"], p["nodes"])):
        if args.variant in ("factored", "folded"):
            w, b = of_edge["layers"][0]["w"], of_edge["layers"][0]["b"]
            if args.variant == "folded" and i == 0:
                start = edges @ (p["edge"]["w"] @ w[:HIDDEN]) + (p["edge"]["b"] @ w[:HIDDEN] + b)
            else:
                start = e @ w[:HIDDEN] + b
            start = start + (h @ w[HIDDEN:2 * HIDDEN])[senders] + (h @ w[2 * HIDDEN:])[receivers]
            e = e + apply_normed(of_edge, None, start)
        else:
            e = e + apply_normed(of_edge, jnp.concatenate([e, h[senders], h[receivers]], 1))
        if args.variant == "index":
            arrived = jax.ops.segment_sum(e, receivers, h.shape[0])
        else:
            arrived = e.reshape(-1, ARRIVING, HIDDEN).sum(1)
        h = h + apply_normed(of_node, jnp.concatenate([h, arrived], 1))
    return apply(p["out"], h)


def mlp(p, x):
    for layer in p[:-1]:
        x = jax.nn.relu(apply(layer, x))
    return apply(p[-1], x)


def training(network, parameters, inputs, target):
    """Returns a function that takes a training step."""
    tree = jax.tree_util.tree_map

    @functools.partial(jax.jit, donate_argnums=(0,))
    def step(state):
        p, mean, square, t = state
        gradient = jax.grad(lambda p: jnp.mean((network(p, *inputs) - target) ** 2))(p)
        t = t + 1
        mean = tree(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        square = tree(lambda s, g: 0.999 * s + 0.001 * g * g, square, gradient)
        rate = 1e-4 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        return tree(lambda p, m, s: p - rate * m / (jnp.sqrt(s) + 1e-8), p, mean, square), mean, square, t

    zeros = lambda: tree(jnp.zeros_like, parameters)
    state = [(parameters, zeros(), zeros(), jnp.zeros(()))]

    def run():
        state[0] = jax.block_until_ready(step(state[0]))

    return run


if args.what == "gemm":
    multiply = jax.jit(jnp.dot)
    for m, k, n in measure.PRODUCTS:
        a, b = normal(m, k), normal(k, n)
        measure.report_product(lambda: multiply(a, b).block_until_ready(), (m, k, n), args.seconds, **who)
elif args.what == "mlp":
    layers = [linear(i, o) for i, o in zip(measure.MLP, measure.MLP[1:])]
    inputs, target = normal(measure.MLP_BATCH, measure.MLP[0]), normal(measure.MLP_BATCH, measure.MLP[-1])
    measure.report_step(training(mlp, layers, [inputs], target), args.seconds, what="mlp", **who)
else:
    inputs = normal(GRAPHS * NODES, NODE), normal(GRAPHS * NODES * ARRIVING, EDGE)
    step = training(interaction, interaction_parameters(), inputs, normal(GRAPHS * NODES, NODE))
    measure.report_step(step, args.seconds, what="interaction", variant=args.variant, **who)
