// Package command has the commands of fleets: fleet run, show, status, collect and work. Each reads
// its flags and calls package fleet.
//
//	program := command.Program{Run: run, Takes: takes}
//	root.AddCommand(program.Command())
package command
