// Package kept has the methods with which other languages read datasets and record episodes to them.
//
// A dataset holds no file open and is read by many at a time. LeRobot data without scenes lie in a temporary folder while
// they are read, which goes with the last reader. A recording has a dataset to itself until it is closed;
// what was added to it is on disk, whatever happens to the process.
package kept
