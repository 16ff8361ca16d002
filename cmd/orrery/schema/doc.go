// Package schema writes the JSON Schema (2020-12) of scenario files, and of others that types of Go read, which editors complete
// and check by.
//
//	text, err := schema.Scenario()
//	text, err := schema.Of(reflect.TypeFor[fleet.File](), "fleet", fleet.Format)
//
// It is made of the Go types that read the files, so it knows their keys and what each may
// be. What only the whole file shows, such as a name that nothing has, is not in it: package
// scenario finds that. The types fix the text byte for byte.
package schema
