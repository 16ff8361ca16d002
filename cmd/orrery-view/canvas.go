//go:build cgo || windows || js

package main

import (
	"image"
	"image/color"
	"math"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/text/v2"

	"orrery/cmd/orrery-view/mesh"
	"orrery/sim/render"
)

// canvas draws display lists on the graphics card. Paths between two texts or clips
// are one call.
type canvas struct {
	mesh     mesh.Mesh
	vertices []ebiten.Vertex
	white    *ebiten.Image // one pixel, for triangles have to have a texture
	faces    map[face]*text.GoXFace
	film     *ebiten.Image // pixels of drawn, or nil
	drawn    *image.RGBA   // the last photo
}

// face is a size and a weight of the font.
type face struct {
	size float64
	bold bool
}

// maxFaces is the number of faces that are kept, with their glyphs, before all are forgotten.
const maxFaces = 48

func newCanvas() canvas {
	// The middle of three by three: the card may look beyond the edge of a texture.
	picture := ebiten.NewImage(3, 3)
	picture.Fill(color.White)
	return canvas{
		white: picture.SubImage(image.Rect(1, 1, 2, 2)).(*ebiten.Image),
		faces: map[face]*text.GoXFace{},
	}
}

// draw draws a list over all of a picture.
func (c *canvas) draw(picture *ebiten.Image, l *render.List) {
	picture.Fill(l.Background)
	target := picture
	for i := range l.Items {
		switch item := l.Items[i].(type) {
		case render.Path:
			c.mesh.Add(&item)
		case render.Text:
			c.flush(target)
			c.text(target, &item)
		case render.Photo:
			c.flush(target)
			c.photo(target, &item)
		case render.Clip:
			c.flush(target)
			target = picture.SubImage(item.Part.Intersect(l.Bounds())).(*ebiten.Image)
		}
	}
	c.flush(target)
}

// flush draws the triangles that have gathered.
func (c *canvas) flush(target *ebiten.Image) {
	if len(c.mesh.Indices) == 0 {
		return
	}
	c.vertices = c.vertices[:0]
	for _, v := range c.mesh.Vertices {
		c.vertices = append(c.vertices, ebiten.Vertex{
			DstX: v.X, DstY: v.Y, SrcX: 1.5, SrcY: 1.5, ColorR: v.R, ColorG: v.G, ColorB: v.B, ColorA: v.A,
		})
	}
	options := ebiten.DrawTrianglesOptions{ColorScaleMode: ebiten.ColorScaleModePremultipliedAlpha}
	target.DrawTriangles32(c.vertices, c.mesh.Indices, c.white, &options)
	c.mesh.Reset()
}

// photo draws a picture of pixels. The pixels of the last one stay where they are drawn from.
func (c *canvas) photo(target *ebiten.Image, p *render.Photo) {
	size := p.Image.Bounds().Size()
	if c.drawn != p.Image {
		if c.film == nil || c.film.Bounds().Size() != size {
			if c.film != nil {
				c.film.Deallocate()
			}
			c.film = ebiten.NewImage(size.X, size.Y)
		}
		c.film.WritePixels(p.Image.Pix)
		c.drawn = p.Image
	}
	options := &ebiten.DrawImageOptions{Filter: ebiten.FilterLinear}
	options.GeoM.Scale((p.Into[1].X-p.Into[0].X)/float64(size.X), (p.Into[1].Y-p.Into[0].Y)/float64(size.Y))
	options.GeoM.Translate(p.Into[0].X, p.Into[0].Y)
	target.DrawImage(c.film, options)
}

// text draws a line of text on whole pixels, which keeps stems crisp.
func (c *canvas) text(target *ebiten.Image, t *render.Text) {
	key := face{t.Size, t.Bold}
	font := c.faces[key]
	if font == nil {
		if len(c.faces) == maxFaces {
			clear(c.faces)
		}
		font = text.NewGoXFace(t.Face())
		c.faces[key] = font
	}
	x := t.At.X
	switch t.Align {
	case render.Centre:
		x -= t.Width() / 2
	case render.Right:
		x -= t.Width()
	}
	options := &text.DrawOptions{}
	options.GeoM.Translate(math.Round(x), math.Round(t.At.Y)-font.Metrics().HAscent)
	options.ColorScale.ScaleWithColor(t.Colour)
	text.Draw(target, t.Value, font, options)
}
