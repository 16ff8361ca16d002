package mcap

// These types are the part of foxglove.SceneUpdate that is used. The schema
// requires the rest too, as empty lists.

type sceneUpdate struct {
	Deletions []deletion `json:"deletions"`
	Entities  []entity   `json:"entities"`
}

type deletion struct {
	Timestamp instant `json:"timestamp"`
	Type      int     `json:"type"`
	ID        string  `json:"id"`
}

// deleteAll is the type of a deletion that clears a topic.
const deleteAll = 1

// instant is a time, or a duration, of which 0 is for ever.
type instant struct {
	Sec  uint64 `json:"sec"`
	Nsec uint64 `json:"nsec"`
}

type entity struct {
	Timestamp   instant     `json:"timestamp"`
	FrameID     string      `json:"frame_id"`
	ID          string      `json:"id"`
	Lifetime    instant     `json:"lifetime"`
	FrameLocked bool        `json:"frame_locked"`
	Metadata    [0]struct{} `json:"metadata"`
	Arrows      [0]struct{} `json:"arrows"`
	Cubes       [0]struct{} `json:"cubes"`
	Spheres     [0]struct{} `json:"spheres"`
	Cylinders   []cylinder  `json:"cylinders"`
	Lines       []line      `json:"lines"`
	Triangles   []triangles `json:"triangles"`
	Texts       []text      `json:"texts"`
	Models      [0]struct{} `json:"models"`
}

// newEntity returns an entity that shows nothing.
func newEntity(id string) entity {
	return entity{
		FrameID: "world", ID: id,
		Cylinders: []cylinder{}, Lines: []line{}, Triangles: []triangles{}, Texts: []text{},
	}
}

// point is a place or an extent, in metres. Numbers are float32, as those of a
// dataset are, for they are written with as few digits as tell them apart.
type point struct {
	X float32 `json:"x"`
	Y float32 `json:"y"`
	Z float32 `json:"z"`
}

type quaternion struct {
	X float32 `json:"x"`
	Y float32 `json:"y"`
	Z float32 `json:"z"`
	W float32 `json:"w"`
}

type pose struct {
	Position    point      `json:"position"`
	Orientation quaternion `json:"orientation"`
}

// colour has components from 0 to 1.
type colour struct {
	R float32 `json:"r"`
	G float32 `json:"g"`
	B float32 `json:"b"`
	A float32 `json:"a"`
}

type cylinder struct {
	Pose        pose    `json:"pose"`
	Size        point   `json:"size"`
	BottomScale float32 `json:"bottom_scale"`
	TopScale    float32 `json:"top_scale"`
	Color       colour  `json:"color"`
}

type line struct {
	Type           int         `json:"type"`
	Pose           pose        `json:"pose"`
	Thickness      float32     `json:"thickness"`
	ScaleInvariant bool        `json:"scale_invariant"` // thickness is in pixels
	Points         []point     `json:"points"`
	Color          colour      `json:"color"`
	Colors         [0]struct{} `json:"colors"`
	Indices        [0]struct{} `json:"indices"`
}

// The types of line.
const (
	lineStrip = 0
	lineLoop  = 1
)

type triangles struct {
	Pose    pose        `json:"pose"`
	Points  []point     `json:"points"`
	Color   colour      `json:"color"`
	Colors  [0]struct{} `json:"colors"`
	Indices []int       `json:"indices"`
}

type text struct {
	Pose           pose    `json:"pose"`
	Billboard      bool    `json:"billboard"`
	FontSize       float32 `json:"font_size"`
	ScaleInvariant bool    `json:"scale_invariant"`
	Color          colour  `json:"color"`
	Text           string  `json:"text"`
}
