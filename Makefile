# Everything a developer or a build machine needs; `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo accuracy tasks models sample test check bench bench-peers profile deps format vet staticcheck build unit race fuzz kills fleets stream cross lint web viewer mutate monkey go-command python python-ahead python-full python-fuzz wheel

GO ?= go
FUZZTIME ?= 10s
PEERS ?=
ACCURACY ?=
MODELS ?=
TASKS ?=
CHECKS ?=
MUTATE ?=

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: go-command ## generate, train, evaluate and draw, into ./demo
	CGO_ENABLED=0 $(GO) run ./cmd/orrery demo

accuracy: go-command ## train and measure every model the README speaks of, in about an hour; ACCURACY='--only demo' for flags
	CGO_ENABLED=0 $(GO) run ./cmd/orrery accuracy $(ACCURACY)

tasks: go-command ## learn every task by play and compare planning with models and engine; TASKS='--only push' for flags
	CGO_ENABLED=0 $(GO) run ./cmd/orrery tasks $(TASKS)

models: go-command ## train the models that the viewer embeds, in a quarter of an hour; MODELS='--only push' for flags
	CGO_ENABLED=0 $(GO) run ./cmd/orrery models $(MODELS)

sample: go-command ## make datasets/sample again
	CGO_ENABLED=0 $(GO) run ./cmd/orrery gen mixed --episodes 4 --frames 61 --seed 1 --out datasets/sample --force

# Where tests keep their files, in memory if there is room; what the go command builds stays on the disk.
temporary = $(eval temporary := $(shell .ci/temporary))$(temporary)

# The profile of cmd/orrery makes the go command compile everything below it once more. Tests
# do without. -trimpath is what the wheel and the page are built with, and what another clone can take from the cache.
# Without -w the linker would take a third more time for each of 200 programs, to write what only a debugger reads.
test: export GOFLAGS := $(GOFLAGS) -trimpath -pgo=off -ldflags=-w
test: export GOTMPDIR := $(or $(GOTMPDIR),$(TMPDIR),/tmp)
test: export TMPDIR = $(temporary)
test: python-ahead format viewer vet staticcheck build unit ## all that must hold before a change lands
	@$(MAKE) --no-print-directory -j2 --output-sync=target race python # Python has one thread; each says what it has to say at its end

# Tests hold little and leave much: the collector looks for what is left when there is four times as much of it as of what is held, and not
# at once, which spares a fifth of the time of a processor. From 1 GiB on it looks as often as it must.
vet staticcheck build unit race web: export GOGC := $(or $(GOGC),400)
vet staticcheck build unit race web: export GOMEMLIMIT := $(or $(GOMEMLIMIT),1GiB)

# Packages come over the network while the compiler works; python waits for them and says what went wrong.
python-ahead:
	@.ci/python cmd/orrery-py/tests/requirements.txt >/dev/null 2>&1 </dev/null &

# Where the library itself ends the process, --capture=sys lets through what it says.
# The environments of others are made once; the library is built into a copy of the package beside them.
# What mypy knows of the packages of others is kept beside these, which spares it ten seconds.
define python_site
site=$$(mktemp -d) && trap 'rm -rf "$$site"' EXIT && \
		cp -r cmd/orrery-py/orrery cmd/orrery-py/tests cmd/orrery-py/examples cmd/orrery-py/pyproject.toml assets/guide "$$site" && \
		CGO_ENABLED=1 $(GO) build -trimpath -pgo=off -buildmode=c-shared -o "$$site/orrery/_orrery.so" ./cmd/orrery-py && \
		CGO_ENABLED=0 $(GO) build -trimpath -pgo=off -o "$$site/program" ./cmd/orrery && \
		export ORRERY="$$site/program"
endef

python: go-command ## test the Python package: build it, types, tests and docstrings
	env=$$(.ci/python cmd/orrery-py/tests/requirements.txt) && $(python_site) && \
		cd "$$site" && "$$env/bin/python" -m mypy --cache-dir="$$env/mypy" && GOTRACEBACK=single SDL_AUDIODRIVER=dummy "$$env/bin/python" -m pytest --capture=sys

python-full: go-command ## the same beside LeRobot, PyTorch, Stable-Baselines3, stable-worldmodel and Rerun: 8 GB, and an hour; CHECKS=sb3 for one
	env=$$(PYTHON=$${PYTHON:-python3.12} .ci/python cmd/orrery-py/full/requirements.txt) && $(python_site) && \
		{ [ -e "$$env/swm/complete" ] || { "$$env/bin/python" -m pip install -q --no-deps --upgrade --target "$$env/swm" -r cmd/orrery-py/full/swm.txt && touch "$$env/swm/complete"; }; } && \
		for check in $(or $(CHECKS),$(basename $(notdir $(wildcard cmd/orrery-py/full/*.py)))); do \
			echo "== $$check"; over=$$site; case $$check in swm_*) over=$$env/swm:$$site;; esac; \
			PATH="$$env/bin:$$PATH" PYTHONPATH=$$over "$$env/bin/python" cmd/orrery-py/full/$$check.py; \
		done

python-fuzz: FUZZTIME := 10m
python-fuzz: go-command ## call every function of the Python package with anything, for FUZZTIME, usually 10m
	env=$$(.ci/python cmd/orrery-py/tests/requirements.txt) && $(python_site) && \
		cd "$$site" && CALLS=10000 "$$env/bin/python" -m pytest tests/test_process.py -k leak && PYTHONPATH="$$site" "$$env/bin/python" tests/fuzz.py --time $(FUZZTIME)

wheel: go-command ## build dist/python/orrery-….whl, which needs neither Go nor gcc where it is installed
	env=$$(.ci/python cmd/orrery-py/wheel.txt) && rm -rf dist/python && mkdir -p dist/python && \
		"$$env/bin/python" -m pip wheel -q --disable-pip-version-check --no-deps -w dist/python/plain ./cmd/orrery-py && \
		PATH="$$env/bin:$$PATH" auditwheel repair -w dist/python dist/python/plain/*.whl && rm -r dist/python/plain && ls -l dist/python

check: fuzz kills fleets stream cross lint ## slower searches for faults; FUZZTIME=10s for each fuzz target

bench: go-command ## measure this machine, first as a whole and then function by function
	CGO_ENABLED=0 $(GO) run ./cmd/orrery bench
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: go-command ## compare the engine with C Chipmunk, the learner with PyTorch, JAX, NumPy and onnxruntime (6 GB, installed), and models with other engines; PEERS='-rounds 5' for flags
	$(GO) run ./sim/peers
	env=$$(.ci/python learn/peers/requirements.txt || true) && $(GO) run ./learn/peers -python "$${env:+$$env/bin/}python3" $(PEERS)
	$(GO) run ./world/peers -budget 20s -episodes 100

profile: go-command ## tell the compiler anew which functions of the engine and of contact models are hot, without those that interrupt them
	program=$$(mktemp) && GODEBUG=asyncpreemptoff=1 $(GO) test -trimpath -o $$program -run '^$$' -bench '^Benchmark(World|Rollouts)$$' -benchtime 20x \
		-outputdir cmd/orrery -cpuprofile default.pgo ./cmd/orrery/bench; rm -f $$program

deps: ## install what tests and pictures use, and download the modules
	@.ci/install gcc libc6-dev
	@.ci/install libchipmunk-dev || echo 'without libchipmunk-dev `make bench-peers` measures the engine alone'
	@.ci/install ffmpeg || echo 'without ffmpeg `orrery render` writes GIF and PNG, but no MP4'
	@.ci/install python3-h5py python3-numpy || echo 'without python3-h5py and python3-numpy no other program checks HDF5 and npz'
	@{ command -v node && command -v npm; } >/dev/null || .ci/install nodejs npm || echo 'without node and npm no other program checks Parquet and MCAP'
	@$(MAKE) --no-print-directory go-command
	$(GO) mod download

format: go-command
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:" $$unformatted; exit 1; fi

# Where the headers of the window are missing, the rest is checked without it.
window_headers := GL/gl.h X11/Xcursor/Xcursor.h X11/extensions/XInput2.h X11/extensions/Xinerama.h X11/extensions/Xrandr.h X11/extensions/xf86vmode.h
hash := \#
without_window = $(shell printf '$(hash)include <%s>\n' X11/Xlib.h $(window_headers) | gcc -E - >/dev/null 2>&1 || echo CGO_ENABLED=0)

vet: go-command
	$(without_window) $(GO) vet ./...
	@echo 'go vet -vettool=nanvet ./...'; nanvet=$$(mktemp) && $(GO) build -o $$nanvet ./cmd/nanvet && \
		$(without_window) $(GO) vet -vettool=$$nanvet ./...; status=$$?; rm -f $$nanvet; exit $$status

staticcheck: go-command
	$(without_window) $(GO) tool staticcheck ./...

build: go-command
	CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/orrery

# How long the tests of one package may take: the slowest takes four minutes on two processors that do nothing else, and a
# machine that is slower, or does other work, fails no test for that.
PATIENCE := 40m

# `make vet` has looked at the tests before they run.
# Windows, pages, servers and what is killed wait now and then: one package more than there are processors works then. The
# two that take longest come first, so that neither is left alone at the end.
unit: go-command
	$(GO) test -vet=off -p $$(($$(getconf _NPROCESSORS_ONLN) + 1)) -timeout $(PATIENCE) ./cmd/orrery-view/trial ./cmd/orrery ./...

# The race detector looks at the packages with tests whose files start goroutines or let the
# trainer or the session start them. It takes ten times the time, so it is told -short: tests that
# are slow and run on one goroutine, or start only what a quicker test starts too, skip then.
# Examples use what tests use.
# Without GORACE each process, those that tests start too, sleeps for a second at its end.
starts := ^[[:space:]]*go [a-zA-Z.]+\(|\.Go\(|httptest\.New|jobs\.Threads|train\.Run\(

# The race detector is the one thing here that needs a C compiler.
race: export GORACE := atexit_sleep_ms=20
race: go-command
	@if command -v gcc >/dev/null || .ci/install gcc libc6-dev; then \
		packages=$$(grep -rlE '$(starts)' --include=*.go cmd datasets learn sim world | xargs -n1 dirname | sort -u | \
			while read -r room; do ! ls $$room/*_test.go >/dev/null 2>&1 || echo ./$$room; done); \
		echo 'CGO_ENABLED=1 CC=gcc $(GO) test -vet=off -race -short -skip ^Example -timeout $(PATIENCE)' $$packages; \
		CGO_ENABLED=1 CC=gcc $(GO) test -vet=off -race -short -skip ^Example -timeout $(PATIENCE) $$packages; \
	else \
		echo 'make: gcc is missing, so the race detector did NOT run'; \
	fi

fuzz: go-command
	@for package in $$($(GO) list ./...); do \
		targets=$$($(GO) test -list '^Fuzz' $$package | sed -n '/^Fuzz/p'); \
		for target in $$targets; do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 300x $$package; \
		done; \
	done

# `make unit` kills each command that writes data ten times only.
kills: go-command
	$(GO) test ./cmd/orrery -run KilledAtAnyMoment -kills 50

# 200 kills at random moments of what fleets run, over all backends, and a node of Slurm that fails.
fleets: go-command
	@.ci/install slurm-wlm munge || echo 'make: without slurm-wlm and munge no cluster is started, and its tests are skipped'
	env=$$(.ci/python cmd/orrery/fleet/testdata/ray.txt || echo) && [ -n "$$env" ] || echo 'make: without Ray no task of it is killed'; \
		$(GO) test ./cmd/orrery -run 'EveryBackend|Slurm|PodsWork' -v -cluster -kills 200 $${env:+-ray $$env/bin/python} -timeout 25m
	cd cmd/orrery/fleet/testdata/kubernetes && $(GO) test .

# Training on 20 million frames in 300 MB, and what windows cost beside data in memory.
stream: go-command
	$(GO) test ./cmd/orrery -run TrainingLargerThanMemory -frames 20000000 -timeout 30m -v
	$(GO) test ./world/fit -run '^$$' -bench Windows -benchtime 3x

# The program runs on these too; the learner also in a browser.
cross: go-command
	@for platform in linux/arm64 darwin/arm64 windows/amd64; do \
		echo "building for $$platform"; \
		CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/} $(GO) build -o /dev/null ./cmd/orrery; \
	done
	GOOS=linux GOARCH=arm64 $(GO) vet ./...
	@.ci/install qemu-user || echo 'make: without qemu-user the arithmetic of arm64 is not tried'
	if command -v qemu-aarch64 >/dev/null; then CGO_ENABLED=0 GOARCH=arm64 $(GO) test -vet=off -short -exec qemu-aarch64 ./learn/kernel ./learn/nn ./learn/optim; fi
	GOOS=js GOARCH=wasm $(GO) vet -tags vectors ./learn/kernel
	if command -v node >/dev/null; then tile=$$(mktemp) && $(GO) run ./learn/kernel/wasm >$$tile && \
		GOOS=js GOARCH=wasm $(GO) test -vet=off -tags vectors -exec "node $(CURDIR)/learn/kernel/wasm/node.mjs $$tile" ./learn/kernel ./learn/nn; fi
	GOOS=js GOARCH=wasm $(GO) vet ./learn/... ./sim/... ./world/... ./cmd/orrery-view/...
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/orrery-view

# The linters of .golangci.yml. The first time takes minutes, in which they are compiled.
lint: go-command
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.0 run ./...

# Packages of the page that run once, when it opens or reads a file: calls in them stay calls,
# which makes the page a tenth of a MiB smaller.
WEB_SMALL = $(foreach p,orrery/cmd/orrery-view/watched $(addprefix orrery/datasets/film,/files /apng /avi /gif /y4m /stills /shelf) orrery/datasets/film $(addprefix orrery/world/watch,/walls /scenery /bodies /parts /look) orrery/world/watch orrery/sim/scenario orrery/world/surprise orrery/world/observe orrery/datasets/parquet orrery/datasets/digits orrery/world/source orrery/sim/scenario/library orrery/sim/scenario/file orrery/sim/input orrery/sim/canon \
	orrery/cmd/orrery-view/edit orrery/cmd/orrery-view/icon orrery/cmd/orrery-view/filming orrery/cmd/orrery-view/lesson orrery/cmd/orrery-view/open orrery/cmd/orrery-view/session orrery/datasets orrery/datasets/generate orrery/world/fit orrery/world/rollout \
	go/parser go/scanner go/ast go/build go/build/constraint go/doc go/doc/comment go/constant os/exec net/netip net/url encoding/json archive/zip \
	$(addprefix github.com/go-json-experiment/json/,jsontext internal/jsonwire) \
	$(addprefix github.com/parquet-go/parquet-go/,encoding/delta encoding/thrift) github.com/klauspost/compress/s2 \
	image/jpeg image/png log time os \
	orrery/cmd/orrery-view/screen orrery/sim/render/film orrery/sim/render/animation orrery/sim/render/plot orrery/learn/train orrery/learn/header orrery/world/spread orrery/world/identify orrery/world/choose orrery/datasets/statistics orrery/datasets/splits orrery/sim/polygon \
	orrery/cmd/orrery-view/session/compare orrery/cmd/orrery-view/session/build github.com/parquet-go/parquet-go/format encoding/hex path/filepath strings bufio encoding/binary \
	github.com/nlpodyssey/safetensors golang.org/x/image/font/sfnt \
	$(addprefix github.com/hajimehoshi/ebiten/v2/internal/,shader shaderir/glsl shaderir gamepad gamepaddb ui) fmt reflect \
	text/template text/template/parse regexp regexp/syntax math/big orrery/sim/ffmpeg orrery/datasets/camera orrery/datasets/storage orrery/cmd/orrery/takes orrery/sim/expression orrery/sim/task orrery/sim/policy \
	orrery/cmd/orrery-view/session/replay orrery/cmd/orrery-view/session/tape orrery/cmd/orrery-view/session/pilot orrery/cmd/orrery/planning orrery/world image/gif compress/lzw encoding/base64 io/fs os/signal strconv context github.com/tidwall/jsonc html go/token path golang.org/x/image/font/opentype orrery/sim/environment github.com/gofrs/flock github.com/moby/sys/atomicwriter orrery/world/region \
	google.golang.org/protobuf/encoding/protowire github.com/parquet-go/parquet-go/encoding compress/zlib compress/gzip golang.org/x/text/encoding/charmap,-gcflags=$(p)=-l)

web: go-command ## the viewer for browsers, into ./dist/web, which any static host can serve, and into the next build of orrery
	@rm -rf dist/web && mkdir -p dist/web
	GOOS=js GOARCH=wasm $(GO) build -trimpath -tags vectors -ldflags='-s -w' $(WEB_SMALL) -o dist/web/orrery-view.wasm ./cmd/orrery-view
	@command -v libdeflate-gzip >/dev/null || .ci/install libdeflate-tools || echo 'make: without libdeflate-tools the page is 4 % larger'
	if command -v libdeflate-gzip >/dev/null; then libdeflate-gzip -12 dist/web/orrery-view.wasm; else gzip -9 -n dist/web/orrery-view.wasm; fi
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" dist/web/
	sed "s/SIZE/$$(wc -c < dist/web/orrery-view.wasm.gz)/;s|TILE|$$($(GO) run ./learn/kernel/wasm | base64 -w0)|" cmd/orrery-view/web/index.html > dist/web/index.html
	cp dist/web/* cmd/orrery/page/files/
	@du -ch --apparent-size dist/web/* | sed -n 's/\ttotal$$/ in all/p'

viewer: web ## make the viewer's page, and install what tests of it and of the window use
	@.ci/install gcc libc6-dev libgl1-mesa-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev pkg-config \
		|| echo 'make: without these the window is not built, and its tests are skipped'
	@.ci/install xvfb libgl1-mesa-dri xdotool imagemagick xauth chromium \
		|| echo 'make: without these the tests of window and page are skipped'

mutate: go-command ## plant 200 small faults and count how many the tests notice, in an hour or two; MUTATE='-report FILE' goes on where FILE ends
	$(GO) run ./cmd/mutate -least 0.85 $(MUTATE)

monkey: viewer ## ten minutes of random input to the viewer
	$(GO) test ./cmd/orrery-view/screen ./cmd/orrery-view/trial -run RandomInput -v -timeout 30m -monkey 10m

go-command:
	@command -v $(GO) >/dev/null || { echo 'make: the go command is missing; install Go 1.26 or newer'; exit 1; }
