// Command orrery makes trajectories of 2D rigid bodies, fits small world models
// to them, measures how wrong those models are, draws both and plans with them.
//
// It is one program with a subcommand for each stage; `orrery help` lists them
// and `orrery demo` goes from data to report. It needs no display, no C compiler, no GPU, no
// network and no environment variable.
//
// Results go to stdout, progress to stderr. An error is one line on stderr. The
// exit code is 0 when the work is done, 1 when it failed and 2 when the command
// line was wrong. Nothing that exists is overwritten without --force,
// but for models that orrery models trains anew.
package main
