package open

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/datasets/film"
)

// films are the ends of names of films, and stills those of pictures that are a film together.
var (
	films  = []string{".gif", ".apng", ".avi", ".y4m", ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".ogv"}
	stills = []string{".png", ".jpg", ".jpeg"}
)

// drawings are the ends of names of drawings, which are edited.
var drawings = []string{".svg"}

func ends(name string, with []string) bool {
	return slices.Contains(with, strings.ToLower(path.Ext(name)))
}

// isPictures reports whether a directory has several pictures and no other files, but what is told of them.
func isPictures(files fs.FS, dir string) bool {
	entries, err := fs.ReadDir(files, dir)
	pictures := 0
	for _, e := range entries {
		switch {
		case !e.IsDir() && ends(e.Name(), stills):
			pictures++
		case e.IsDir() || e.Name() != film.Told:
			return false
		}
	}
	return err == nil && pictures > 1
}

// isTold reports whether an entry tells about a film among the others.
func isTold(entry fs.DirEntry, entries []fs.DirEntry) bool {
	return entry.Name() == film.Told && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && ends(e.Name(), films) })
}

// watching is a film that is being watched.
type watching struct {
	stop context.CancelFunc
	news chan news
}

// news is how far a film has been watched, or what has come of it.
type news struct {
	share float64
	done  bool
	show  replay.Show
	err   error
}

// film begins to watch a film among files; another that is still being watched is given up.
func (o *Opener) film(files fs.FS, name, shown string) error {
	if o.watching != nil {
		o.watching.stop()
	}
	ctx, stop := context.WithCancel(context.Background())
	w := &watching{stop: stop, news: make(chan news, 1)}
	o.watching = w
	o.Session.Notify(shown + ": looking for bodies")
	tell := func(n news) {
		select {
		case <-w.news: // nobody has taken the last
		default:
		}
		w.news <- n
	}
	go func() {
		show, err := o.watched(ctx, files, name, func(share float64) { tell(news{share: share}) })
		tell(news{done: true, show: show, err: plain(shown, err)})
	}()
	return nil
}

// watched is watch. A fault is an error: the window goes on.
func (o *Opener) watched(ctx context.Context, files fs.FS, name string, progress func(share float64)) (show replay.Show, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("a fault of this program: %v", cause)
		}
	}()
	return o.watch(ctx, files, name, progress)
}

// Tick shows how far a film is watched, and the film once it is. It is to be called sixty times a second.
func (o *Opener) Tick() {
	if o.watching == nil {
		return
	}
	select {
	case n := <-o.watching.news:
		switch {
		case !n.done:
			o.Session.Notify(fmt.Sprintf("looking for bodies: %.0f %%", 100*n.share))
			return
		case n.err == nil:
			if n.err = o.Session.OpenShow(n.show); n.err == nil {
				o.Session.Notify("this is what was seen of the film, and W takes the film away")
			}
		}
		o.watching.stop()
		o.watching = nil
		o.Check(n.err)
	default:
	}
}
