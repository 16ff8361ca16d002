// Package serve lets programs outside act in scenarios and ask models, over HTTP
// with JSON.
//
//	s, err := serve.New(serve.Config{Models: models, Scenarios: list, Settings: settings, Limits: serve.DefaultLimits()})
//	listener, err := net.Listen("tcp", "127.0.0.1:8417")
//	err = s.Run(ctx, listener)
//
// An environment is a scenario with a task (see sim/environment): create it, reset
// it, step it. A model predicts a frame, rolls a batch out, or plans the next
// action; it is asked about an environment as it stands or about any scene. A request names a
// scenario of the library or brings a whole scenario file, never a path. Every
// path, request and answer is in assets/serve/openapi.yaml, which the server hands
// out with its limits and a page that explains it:
//
//	curl -s 127.0.0.1:8417/v1/environments -H 'Content-Type: application/json' -d '{"scenario": "pusht"}'
//
// The Python package has a client, orrery.remote.
//
// # Why HTTP and JSON
//
// curl, browsers and the standard libraries of Python and Go speak it, without
// generated code, and what goes over the wire can be read. It is not what takes the
// time: BenchmarkStep measures a step with its round trip, which is a small part of
// what a model takes to plan. Whoever needs many frames asks for a batch of them.
//
// # Units and determinism
//
// States and scenes are in the units of sim. Actions for an environment, in every
// request, are in the units of its task, and so are those that a plan returns;
// actions for a scene are in those of its actuators. Numbers keep all their digits.
// What an environment and the plans in it answer depends on its scenario, values and
// seeds and on the requests to it in their order, not on other clients.
//
// # Limits
//
// Limits bounds a request's bytes and sizes, the time it takes, the connections,
// the environments and the memory in use. Memory is measured when something is
// begun: what is running may take more, at most some ten times the bytes of the
// requests and answers under way and what Workers plans need, half a megabyte for each
// engine that stands in for a model. An environment that nobody asks for a while is
// removed, so that a client that dies leaves nothing; what such a client was waiting
// for is stopped at the next frame of the model.
//
// Without a token whoever reaches the server may use it; with one every request must
// bring it, but for /health. The server takes no path and no program from a request,
// pages of other origins in a browser are refused, and so is any name other than
// localhost while it listens on loopback without a token.
//
// An environment begins where its scenario does, or in a state and with goals that a reset tells.
// Several environments are reset and stepped by one request, each as by its own. The engine as a model knows only what a state shows, not the
// impulses that an environment remembers, so that with contacts it predicts its steps
// nearly and not bit for bit.
package serve
