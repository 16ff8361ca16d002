// Package gallery shows what a scenario has: in words, as JSON, as a picture, and as a page
// with the pictures of all scenarios.
//
//	info, err := gallery.Describe(s)
//	err = info.Write(os.Stdout)
//	pictures := gallery.Pictures{Dir: "pictures", Seed: 3, Sample: sample, All: true}
//	err = pictures.Draw(ctx, os.Stdout, library.List())
//
// Sizes of pictures are in pixels, moments in seconds. The scenarios and the seed fix the
// pictures on one architecture.
package gallery
