package storage

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

const victimVariable = "VEDETTE_TEST_VICTIM"

// victim writes documents into a data directory for ever, and prints the number of each when it is acknowledged.
func victim(path string) {
	d, err := Open(path, Options{RefreshInterval: time.Millisecond})
	if err != nil {
		panic(err)
	}
	ix, err := d.Index("test", readTest)
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		err := ix.Write(func(w *Writer) error {
			now, err := w.Current(fmt.Sprint(n))
			if err != nil {
				return err
			}
			doc := &document.Document{ID: fmt.Sprint(n), Version: now.Version + 1, Source: fmt.Appendf(nil, `{"n":%d}`, n)}
			if err := readTest(doc, ""); err != nil {
				return err
			}
			if err := w.Put(doc, ""); err != nil {
				return err
			}
			if n >= 10 && n%3 == 0 {
				w.Delete(fmt.Sprint(n-10), 2)
			}
			return nil
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

// alive says whether a document must be there when the writes up to last are acknowledged; unsure are those that the next write may change.
func alive(n, last int) (is, unsure bool) {
	deletedBy := n + 10
	deletes := deletedBy%3 == 0
	return n <= last && !(deletes && deletedBy <= last), n == last+1 || deletes && deletedBy == last+1
}

func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	if path := os.Getenv(victimVariable); path != "" {
		victim(path)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 5 {
		path := t.TempDir()
		last := killAfter(t, path, 1+random.IntN(400))
		if found := checkDir(t, path, false); len(found) > 0 { // an end of the log that was never acknowledged is none
			t.Errorf("check after the kill: %v", found)
		}
		d := openDir(t, path)
		ix, err := d.Index("test", readTest)
		if err != nil {
			t.Fatal(err)
		}
		for n := range last + 3 {
			got, err := ix.Get(fmt.Sprint(n))
			if err != nil {
				t.Fatal(err)
			}
			want, unsure := alive(n, last)
			if got.Found != want && !unsure {
				t.Errorf("after %d acknowledged writes document %d is there: %v", last+1, n, got.Found)
			}
			if got.Found && string(got.Source) != fmt.Sprintf(`{"n":%d}`, n) {
				t.Errorf("document %d is %s", n, got.Source)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter runs the victim, kills it when so many writes are acknowledged, and returns the number of the last one.
func killAfter(t *testing.T, path string, writes int) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAKilledProcessLosesNothingAcknowledged$")
	cmd.Env = append(os.Environ(), victimVariable+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := -1
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("the victim says %q", lines.Text())
		}
		if last+1 == writes {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	if last+1 < writes {
		t.Fatalf("the victim ended after %d writes", last+1)
	}
	return last
}
