// Package schema writes the JSON Schema (2020-12) of scenario files, which editors complete
// and check by.
//
//	text, err := schema.Scenario("#/$defs/")
//
// It is made of the Go types that read the files, so it knows their keys and what each may
// be. What only the whole file shows, such as a name that nothing has, is not in it: package
// scenario finds that. The types fix the text byte for byte.
package schema
