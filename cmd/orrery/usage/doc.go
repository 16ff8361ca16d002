// Package usage says what is wrong with a command line, for all commands and in the user's words.
//
//	cmd.Args = usage.Args("SCENARIO")
//	root.SetFlagErrorFunc(usage.FlagError)
package usage
