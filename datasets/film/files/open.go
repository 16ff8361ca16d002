package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"orrery/datasets/film"
	"orrery/datasets/film/apng"
	"orrery/datasets/film/avi"
	"orrery/datasets/film/gif"
	"orrery/datasets/film/y4m"
)

// Open opens a film, a file or a folder of pictures, and looks through it.
func Open(ctx context.Context, path string, o film.Options) (*film.Film, error) {
	dir, name := filepath.Split(filepath.Clean(path))
	if name == "" || name == "." || name == ".." {
		dir, name = path, "."
	}
	if dir == "" {
		dir = "."
	}
	return place{files: disk(dir), name: name, path: path, shown: path}.open(ctx, o)
}

// disk is the files of a folder on the disk, whatever bytes their names have.
type disk string

// Open implements fs.FS.
func (d disk) Open(name string) (fs.File, error) {
	return os.Open(filepath.Join(string(d), filepath.FromSlash(name)))
}

// OpenIn is Open for a film among files that need not be on a disk, such as those dropped on a page.
func OpenIn(ctx context.Context, files fs.FS, name string, o film.Options) (*film.Film, error) {
	return place{files: files, name: name, shown: name}.open(ctx, o)
}

// readable is what is said of films that nothing here reads.
const readable = "GIF, APNG, MJPEG in AVI, Y4M and folders of PNG or JPEG pictures are read"

// place is where a film is.
type place struct {
	files fs.FS
	name  string // of the film among the files
	path  string // on the disk, or "" when the files are not there
	shown string // as the user calls it
}

// open finds out what a film is and looks through it.
func (p place) open(ctx context.Context, o film.Options) (*film.Film, error) {
	start, facts, err := p.find(ctx)
	if err != nil {
		return nil, p.failed(ctx, err)
	}
	// The file is summed up while its pictures are looked through, and no further once one of them is none.
	group, within := errgroup.WithContext(ctx)
	var pictures, bytes atomic.Int64
	looked := o.Looked
	if looked != nil {
		o.Looked = func(n int, _ int64) { pictures.Store(int64(n)); looked(n, bytes.Load()) }
	}
	var f *film.Film
	var identity string
	group.Go(func() (err error) {
		f, err = film.New(within, p.shown, facts, start, o)
		return err
	})
	group.Go(func() (err error) {
		identity, err = p.identity(within, func(n int64) {
			if bytes.Add(n); looked != nil {
				looked(int(pictures.Load()), bytes.Load())
			}
		})
		if err != nil {
			return p.failed(within, err)
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return f.Identified(identity), nil
}

// failed returns an error in the words of users, with the film's name, or that of the context when it is done.
func (p place) failed(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the file is cut off")
	}
	return fmt.Errorf("%s: %w", p.shown, err)
}

// starter opens a film at its first picture.
type starter = func(context.Context) (film.Source, error)

// find tells what a film is by its first bytes.
func (p place) find(ctx context.Context) (starter, film.Facts, error) {
	info, err := fs.Stat(p.files, p.name)
	if err != nil {
		return nil, film.Facts{}, plain(err)
	}
	if info.IsDir() {
		f, err := openFolder(p.files, p.name)
		if err != nil {
			return nil, film.Facts{}, err
		}
		return func(context.Context) (film.Source, error) {
			again := *f
			return &again, nil
		}, film.Facts{Format: "folder of pictures", AssumedRate: f.tick == 0, Tick: f.tick, Depth: 8}, nil
	}
	if !info.Mode().IsRegular() {
		return nil, film.Facts{}, errors.New("is neither a file nor a folder")
	}
	file, err := p.files.Open(p.name)
	if err != nil {
		return nil, film.Facts{}, plain(err)
	}
	defer file.Close()
	if onDisk, ok := file.(*os.File); ok && p.path == "" {
		p.path = onDisk.Name()
	}
	var head [64]byte
	n, err := io.ReadFull(file, head[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, film.Facts{}, plain(err)
	}
	switch head := head[:n]; {
	case n == 0:
		return nil, film.Facts{}, errors.New("the file is empty")
	case starts(head, 0, "GIF8"):
		return p.gif(ctx)
	case starts(head, 0, "\x89PNG"):
		return p.apng(ctx)
	case starts(head, 0, "\xff\xd8\xff"):
		return nil, film.Facts{}, errStill
	case starts(head, 0, "YUV4MPEG2"):
		return p.y4m(ctx)
	case starts(head, 0, "RIFF") && starts(head, 8, "AVI "):
		return p.avi(ctx)
	case isVideo(head):
		return p.video(ctx)
	}
	return nil, film.Facts{}, errors.New("is no film that is read: " + readable + ", and MP4, MOV, WebM, Matroska, AVI and Ogg where ffmpeg is installed")
}

// start returns a starter of a format that is read here.
func (p place) start(open func(io.ReadCloser) (film.Source, error)) starter {
	return func(ctx context.Context) (film.Source, error) {
		file, err := p.files.Open(p.name)
		if err != nil {
			return nil, plain(err)
		}
		source, err := open(stoppable{file, ctx})
		if err != nil {
			file.Close()
			return nil, err // and no source that holds no reader
		}
		return source, nil
	}
}

var errStill = errors.New("is one picture that does not move; several of them in a folder are a film")

func (p place) apng(ctx context.Context) (starter, film.Facts, error) {
	start := p.start(func(file io.ReadCloser) (film.Source, error) { return apng.Open(file) })
	source, err := start(ctx)
	if errors.Is(err, apng.ErrStill) {
		err = errStill
	}
	if err != nil {
		return nil, film.Facts{}, err
	}
	defer source.Close()
	facts := film.Facts{Format: "APNG", Depth: 8}
	if tick := source.(*apng.Reader).Tick(); tick <= 0.01 {
		facts.Tick = tick // a longer one is the distance of two pictures
	}
	return start, facts, nil
}

func (p place) gif(ctx context.Context) (starter, film.Facts, error) {
	file, err := p.files.Open(p.name)
	if err != nil {
		return nil, film.Facts{}, plain(err)
	}
	defer file.Close()
	fast := gif.IsFast(stoppable{file, ctx})
	return p.start(func(file io.ReadCloser) (film.Source, error) {
		r, err := gif.Open(file)
		if err == nil && fast {
			r.KeepShort()
		}
		return r, err
	}), film.Facts{Format: "GIF", Depth: 8, Tick: 0.01}, nil
}

func (p place) y4m(ctx context.Context) (starter, film.Facts, error) {
	start := p.start(func(file io.ReadCloser) (film.Source, error) { return y4m.Open(file) })
	source, err := start(ctx)
	if err != nil {
		return nil, film.Facts{}, err
	}
	defer source.Close()
	r := source.(*y4m.Reader)
	return start, film.Facts{Format: "Y4M", Depth: r.Depth(), Interlaced: r.Interlaced()}, nil
}

// avi opens Motion JPEG in AVI; whatever else an AVI holds, ffmpeg decodes.
func (p place) avi(ctx context.Context) (starter, film.Facts, error) {
	start := p.start(func(file io.ReadCloser) (film.Source, error) { return avi.Open(file) })
	source, err := start(ctx)
	if errors.Is(err, avi.ErrPacked) {
		return p.video(ctx)
	}
	if err != nil {
		return nil, film.Facts{}, err
	}
	return start, film.Facts{Format: "AVI (MJPEG)", Depth: 8}, source.Close()
}

// stoppable is a file that cannot be read any further once ctx is done, however much of it a decoder passes over.
type stoppable struct {
	io.ReadCloser
	ctx context.Context
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.ReadCloser.Read(p)
}

// video opens what ffmpeg decodes.
func (p place) video(ctx context.Context) (starter, film.Facts, error) {
	if p.path == "" {
		return nil, film.Facts{}, errors.New("is a video, which only the program ffmpeg decodes; without it " + readable)
	}
	return p.decoded(ctx)
}

// isVideo reports whether a file begins as films do that ffmpeg may open: MP4 and MOV, Matroska and WebM, Ogg.
func isVideo(head []byte) bool {
	for _, box := range []string{"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"} {
		if starts(head, 4, box) {
			return true
		}
	}
	return starts(head, 0, "\x1a\x45\xdf\xa3") || starts(head, 0, "OggS")
}

// starts reports whether bytes stand at a place.
func starts(head []byte, at int, magic string) bool {
	return len(head) >= at+len(magic) && string(head[at:at+len(magic)]) == magic
}

// plain returns what the operating system says about a file, without the path, which the caller names.
func plain(err error) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file or folder")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("may not be read: its permissions forbid it")
	case errors.As(err, &at):
		return at.Err
	}
	return err
}
