// Package mesh turns the paths and texts of a display list into triangles for a graphics
// card.
//
//	var m mesh.Mesh
//	letters := mesh.NewLetters(1024)
//	m.Add(&path)
//	m.AddText(&text, letters)
//	draw(m.Vertices, m.Indices, letters.Picture)
//	m.Reset()
//
// Edges are smooth without multisampling: each is a strip one pixel wide across
// which the opacity falls to nothing, so a whole picture is one list of triangles
// of one state of the card.
//
// Positions are in pixels, colours premultiplied. The same path gives the same
// triangles.
//
// Fills must be convex, contour by contour. Where contours of one fill share an
// edge, that edge is kept sharp instead of smooth, so nothing shines through. A
// translucent stroke that crosses itself is darker where it does.
package mesh
