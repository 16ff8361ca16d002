// Package recording holds motion as it was seen: tracks of bodies with the times of the pictures, gaps and
// noise, in the unit and the axes of whoever wrote them down.
package recording
