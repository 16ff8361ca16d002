package main

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"orrery/sim"
)

var withCluster = flag.Bool("cluster", false, "also run fleets on two nodes of Slurm, which is started here, and in the image of a container; needs slurm-wlm, munge and root")

// cluster is Slurm with two nodes of one core each on this machine.
type cluster struct {
	dir     string
	daemons []string // files with their process numbers
}

const slurmConf = `ClusterName=test
SlurmctldHost=HOST(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=DIR/munge/socket
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=DIR/state
SlurmdSpoolDir=DIR/%n
SlurmctldPidFile=DIR/controller.pid
SlurmdPidFile=DIR/%n.pid
SlurmctldLogFile=DIR/controller.log
SlurmdLogFile=DIR/%n.log
SlurmctldPort=PORT0
ReturnToService=2
SlurmdTimeout=10
MessageTimeout=5
JobRequeue=1
JobAcctGatherType=jobacct_gather/none
NodeName=n1 NodeHostname=HOST NodeAddr=127.0.0.1 Port=PORT1 CPUs=1
NodeName=n2 NodeHostname=HOST NodeAddr=127.0.0.1 Port=PORT2 CPUs=1
PartitionName=p Nodes=n1,n2 Default=YES State=UP MaxTime=INFINITE
`

// startCluster starts a cluster, which ends with the test, or skips the test where it cannot.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	if !*withCluster {
		t.Skip("make check runs it: go test ./cmd/orrery -run Slurm -cluster")
	}
	for _, program := range []string{"slurmctld", "slurmd", "sbatch", "munged", "runuser"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("without %s no cluster can be started; Debian has it in slurm-wlm and munge", program)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("a cluster can be started by root alone")
	}
	c := &cluster{dir: t.TempDir()}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"DIR", c.dir, "HOST", host}
	for i := range 3 {
		words = append(words, fmt.Sprintf("PORT%d", i), strconv.Itoa(freePort(t)))
	}
	for _, name := range []string{"state", "n1", "n2", "munge"} {
		if err := os.Mkdir(filepath.Join(c.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(c.dir, "slurm.conf")
	for path, content := range map[string][]byte{
		config:                                  []byte(strings.NewReplacer(words...).Replace(slurmConf)),
		filepath.Join(c.dir, "munge", "secret"): bytes.Repeat([]byte("0123456789abcdef"), 8),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for dir := c.dir; dir != filepath.Dir(os.TempDir()) && dir != "/tmp" && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // munged is another user
			t.Fatal(err)
		}
	}
	t.Setenv("SLURM_CONF", config)
	c.must(t, "chown", "-R", "munge:", filepath.Join(c.dir, "munge"))
	below := func(name string) string { return filepath.Join(c.dir, "munge", name) }
	t.Cleanup(func() { c.stop(t) })
	c.daemons = []string{below("pid")}
	c.must(t, "runuser", "-u", "munge", "--", "munged", "--force", "--socket="+below("socket"), "--key-file="+below("secret"), "--pid-file="+below("pid"), "--log-file="+below("log"), "--seed-file="+below("seed"))
	for _, daemon := range [][]string{{"controller", "slurmctld"}, {"n1", "slurmd", "-N", "n1"}, {"n2", "slurmd", "-N", "n2"}} {
		c.daemons = append([]string{filepath.Join(c.dir, daemon[0]+".pid")}, c.daemons...)
		c.must(t, daemon[1], daemon[2:]...)
	}
	waitFor(t, "two idle nodes", func() bool { return strings.Contains(c.must(t, "sinfo", "--noheader", "--format=%D %t"), "2 idle") })
	return c
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// must runs a program, which must succeed, and returns its stdout.
func (c *cluster) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, said.String())
	}
	return string(out)
}

// stop ends the daemons, the last one first.
func (c *cluster) stop(t *testing.T) {
	for _, path := range c.daemons {
		if pid := pidIn(path); pid > 0 {
			_ = syscall.Kill(pid, syscall.SIGTERM)
			waitFor(t, "end of "+filepath.Base(path), func() bool { return syscall.Kill(pid, 0) != nil })
		}
	}
}

// pidIn returns the process number in a file, or 0.
func pidIn(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}

// killNode kills the daemon of a node and all that it runs, as when the machine fails, once it is
// in the middle of a shard below a folder.
func (c *cluster) killNode(t *testing.T, node, shards string) {
	t.Helper()
	waitFor(t, "shard on "+node, func() bool {
		job, index, _ := strings.Cut(strings.TrimSpace(c.must(t, "squeue", "--noheader", "--array", "--nodelist="+node, "--states=RUNNING", "--format=%A %K")), " ")
		victims := append(stepsOf(t, job), pidIn(filepath.Join(c.dir, node+".pid")))
		for i := 0; i < len(victims); i++ {
			victims = append(victims, childrenOf(t, victims[i])...)
		}
		signal := func(s syscall.Signal) {
			for _, pid := range victims {
				if err := syscall.Kill(pid, s); err != nil && err != syscall.ESRCH {
					t.Fatal(err)
				}
			}
		}
		signal(syscall.SIGSTOP)
		if len(victims) < 4 || !has(t, filepath.Join(shards, "shard-"+index, ".partial")) {
			signal(syscall.SIGCONT)
			return false
		}
		signal(syscall.SIGKILL)
		return true
	})
}

// stepsOf returns the processes by which Slurm watches over a job, or over all jobs.
func stepsOf(t *testing.T, job string) (pids []int) {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil && strings.HasPrefix(string(text), "slurmstepd: ["+job) && (job == "" || strings.HasPrefix(string(text), "slurmstepd: ["+job+".")) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}

// asSlurmSeesIt returns a program that is this one where the environment is another.
func asSlurmSeesIt(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "orrery")
	text := fmt.Sprintf("#!/bin/sh\n%s=1 exec %s \"$@\"\n", asProgram, os.Args[0])
	if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return program
}

// killOnSlurm kills what runs on the nodes at random moments, so many times in all: a task, or the script
// that tries it again.
func killOnSlurm(t *testing.T, whole string, times int) (killed int) {
	startCluster(t)
	path := fleetFile(t, "  - {name: data, run: "+fleetGen+", shards: 5, retries: 3}\nslurm: {program: "+asSlurmSeesIt(t)+"}\n")
	results, random := filepath.Join(filepath.Dir(path), "results"), sim.NewRand(1, "slurm", 0)
	for killed < times && !t.Failed() {
		if err := os.RemoveAll(results); err != nil {
			t.Fatal(err)
		}
		for through := false; !through; {
			run, said := start(t, "fleet", "run", path, "--on", "slurm", "--wait")
			ended := make(chan error, 1)
			go func() { ended <- run.Wait() }()
			for over := false; !over; {
				select {
				case err := <-ended:
					if through, over = err == nil, true; err != nil && !strings.Contains(said.String(), "data") {
						t.Fatalf("%v: %s", err, said)
					}
				case <-time.After(time.Duration(random.Float64() * float64(700*time.Millisecond))):
					pids := stepsOf(t, "")
					watching := len(pids) // whose death Slurm notices after minutes only
					for i := 0; i < len(pids); i++ {
						pids = append(pids, childrenOf(t, pids[i])...)
					}
					if pids = pids[watching:]; len(pids) > 0 {
						if strike(pids[random.IntN(len(pids))]) {
							killed++
						}
					}
				}
			}
		}
		sameTree(t, filepath.Join(results, "data"), whole)
	}
	return killed
}

// TestSlurmLosesANodeAndNoByte runs twelve shards on two nodes, one of which fails in the middle.
// The shard it was making is queued again, the merge waits, and the bytes are those of one command.
func TestSlurmLosesANodeAndNoByte(t *testing.T) {
	c := startCluster(t)
	program := asSlurmSeesIt(t)
	const line = "gen mixed --episodes 2400 --frames 121 --seed 3"
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, append(strings.Fields(line), "--out", whole)...)
	path := fleetFile(t, "  - {name: data, run: "+line+", shards: 12}\n  - {name: model, run: \"train {data} --steps 3 --holdout 0.001\"}\n"+
		"  - {name: bad, run: gen mixed --episodes 4 --film video --film-with h264=99, shards: 2}\n  - {name: never, run: \"train {bad} --steps 3\"}\n")
	file := read(t, path)
	if err := os.WriteFile(path, []byte(file+"slurm: {program: "+program+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run, said := start(t, "fleet", "run", path, "--on", "slurm", "--wait")
	results := filepath.Join(filepath.Dir(path), "results")
	shards := filepath.Join(results, ".fleet", "data", "of-12", "shards")
	waitFor(t, "two shards", func() bool {
		done, err := filepath.Glob(filepath.Join(shards, "*", "meta", "info.json"))
		return err == nil && len(done) >= 2
	})
	c.killNode(t, "n1", shards)
	killed := time.Now()
	waitFor(t, "job that is queued again", func() bool {
		job, _, found := strings.Cut(c.must(t, "squeue", "--noheader", "--array", "--states=PENDING", "--format=%A %r"), " BeginTime")
		if found {
			c.must(t, "scontrol", "update", "jobid="+job[strings.LastIndexByte(job, '\n')+1:], "starttime=now") // Slurm waits two minutes
		}
		return found
	})
	if err := run.Wait(); err == nil {
		t.Error("the stage that fails is no error")
	}
	t.Logf("%v after the node was killed: %s", time.Since(killed).Round(time.Second), said)
	for _, want := range []string{"bad 0: --film: H.264 crf 99", "bad 1: ", "never: 0 of 1 tasks are done"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the run says %s, and lacks %q", said, want)
		}
	}
	sameTree(t, filepath.Join(results, "data"), whole)
	if !has(t, filepath.Join(results, "model", "config.json")) {
		t.Error("the model was not trained")
	}
	plan, err := fleets(runArgs).Open(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := plan.Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if g := report.Stages[0]; g.Attempts != 14 || g.Stage != "data" {
		t.Errorf("%d attempts at twelve shards and a merge, want one more for the shard that was lost: %+v", g.Attempts, g)
	}
	noHostNames(t, results)
	if stdout := mustRun(t, "fleet", "status", path); !regexp.MustCompile(`(?m)^data +13/13 `).MatchString(stdout) {
		t.Errorf("status: %s", stdout)
	}
}
