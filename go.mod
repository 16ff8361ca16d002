module orrery

go 1.26.0

require (
	github.com/atotto/clipboard v0.1.4 // the clipboard of every desktop, without cgo
	github.com/chromedp/cdproto v0.0.0-20250724212937-08a3db8b4327 // the words in which tests talk to a browser
	github.com/chromedp/chromedp v0.14.2 // tests look at the page in a browser
	github.com/foxglove/mcap/go/mcap v1.7.3 // recordings that Foxglove plays, compressed and indexed
	github.com/go-json-experiment/json v0.0.0-20250725192818-e39067aee2d2 // tokens of JSON and where they stand, for errors that name line and column
	github.com/gofrs/flock v0.13.1 // one program at a time records to a dataset, on every system
	github.com/hajimehoshi/ebiten/v2 v2.9.9 // the window, on the desktop and in a browser
	github.com/jakecoffman/cp/v2 v2.4.0 // the rigid-body engine: Chipmunk in Go
	github.com/jezek/xgb v1.1.1 // tests drop files on the window as file managers do
	github.com/klauspost/compress v1.20.3 // snappy pages of Parquet files, unpacked within bounds
	github.com/klauspost/cpuid/v2 v2.4.2 // the name of the CPU that a saved bench was measured on
	github.com/moby/sys/atomicwriter v0.1.0 // weights and training logs that appear whole or not at all, where nothing of ours may be imported
	github.com/ncruces/zenity v0.10.14 // dialogs for files of every desktop, without cgo
	github.com/nlpodyssey/safetensors v0.0.0-20250209183917-bfb01cc25f7c // the file format of weights
	github.com/parquet-go/parquet-go v0.32.0 // LeRobot's tables; a third of arrow-go's size
	github.com/pierrec/lz4/v4 v4.1.22 // pages of Parquet files and chunks of bags that LZ4 packs
	github.com/spf13/cobra v1.10.2 // subcommands, flags and help
	github.com/spf13/pflag v1.0.10 // which flag of a command line is wrong, and how
	github.com/tetratelabs/wazero v1.12.0 // a test runs the page's module of vectors
	github.com/tidwall/jsonc v0.3.3 // comments and trailing commas in scenario files, with places that stay
	github.com/vbauerster/mpb/v8 v8.9.3 // progress bars
	go.yaml.in/yaml/v3 v3.0.6 // fleet files, with line and column of every value; tests read the front matter of cards
	golang.org/x/image v0.47.0 // anti-aliased shapes and fonts
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // what benchstat makes of samples: which figure moved beyond noise
	golang.org/x/sync v0.24.0 // groups of goroutines that stop at the first error
	golang.org/x/sys v0.49.0 // which vector instructions the CPU has; whether a folder can be written in
	golang.org/x/text v0.43.0 // tables in UTF-16, as spreadsheets write them
	gonum.org/v1/gonum v0.17.0 // statistics
	gonum.org/v1/plot v0.17.0 // the curves of a report
	google.golang.org/protobuf v1.36.12 // the wire format of TensorBoard's events
	gorgonia.org/gorgonia v0.9.18 // the judge of every gradient, and a second backend
	gorgonia.org/tensor v0.9.24 // Gorgonia's values
	pgregory.net/rapid v1.3.0 // property tests
)

require (
	codeberg.org/go-fonts/liberation v0.5.0 // indirect
	codeberg.org/go-latex/latex v0.2.0 // indirect
	codeberg.org/go-pdf/fpdf v0.11.1 // indirect
	git.sr.ht/~sbinet/gg v0.7.0 // indirect
	github.com/BurntSushi/toml v1.6.0 // indirect
	github.com/VividCortex/ewma v1.2.0 // indirect
	github.com/acarl005/stripansi v0.0.0-20180116102854-5a71ef0e047d // indirect
	github.com/ajstarks/svgo v0.0.0-20211024235047-1546f124cd8b // indirect
	github.com/andybalholm/brotli v1.1.1 // indirect
	github.com/apache/arrow/go/arrow v0.0.0-20211112161151-bc219186db40 // indirect
	github.com/awalterschulze/gographviz v2.0.3+incompatible // indirect
	github.com/chewxy/hm v1.0.0 // indirect
	github.com/chewxy/math32 v1.10.1 // indirect
	github.com/gogo/protobuf v1.3.2 // indirect
	github.com/golang/freetype v0.0.0-20170609003504-e2365dfdc4a0 // indirect
	github.com/golang/protobuf v1.5.3 // indirect
	github.com/google/flatbuffers v2.0.6+incompatible // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/leesper/go_rng v0.0.0-20190531154944-a612b043e353 // indirect
	github.com/mattn/go-runewidth v0.0.24 // indirect
	github.com/moby/sys/sequential v0.6.0 // indirect
	github.com/parquet-go/bitpack v1.0.0 // indirect
	github.com/parquet-go/jsonlite v1.0.0 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/twpayne/go-geom v1.6.1 // indirect
	github.com/xtgo/set v1.0.0 // indirect
	go4.org/unsafe/assume-no-moving-gc v0.0.0-20231121144256-b99613f794b6 // indirect; Gorgonia's own choice panics at start on newer Go
	golang.org/x/exp/typeparams v0.0.0-20260811152304-ee035b5b010f // indirect
	golang.org/x/mod v0.41.0 // indirect
	golang.org/x/tools v0.51.0 // a check of our own tests for go vet
	golang.org/x/xerrors v0.0.0-20240903120638-7835f813f4da // indirect
	gorgonia.org/cu v0.9.4 // indirect
	gorgonia.org/dawson v1.2.0 // indirect
	gorgonia.org/vecf32 v0.9.0 // indirect
	gorgonia.org/vecf64 v0.9.0 // indirect
	honnef.co/go/tools v0.8.1 // indirect
)

require (
	github.com/invopop/jsonschema v0.14.0 // the JSON Schema of scenario files, made of the types that read them
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // tests let an independent validator judge that schema
)

require (
	github.com/minio/minio-go/v7 v7.4.1 // object stores: the protocol of Amazon S3, as all of them speak it
	gopkg.in/ini.v1 v1.67.3 // the settings of Amazon's programs in ~/.aws/config
)

require github.com/johannesboyne/gofakes3 v1.2.0 // tests have an object store that others wrote

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/akavel/rsrc v0.10.2 // indirect
	github.com/bahlo/generic-list-go v0.2.0 // indirect
	github.com/buger/jsonparser v1.1.2 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/chromedp/sysutil v1.1.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/dchest/jsmin v0.0.0-20220218165748-59f39799265f // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/ebitengine/gomobile v0.0.0-20250923094054-ea854a63cce1 // indirect
	github.com/ebitengine/hideconsole v1.0.0 // indirect
	github.com/ebitengine/purego v0.9.0 // indirect
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.4.0 // indirect
	github.com/josephspurrier/goversioninfo v1.4.1 // indirect
	github.com/klauspost/crc32 v1.3.0 // indirect
	github.com/minio/crc64nvme v1.1.1 // indirect
	github.com/minio/md5-simd v1.1.2 // indirect
	github.com/pb33f/ordered-map/v2 v2.3.1 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/randall77/makefat v0.0.0-20210315173500-7ddd0e42c844 // indirect
	github.com/rs/xid v1.6.0 // indirect
	github.com/ryszard/goskiplist v0.0.0-20150312221310-2dfbae5fcf46 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	go.shabbyrobe.org/gocovmerge v0.0.0-20230507111327-fa4f82cfbf4d // indirect
	go.yaml.in/yaml/v4 v4.0.0-rc.2 // indirect
	golang.org/x/crypto v0.57.0 // indirect
	golang.org/x/net v0.60.0 // indirect
)

tool honnef.co/go/tools/cmd/staticcheck // for make staticcheck

// The same motion in two thirds of the time: sim/engine/cp/CHANGES.md says what differs.
replace github.com/jakecoffman/cp/v2 => ./sim/engine/cp
