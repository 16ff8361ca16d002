package bags

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"orrery/sim/input"
)

// choose finds the bodies that are taken, and names them.
func (f *File) choose() error {
	for _, name := range f.options.Topics {
		if err := f.checkTopic(name); err != nil {
			return err
		}
	}
	f.leaveOut()
	if err := f.chooseFrames(); err != nil {
		return err
	}
	if !slices.ContainsFunc(f.list, func(b *body) bool { return b.taken && b.scatter.n > 0 }) {
		return f.nothing()
	}
	f.nameBodies()
	return nil
}

// leaveOut says what cannot be read of the topics that are taken.
func (f *File) leaveOut() {
	silent := f.listTopics(func(t *topic) bool { return t.why == whyKind })
	if len(f.options.Topics) == 0 && silent != "none" {
		f.warn("topics are left out, as their messages tell of no body: %s", silent)
	}
	if others := f.listTopics(func(t *topic) bool { return !f.wanted(t) && t.name != staticTopic }); others != "none" {
		f.warn("topics that are not taken: %s", others)
	}
	for _, t := range f.order {
		switch {
		case t.kind == nil && t.why != whyKind && len(f.options.Topics) == 0:
			f.warn("topic %.60q %s: it is left out", t.name, t.why)
		case t.broken > 0 && t.broken < t.messages:
			f.warn("topic %.60q: %d of %s are damaged and left out", t.name, t.broken, input.Count(t.messages, "message"))
		case t.broken > 0:
			f.warn("topic %.60q: none of its %s has the form of %s", t.name, input.Count(t.messages, "message"), t.about)
		}
	}
}

// whyKind is why most topics of a robot are not read.
const whyKind = "has messages that tell of no body"

// checkTopic returns an error when messages of a topic that was asked for cannot be read.
func (f *File) checkTopic(name string) error {
	var why, about string
	var names []string
	for _, t := range f.order {
		if names = append(names, t.name); t.name != name {
			continue
		}
		if t.kind != nil {
			return nil
		}
		why, about = t.why, t.about
	}
	if why == whyKind {
		return fmt.Errorf("topic %.60q has messages %s, which must be one of %s", name, about, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	if why != "" {
		return fmt.Errorf("topic %.60q %s", name, why)
	}
	return fmt.Errorf("topic %.60q must be one of the bag's %s%s", name, f.listTopics(func(*topic) bool { return true }), input.Perhaps(name, names))
}

// listTopics names some topics with their messages.
func (f *File) listTopics(which func(*topic) bool) string {
	const most = 10
	var shown []string
	for _, t := range f.order {
		if !which(t) {
			continue
		}
		if len(shown) == most {
			shown = append(shown, "and more")
			break
		}
		shown = append(shown, fmt.Sprintf("%.60s (%s)", t.name, t.about))
	}
	if len(shown) == 0 {
		return "none"
	}
	return strings.Join(shown, ", ")
}

// nothing says why there is no body.
func (f *File) nothing() error {
	if len(f.warnings) > 0 {
		return fmt.Errorf("has no positions that can be read: %s", strings.Join(f.warnings[:min(len(f.warnings), 3)], "; "))
	}
	return fmt.Errorf("has no positions that can be read: its topics are %s", f.listTopics(func(*topic) bool { return true }))
}

// chooseFrames takes the bodies in the frames of the options, all of which must be in one frame of
// reference.
func (f *File) chooseFrames() error {
	references, own := map[string]int{}, map[string]int{}
	for _, b := range f.list {
		references[b.frame] += b.sights
		if b.child != "" {
			own[b.child] += b.sights
		}
	}
	var in, of []string
	for _, name := range f.options.Frames {
		name = strings.TrimPrefix(name, "/")
		switch {
		case references[name] > 0:
			in = append(in, name)
		case own[name] > 0:
			of = append(of, name)
		default:
			known := slices.Sorted(maps.Keys(references))
			return fmt.Errorf("frame %.60q must be one in which positions are, %s, or one of a body, %s", name, quoted(known), quoted(slices.Sorted(maps.Keys(own))))
		}
	}
	taken := map[string]int{}
	for _, b := range f.list {
		b.taken = (len(in) == 0 || slices.Contains(in, b.frame)) && (len(of) == 0 || slices.Contains(of, b.child))
		if b.taken {
			taken[b.frame] += b.sights
		}
	}
	if len(taken) > 1 {
		var counts []string
		for _, name := range slices.Sorted(maps.Keys(taken)) {
			counts = append(counts, fmt.Sprintf("%.60q with %s", name, input.Count(taken[name], "position")))
		}
		return fmt.Errorf("has positions in several frames of reference: %s: choose one with --frame, or topics with --topic", strings.Join(counts[:min(len(counts), 10)], ", "))
	}
	return nil
}

// quoted names frames, at most ten.
func quoted(names []string) string {
	var shown []string
	for _, name := range names[:min(len(names), 10)] {
		shown = append(shown, fmt.Sprintf("%.60q", name))
	}
	if len(shown) == 0 {
		return "of which there is none"
	}
	return strings.Join(shown, " ")
}

// nameBodies names bodies by their frames, else by their topics, with their index in a list. The index alone
// will do where all are in lists of one topic.
func (f *File) nameBodies() {
	same, lists := map[string]int{}, map[string]bool{}
	for _, b := range f.list {
		switch {
		case !b.taken:
		case b.child != "":
			same[b.child]++
			lists[""] = true
		case b.index < 0:
			lists[""] = true
		default:
			lists[b.bodyKey.topic] = true
		}
	}
	for _, b := range f.list {
		switch {
		case !b.taken:
		case b.child != "" && same[b.child] == 1:
			b.name = b.child
		case b.child != "":
			b.name = b.bodyKey.topic + " " + b.child
		case b.index >= 0 && len(lists) == 1:
			b.name = fmt.Sprint(b.index)
		case b.index >= 0:
			b.name = fmt.Sprintf("%s %d", b.bodyKey.topic, b.index)
		default:
			b.name = b.bodyKey.topic
		}
	}
	for _, child := range slices.Sorted(maps.Keys(same)) {
		if same[child] > 1 {
			f.warn("%.60q is told of by several topics and becomes several bodies: --topic takes one", child)
		}
	}
}

// findPlane finds the plane in which the bodies that are taken move.
func (f *File) findPlane() (err error) {
	if f.options.Plane != "" {
		f.plane, err = planeOf(f.options.Plane)
		return err
	}
	var each, all scatter
	for _, b := range f.list {
		if b.taken {
			all.join(&b.scatter)
			each.join(b.scatter.centred())
		}
	}
	off := 0.0
	if f.plane, off, err = findPlane(&each, &all); err != nil {
		return err
	}
	f.warn("bodies move in the plane %v, off it by %.2g m (root mean square)", f.plane, off)
	return nil
}

// findPlane returns the plane in which bodies move, each at a distance of its own; where they all move along one
// line, the plane that they are in together.
func findPlane(each, all *scatter) (plane, float64, error) {
	if !each.straight() || all.straight() {
		return each.find()
	}
	p, off, err := all.find()
	if err != nil {
		return each.find()
	}
	return p, off, nil
}

// setTimes decides which times are taken: those of the messages unless a topic has none.
func (f *File) setTimes() {
	own, without := false, false
	for _, b := range f.list {
		if b.taken {
			own, without = own || b.topic.latest != 0, without || b.topic.latest == 0
		}
	}
	if f.logged = without; own && without {
		f.warn("some topics have no times of their own: all times are those at which the bag was written")
	}
	f.start = math.MaxInt64
	for _, b := range f.list {
		switch {
		case !b.taken:
		case f.logged:
			f.start = min(f.start, b.logged)
		case b.zero && b.topic.latest <= year1973:
			f.start = min(f.start, 0)
		default:
			f.start = min(f.start, b.earliest)
		}
	}
}

// year1973 is a time in ns that no clock shows which was started with the robot.
const year1973 = 1e17

// timeOf returns the time of a sighting in ns. A message whose header has no time has that of the
// log, unless 0 is a time of a clock that was started with the robot.
func (f *File) timeOf(b *body, s sighting, logged int64) int64 {
	if f.logged || s.stamp == 0 && b.topic.latest > year1973 {
		return logged
	}
	return s.stamp
}
