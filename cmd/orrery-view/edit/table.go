package edit

// Tool is something to draw, to tie or to select with.
type Tool struct {
	Name  string // by which Take takes it
	Key   string // that takes it
	Set   string // of tools that do similar things
	What  string // it does, for people
	Click string // what to do with a mouse or a finger
	Keys  string // what to do with keys

	clicks bool // each click is one thing or one corner; else a drag is
	up     func(*Bench) error
}

func (t *Tool) selects() bool { return t.up == nil }

// Sets of tools.
const (
	shapes  = "draw"
	rooms   = "place"
	ties    = "tie"
	drives  = "drive"
	purpose = "task"
)

const (
	dragKeys  = "enter begins at the cursor, arrows move it, enter ends"
	clickKeys = "enter at the cursor"
	lineKeys  = "enter sets a corner at the cursor, enter on the first or ctrl-enter ends"
	tieKeys   = "enter at the one end, arrows, enter at the other"
)

// Tools returns all tools in the order in which they stand, the one that selects first.
func Tools() []Tool {
	return []Tool{
		{Name: "select", Key: "v", Set: "select", What: "selects, moves, turns and scales", Click: "drag a thing to move it, a handle to turn or scale it, an empty place for a lasso", Keys: "tab goes on to the next thing, arrows move it"},

		{Name: "disc", Key: "1", Set: shapes, What: "draws a disc", Click: "drag from its middle to its edge", Keys: dragKeys, up: (*Bench).disc},
		{Name: "box", Key: "2", Set: shapes, What: "draws a box", Click: "drag from corner to corner", Keys: dragKeys, up: (*Bench).box},
		{Name: "capsule", Key: "3", Set: shapes, What: "draws a bar with round ends", Click: "drag from end to end", Keys: dragKeys, up: (*Bench).capsule},
		{Name: "polygon", Key: "4", Set: shapes, What: "draws a polygon", Click: "click its corners; the first one again ends it", Keys: lineKeys, clicks: true, up: (*Bench).corner},

		{Name: "wall", Key: "5", Set: rooms, What: "draws a wall", Click: "drag from end to end", Keys: dragKeys, up: (*Bench).wall},
		{Name: "chain", Key: "6", Set: rooms, What: "draws a wall of many corners", Click: "click its corners; the last one again ends it, the first one closes it", Keys: lineKeys, clicks: true, up: (*Bench).corner},
		{Name: "region", Key: "7", Set: rooms, What: "marks an area, which touches nothing", Click: "drag from corner to corner", Keys: dragKeys, up: (*Bench).region},

		{Name: "pivot", Key: "p", Set: ties, What: "nails a body to the one below it, or to the world", Click: "click where it shall turn", Keys: clickKeys, clicks: true, up: (*Bench).pivot},
		{Name: "rod", Key: "b", Set: ties, What: "keeps two ends as far apart as they are", Click: "drag from end to end", Keys: tieKeys, up: (*Bench).rod},
		{Name: "rope", Key: "o", Set: ties, What: "lets two ends part no further", Click: "drag from end to end", Keys: tieKeys, up: (*Bench).rope},
		{Name: "spring", Key: "i", Set: ties, What: "pulls two ends to the length that it has now", Click: "drag from end to end", Keys: tieKeys, up: (*Bench).spring},
		{Name: "slide", Key: "u", Set: ties, What: "lets a point of a body slide along a line", Click: "drag from the body along the line", Keys: tieKeys, up: (*Bench).slide},
		{Name: "motor", Key: "m", Set: ties, What: "turns a body, always", Click: "click the axle", Keys: clickKeys, clicks: true, up: (*Bench).motor},
		{Name: "weld", Key: "w", Set: ties, What: "makes one body of two", Click: "drag from the one to the other", Keys: tieKeys, up: (*Bench).weld},
		{Name: "attract", Key: "c", Set: drives, What: "a force between two bodies at a distance, which draws them together", Click: "drag from the one to the other", Keys: tieKeys, up: (*Bench).attract},
		{Name: "repel", Key: "e", Set: drives, What: "a force between two bodies at a distance, which drives them apart", Click: "drag from the one to the other", Keys: tieKeys, up: (*Bench).repel},

		{Name: "thrust", Key: "t", Set: drives, What: "lets an action push a body along an axis of its own", Click: "drag from the body the way it shall push", Keys: tieKeys, up: (*Bench).thrust},
		{Name: "torque", Key: "n", Set: drives, What: "lets an action turn a body, against the one below it", Click: "click the joint or the body", Keys: clickKeys, clicks: true, up: (*Bench).torque},
		{Name: "pusher", Key: "h", Set: drives, What: "what an action moves: a body, or a new disc", Click: "click the body, or where there is none", Keys: clickKeys, clicks: true, up: (*Bench).pusher},

		{Name: "reach", Key: "g", Set: purpose, What: "this must reach that: a body, a region or a place", Click: "drag from the body to where it must go", Keys: tieKeys, up: (*Bench).reach},
		{Name: "avoid", Key: "x", Set: purpose, What: "this must not touch that", Click: "drag from the body to what it must not touch", Keys: tieKeys, up: (*Bench).avoid},
	}
}
