//go:build !unix

package main

// processor returns 0: it is not told here for how many s processors have worked for this process.
func processor() float64 { return 0 }
