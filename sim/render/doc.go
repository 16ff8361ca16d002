// Package render draws scenes: what a body did, what a model said it would do,
// and how far apart the two are. It needs no display.
//
//	list := &render.List{Width: 640, Height: 480, Background: theme.Background}
//	painter := render.Painter{List: list, Scene: scene, Theme: theme, Unit: 1}
//	painter.Camera = render.FitCamera(render.SceneBounds(scene, nil), list.Bounds(), 8)
//	painter.Walls()
//	painter.Bodies(truth, predicted)
//	picture := list.Image()
//
// Drawing has two halves. A Painter turns states into a List: filled and stroked
// lines and texts in pixels, plain data that any back end can draw. List.Image is
// the back end here, an anti-aliased rasteriser; the window has another.
//
// The rooms below build on it: plot draws errors against time, animation writes
// pictures as a GIF, APNG or MP4, and film makes pictures with a title, a key and
// a plot out of a whole episode.
//
// States are in metres and radians with y up, pictures in pixels with y down,
// times in seconds. The same list gives the same pixels on one machine and
// architecture.
package render
