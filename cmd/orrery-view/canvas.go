//go:build cgo || windows || js

package main

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"

	"orrery/cmd/orrery-view/mesh"
	"orrery/sim/render"
)

// canvas draws display lists on the graphics card. All between two clips or photos is one call.
type canvas struct {
	mesh     mesh.Mesh
	vertices []ebiten.Vertex
	letters  *mesh.Letters
	texture  *ebiten.Image // of the letters, as the card has it
	film     *ebiten.Image // pixels of drawn, or nil
	drawn    *image.RGBA   // the last photo
}

// lettersSide is the width and height in pixels of the picture of letters: a screen of 4k needs a third of it.
const lettersSide = 1024

func newCanvas() canvas {
	return canvas{letters: mesh.NewLetters(lettersSide), texture: ebiten.NewImage(lettersSide, lettersSide)}
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
			if !c.mesh.AddText(&item, c.letters) {
				c.flush(target)
				c.letters.Clear()
				c.mesh.AddText(&item, c.letters)
			}
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
	if rows := c.letters.Rows; rows[0] < rows[1] {
		picture := c.letters.Picture
		part := image.Rect(0, rows[0], picture.Rect.Dx(), rows[1])
		c.texture.SubImage(part).(*ebiten.Image).WritePixels(picture.Pix[rows[0]*picture.Stride : rows[1]*picture.Stride])
		c.letters.Taken()
	}
	c.vertices = c.vertices[:0]
	for _, v := range c.mesh.Vertices {
		c.vertices = append(c.vertices, ebiten.Vertex{
			DstX: v.X, DstY: v.Y, SrcX: v.U, SrcY: v.V, ColorR: v.R, ColorG: v.G, ColorB: v.B, ColorA: v.A,
		})
	}
	options := ebiten.DrawTrianglesOptions{ColorScaleMode: ebiten.ColorScaleModePremultipliedAlpha}
	target.DrawTriangles32(c.vertices, c.mesh.Indices, c.texture, &options)
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
