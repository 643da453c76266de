package foldersource

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/unknown"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
)

// memory is a State that outlives its Source, as a data directory does.
type memory struct {
	files map[string]Record
	fail  error
}

func (m *memory) Files() (all []Record, err error) {
	for _, r := range m.files {
		all = append(all, r)
	}
	return all, nil
}

func (m *memory) Save(put []Record, remove []string) error {
	if m.fail != nil {
		return m.fail
	}
	for _, r := range put {
		m.files[r.Key] = r
	}
	for _, key := range remove {
		delete(m.files, key)
	}
	return nil
}

// folder is a folder that is watched, with the clock of whoever watches it.
type folder struct {
	*testing.T
	dir   string
	state memory
	sink  ingesttest.Sink
	now   time.Time
	src   *Source
	pipe  *ingest.Pipeline
	piece int64
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	f := &folder{T: t, dir: t.TempDir(), state: memory{files: map[string]Record{}}, now: time.Now()}
	f.restart()
	return f
}

// restart forgets what was only in memory.
func (f *folder) restart() {
	f.Helper()
	var err error
	if f.src, err = New(Options{Name: "watched", Path: f.dir, State: &f.state, Now: func() time.Time { return f.now }, PieceBytes: f.piece}); err != nil {
		f.Fatal(err)
	}
	f.pipe, err = ingest.New(ingest.Options{Sink: &f.sink, Checkpoints: &ingesttest.Checkpoints{}, Decoders: map[ingest.Format]ingest.Decoder{
		ingest.Unknown: unknown.New(unknown.Options{}), ingest.VPCFlow: vpcflow.New(vpcflow.Options{}), ingest.CloudTrail: cloudtrail.New(cloudtrail.Options{}),
	}})
	if err != nil {
		f.Fatal(err)
	}
}

// passes lets time pass and reads what there is until nothing is left.
func (f *folder) passes(wait time.Duration) ingest.SourceStatus {
	f.Helper()
	f.now = f.now.Add(wait)
	for {
		_, err := f.pipe.Run(context.Background(), f.src)
		more, finish := f.src.Finish()
		if err := errors.Join(err, finish); err != nil {
			f.Fatal(err)
		}
		if !more {
			s, _ := f.pipe.Status("watched")
			return s
		}
	}
}

func (f *folder) write(name, text string, flag int) {
	f.Helper()
	file, err := os.OpenFile(filepath.Join(f.dir, name), flag|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.WriteString(text)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		f.Fatal(err)
	}
}

func (f *folder) rename(from, to string) {
	f.Helper()
	if err := os.Rename(filepath.Join(f.dir, from), filepath.Join(f.dir, to)); err != nil {
		f.Fatal(err)
	}
}

// messages are what was written, in order of the messages.
func (f *folder) messages() (all []string) {
	f.Helper()
	for _, d := range f.sink.Documents() {
		var s struct{ Message string }
		if err := json.Unmarshal(d.Source, &s); err != nil {
			f.Fatal(err)
		}
		all = append(all, s.Message)
	}
	slices.Sort(all)
	return all
}

func (f *folder) want(lines ...string) {
	f.Helper()
	if got := f.messages(); !slices.Equal(got, lines) {
		f.Errorf("the messages are %q, want %q", got, lines)
	}
}

const add = os.O_APPEND

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // into memory
	_ = w.Close()
	return b.String()
}

func TestWhatIsAppendedIsReadOnce(t *testing.T) {
	f := newFolder(t)
	f.write("app.log", "one\ntwo\nthr", 0)
	f.passes(0)
	f.want("one", "two") // the third may go on
	f.write("app.log", "ee\nfour\n", add)
	f.passes(0)
	f.want("four", "one", "three", "two")
	f.restart()
	f.passes(time.Hour)
	f.want("four", "one", "three", "two")
	f.write("app.log", "five", add)
	f.passes(0)
	f.passes(DefaultSettle) // it does not go on
	f.want("five", "four", "one", "three", "two")
}

func TestRotation(t *testing.T) {
	for name, rotate := range map[string]func(*folder){
		"renamed and begun anew": func(f *folder) {
			f.rename("app.log", "app.log.1")
			f.write("app.log", "3 new\n", 0)
		},
		"copied and truncated": func(f *folder) {
			f.write("app.log.1", "1 first\n2 late\n", 0)
			f.write("app.log", "3 new\n", os.O_TRUNC)
		},
		"copied, truncated and longer than before": func(f *folder) {
			f.write("app.log-20261124", "1 first\n2 late\n", 0)
			f.write("app.log", "3 new\n4 more lines than there were before\n", os.O_TRUNC)
		},
		"compressed": func(f *folder) {
			f.write("app.log.1.gz", zipped("1 first\n2 late\n"), 0)
			f.write("app.log", "3 new\n", os.O_TRUNC)
			f.now = f.now.Add(DefaultSettle + time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t)
			f.write("app.log", "1 first\n", 0)
			f.passes(0)
			f.write("app.log", "2 late\n", add)
			rotate(f)
			f.passes(time.Second)
			want := []string{"1 first", "2 late", "3 new", "4 more lines than there were before"}
			f.want(want[:min(len(f.messages()), 4)]...)
			if len(f.messages()) < 3 {
				t.Errorf("only %q", f.messages())
			}
			f.restart()
			f.passes(time.Hour)
			f.want(want[:min(len(f.messages()), 4)]...)
		})
	}
}

func TestARotatedFileThatIsCompressedLaterIsNotReadAgain(t *testing.T) {
	f := newFolder(t)
	f.write("app.log", "1\n2\n", 0)
	f.passes(0)
	f.rename("app.log", "app.log.1")
	f.write("app.log", "3\n", 0)
	f.passes(0)
	f.write("app.log.1.gz", zipped("1\n2\n"), 0)
	if err := os.Remove(filepath.Join(f.dir, "app.log.1")); err != nil {
		t.Fatal(err)
	}
	f.passes(time.Hour)
	f.want("1", "2", "3")
}

func TestTwinsOfOtherNamesAreBothRead(t *testing.T) {
	f := newFolder(t)
	f.write("a.log", "started\n", 0)
	f.write("b.log", "started\n", 0)
	if err := os.Mkdir(filepath.Join(f.dir, "host2"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.write("host2/a.log", "started\n", 0)
	f.passes(0)
	f.want("started", "started", "started")
}

func TestAReplacedFileIsReadFromItsBeginning(t *testing.T) {
	f := newFolder(t)
	f.write("app.log", "old 1\nold 2\n", 0)
	f.passes(0)
	f.write("fresh.tmp", "new 1\nnew 2\nnew 3\n", 0)
	f.rename("fresh.tmp", "app.log")
	f.passes(0)
	f.want("new 1", "new 2", "new 3", "old 1", "old 2")
}

func TestCompressedFilesAreReadWhenWhole(t *testing.T) {
	f := newFolder(t)
	all := zipped("one\ntwo\n")
	f.write("app.gz", all[:20], 0)
	f.passes(0)
	f.want()
	if s := f.passes(DefaultSettle); s.Counts.FilesFailed != 1 { // quiet, and not whole
		t.Errorf("%+v", s.Counts)
	}
	if s := f.passes(time.Hour); s.Counts.FilesFailed != 1 {
		t.Errorf("it is tried again though it did not change: %+v", s.Counts)
	}
	f.write("app.gz", all[20:], add)
	f.passes(DefaultSettle)
	f.passes(DefaultSettle)
	f.want("one", "two")
}

func TestJSONThatIsNotByLinesIsReadAsAWhole(t *testing.T) {
	f := newFolder(t)
	text := "{\"Records\": [\n {\"eventVersion\":\"1.08\",\"eventTime\":\"2026-11-24T10:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\",\"eventID\":\"1\"},\n"
	f.write("trail.json", text, 0)
	f.passes(0)
	f.write("trail.json", " {\"eventVersion\":\"1.08\",\"eventTime\":\"2026-11-24T10:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\",\"eventID\":\"2\"}\n]}", add)
	f.passes(0)
	if n := len(f.sink.Documents()); n != 0 {
		t.Fatalf("%d documents of a file that may go on", n)
	}
	f.passes(DefaultSettle)
	if n := len(f.sink.Documents()); n != 2 {
		t.Errorf("%d documents", n)
	}
}

const flowHeader = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id\n"

func TestTheHeaderServesWhatIsAppended(t *testing.T) {
	f := newFolder(t)
	f.write("flows.log", flowHeader+"2 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK vpc-1\n", 0)
	f.passes(0)
	f.restart()
	f.write("flows.log", "2 111122223333 eni-1 198.51.100.8 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK vpc-2\n", add)
	if s := f.passes(0); s.Counts.PipelineErrors != 0 || len(f.sink.Documents()) != 2 || !strings.Contains(string(f.sink.Documents()[1].Source), "vpc-2") {
		t.Errorf("%+v, %d documents", s.Counts, len(f.sink.Documents()))
	}
}

func TestLongFilesAreReadInPieces(t *testing.T) {
	f := newFolder(t)
	f.piece = 100
	f.restart()
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "line %02d\n", i)
	}
	f.write("app.log", text.String()+strings.Repeat("x", 250), 0)
	f.passes(0)
	if n := len(f.sink.Documents()); n != 102 { // a line that is longer than a piece is cut, and its end is not there yet
		t.Errorf("%d documents", n)
	}
	f.passes(DefaultSettle)
	if n := len(f.sink.Documents()); n != 103 {
		t.Errorf("%d documents in the end", n)
	}
}

func TestACrashBeforeTheRecordIsKeptRepeatsNothing(t *testing.T) {
	f := newFolder(t)
	f.write("app.log", "one\ntwo\n", 0)
	if _, err := f.pipe.Run(context.Background(), f.src); err != nil { // the documents are durable, what was read is not kept
		t.Fatal(err)
	}
	f.write("app.log", "three\n", add)
	f.restart()
	f.passes(0)
	f.want("one", "three", "two")
}

func TestNothingIsReadBeforeItsRecordIsKept(t *testing.T) {
	f := newFolder(t)
	f.write("app.log", "one\n", 0)
	f.state.fail = errors.New("disk full")
	if _, err := f.pipe.Run(context.Background(), f.src); !errors.Is(err, f.state.fail) {
		t.Fatalf("%v", err)
	}
	f.want()
}

func TestFilesThatAreGoneAreForgottenInTheEnd(t *testing.T) {
	f := newFolder(t)
	f.write("stays.log", "1\n", 0)
	f.write("goes.log", "2\n", 0)
	f.passes(0)
	if err := os.Remove(filepath.Join(f.dir, "goes.log")); err != nil {
		t.Fatal(err)
	}
	f.passes(time.Hour)
	if len(f.state.files) != 2 {
		t.Errorf("%d records", len(f.state.files))
	}
	f.passes(keepGone + time.Hour)
	if len(f.state.files) != 1 {
		t.Errorf("%d records", len(f.state.files))
	}
	if err := os.Remove(filepath.Join(f.dir, "stays.log")); err != nil {
		t.Fatal(err)
	}
	f.passes(time.Hour)
	f.passes(keepGone + time.Hour)
	if len(f.state.files) != 1 {
		t.Error("an empty folder, which may not be mounted, was taken for one whose files are gone")
	}
}

func TestAFileThatCannotBeOpenedIsToldAndTheOthersAreRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("root may read everything: a broken link stands for it")
	}
	f := newFolder(t)
	f.write("good.log", "1\n", 0)
	if err := os.Symlink(filepath.Join(f.dir, "nowhere"), filepath.Join(f.dir, "bad.log")); err != nil {
		t.Fatal(err)
	}
	f.passes(0)
	if s := f.passes(time.Second); s.Counts.FilesFailed != 1 || s.Problems[0].Object != filepath.ToSlash(filepath.Join(f.dir, "bad.log")) {
		t.Errorf("%+v", s)
	}
	f.want("1")
	if s := f.passes(retryAfter); s.Counts.FilesFailed != 2 {
		t.Errorf("%+v", s.Counts)
	}
}

func TestIsLines(t *testing.T) {
	for text, want := range map[string]bool{
		"a b c\n": true, "": true, "{\"a\":1}\n": true, "{\"a\":1}\n{\"a\"": true, "[2026-11-24 10:00:00] x\n": true,
		"{\"a\":1}": false, "{\n \"a\":1}\n": false, "[{\"a\":1},\n{\"a\":2}]": false, "[\n{}\n]\n": false, "\x1f\x8b\x08": false, "\x28\xb5\x2f\xfdxx": false, "PAR1": false,
	} {
		if got := isLines(strings.NewReader(text), []byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
