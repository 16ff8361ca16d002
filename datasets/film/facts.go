package film

// Facts say what a film is and what of it is read.
type Facts struct {
	SHA256      string  `json:"sha256,omitempty"`       // of the file, or of the names, sizes and bytes of a folder's pictures
	Format      string  `json:"format"`                 // as users call it: GIF, MP4 (H.264), …
	Width       int     `json:"width_px"`               // of the whole picture
	Height      int     `json:"height_px"`              // of the whole picture
	Pictures    int     `json:"pictures"`               // number of pictures that are read
	Seen        int     `json:"pictures_seen"`          // number of pictures of the film as far as it was decoded, dropped ones too
	Duration    float64 `json:"duration_s"`             // s, from the first picture read to the last
	Rate        float64 `json:"rate"`                   // pictures per second: one by the median distance of two
	Tick        float64 `json:"tick_s,omitempty"`       // s, to which the file rounds times
	Evened      bool    `json:"evened,omitempty"`       // times are even but for the file's rounding, and are taken as even
	Jitter      float64 `json:"jitter_s"`               // s, largest error of a time when the pictures are taken as even, without gaps
	PlayedRate  float64 `json:"played_rate"`            // pictures per second as the film plays; Rate unless it was told
	Gaps        int     `json:"gaps"`                   // number of places where pictures are missing: distances over 1.5 of the median
	Doubled     []int   `json:"doubled,omitempty"`      // numbers of the pictures that were dropped because they show the one before again
	Retimed     bool    `json:"retimed,omitempty"`      // doubled pictures were put in between: those left are even in time
	Blank       []int   `json:"blank,omitempty"`        // numbers of the pictures that were dropped because they are of one colour, between others
	Cuts        []int   `json:"cuts,omitempty"`         // numbers of the pictures with which another episode starts
	Turned      int     `json:"turned_deg,omitempty"`   // degrees clockwise, by which the pictures were turned upright, as the film asks for
	Interlaced  bool    `json:"interlaced,omitempty"`   // every other row was taken half a picture later
	Depth       int     `json:"bits,omitempty"`         // number of bits of a colour in the file
	Complaint   string  `json:"complaint,omitempty"`    // what the decoder found wrong and read nevertheless
	AssumedRate bool    `json:"assumed_rate,omitempty"` // the film has no times: 30 pictures per second are assumed
}

// Told is the name of the file in which orrery watch says what it decided about a film, and which a film may have beside it.
const Told = "film.json"
