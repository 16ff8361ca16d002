package video

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery/datasets/film"
	"orrery/sim/ffmpeg"
)

// told is what ffprobe tells of the streams of pictures, in its own words.
type told struct {
	Streams []struct {
		Codec       string `json:"codec_name"`
		Width       int    `json:"width"`
		Height      int    `json:"height"`
		PixelFormat string `json:"pix_fmt"`
		Aspect      string `json:"sample_aspect_ratio"`
		Order       string `json:"field_order"`
		TimeBase    string `json:"time_base"`
		Frames      string `json:"nb_frames"`
		Disposition struct {
			Cover int `json:"attached_pic"`
		} `json:"disposition"`
		SideData []struct {
			Rotation float64 `json:"rotation"`
		} `json:"side_data_list"`
	} `json:"streams"`
	Format struct {
		Name string `json:"format_name"`
	} `json:"format"`
}

// mostTold is the most bytes that ffprobe may tell.
const mostTold = 1 << 20

// probe fills in what ffprobe tells.
func (v *Video) probe(ctx context.Context, program string) error {
	limited, stop := context.WithTimeoutCause(ctx, v.patience, errPatience)
	defer stop()
	arguments := append([]string{"-v", "error", "-show_entries",
		"format=format_name:stream=codec_name,width,height,pix_fmt,sample_aspect_ratio,field_order,time_base,nb_frames:stream_disposition=attached_pic:stream_side_data=rotation",
		"-select_streams", "v", "-of", "json"}, source(v.path)...)
	cmd := exec.CommandContext(limited, program, arguments...)
	cmd.WaitDelay = 500 * time.Millisecond
	var complaint ffmpeg.Complaint
	var answer bytes.Buffer
	cmd.Stdout, cmd.Stderr = &most{w: &answer, left: mostTold}, &complaint
	if err := cmd.Run(); err != nil {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case limited.Err() != nil:
			return errors.New("ffprobe says nothing any more and was stopped")
		case isCut(complaint.String()):
			return io.ErrUnexpectedEOF
		case complaint.Line() != "":
			return fmt.Errorf("ffmpeg cannot read it: %s", clean(complaint.Line(), v.path))
		}
		return fmt.Errorf("ffprobe cannot read it and ends with %w", err)
	}
	var t told
	if err := json.Unmarshal(answer.Bytes(), &t); err != nil {
		return errors.New("what ffprobe tells is not understood")
	}
	for _, s := range t.Streams {
		if s.Disposition.Cover != 0 {
			continue
		}
		if err := film.CheckSize(s.Width, s.Height); err != nil {
			return err
		}
		v.facts.Format = fmt.Sprintf("%s (%s)", container(t.Format.Name), codec(s.Codec))
		if slices.Contains([]string{"vp8", "vp9", "av1"}, s.Codec) {
			v.facts.Format = strings.Replace(v.facts.Format, "Matroska", "WebM", 1)
		}
		v.facts.Depth, v.facts.Tick = depth(s.PixelFormat), tick(s.TimeBase)
		if t.Format.Name == "avi" { // others may have pictures that are not to be shown
			v.claimed, _ = strconv.Atoi(s.Frames)
		}
		v.facts.Interlaced = s.Order != "" && s.Order != "progressive" && s.Order != "unknown"
		for _, d := range s.SideData {
			v.facts.Turned = (360 - int(d.Rotation)%360) % 360
		}
		if across, down, ok := strings.Cut(s.Aspect, ":"); ok && across != down && across != "0" && down != "0" {
			v.filter = "scale=iw*sar:ih,setsar=1"
		}
		return nil
	}
	return errors.New("has no pictures, only sound or a cover")
}

// clean takes the path, which the caller names, out of a complaint.
func clean(complaint, path string) string {
	return strings.TrimPrefix(complaint, "file:"+path+": ")
}

// container returns how users call a container, by ffmpeg's names of it.
func container(name string) string {
	for _, c := range []struct{ part, name string }{{"mp4", "MP4"}, {"matroska", "Matroska"}, {"avi", "AVI"}, {"gif", "GIF"}, {"ogg", "Ogg"}} {
		if strings.Contains(name, c.part) {
			return c.name
		}
	}
	return name
}

// codec returns how users call a way to pack pictures.
func codec(name string) string {
	switch name {
	case "h264":
		return "H.264"
	case "hevc":
		return "H.265"
	case "mjpeg":
		return "MJPEG"
	}
	return strings.ToUpper(name)
}

// tick returns to how many s the times of a film are rounded, by the film itself or by what is asked of ffmpeg.
func tick(base string) float64 {
	tick := 1 / float64(ticks)
	if num, den, ok := strings.Cut(base, "/"); ok {
		n, _ := strconv.ParseFloat(num, 64)
		d, _ := strconv.ParseFloat(den, 64)
		if own := n / d; own > tick && own < 0.1 {
			return own
		}
	}
	return tick
}

// depth returns how many bits a colour has, by ffmpeg's name of the pixels: yuv420p10le has 10.
func depth(pixels string) int {
	for _, end := range []string{"le", "be"} {
		if name, ok := strings.CutSuffix(pixels, end); ok {
			if n, err := strconv.Atoi(name[strings.LastIndexAny(name, "pegrayb")+1:]); err == nil && n > 8 && n <= 16 {
				return n
			}
		}
	}
	return 8
}

// most passes on so many bytes and forgets the others.
type most struct {
	w    *bytes.Buffer
	left int
}

func (m *most) Write(p []byte) (int, error) {
	n := min(len(p), m.left)
	m.left -= n
	m.w.Write(p[:n])
	return len(p), nil
}
