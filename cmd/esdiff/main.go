// Command esdiff asks Vedette and real servers the same random questions and tells where the answers differ. It knows HTTP and nothing of ours. Elasticsearch decides where it
// knows the thing that is asked for, else OpenSearch. What differs on purpose stands in known.go and engine/COMPAT.md, is counted and printed; anything else makes the command fail.
//
//	go run ./cmd/esdiff -vedette http://127.0.0.1:9200 -elasticsearch http://127.0.0.1:9202 -opensearch http://127.0.0.1:9201
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
)

type config struct {
	vedette, elasticsearch, opensearch string
	// seed makes worlds and questions; the same seed asks the same again.
	seed uint64
	// requests is how many questions are asked in all.
	requests int
	// only lists the beginnings of the kinds that are asked, with commas between; "" asks all.
	only string
	// prefix is the beginning of the names of indices. Runs on the same servers at the same time need different ones.
	prefix string
	// keep leaves the indices on the servers, so that the printed commands can be run.
	keep bool
	// examples is how many differences of a group are shown.
	examples int
}

var errDifferent = errors.New("answers differ")

func main() {
	var c config
	flag.StringVar(&c.vedette, "vedette", "", "`URL` of Vedette")
	flag.StringVar(&c.elasticsearch, "elasticsearch", "", "`URL` of an Elasticsearch, may be empty")
	flag.StringVar(&c.opensearch, "opensearch", "", "`URL` of an OpenSearch, may be empty")
	flag.Uint64Var(&c.seed, "seed", 0, "makes worlds and questions; 0 is a random one, which is printed")
	flag.IntVar(&c.requests, "requests", 20000, "how many questions to ask")
	flag.StringVar(&c.only, "only", "", "the beginnings of the `KIND`s to ask, such as query.match,body")
	flag.StringVar(&c.prefix, "prefix", "esdiff", "the beginning of the names of indices")
	flag.BoolVar(&c.keep, "keep", false, "leave the indices on the servers")
	flag.IntVar(&c.examples, "examples", 1, "how many examples of a difference to show")
	flag.Parse()
	if c.seed == 0 {
		c.seed = rand.Uint64()>>32 + 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, "esdiff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c config) error {
	if c.vedette == "" || c.elasticsearch == "" && c.opensearch == "" {
		return errors.New("needed: -vedette and at least one of -elasticsearch and -opensearch")
	}
	fmt.Printf("seed %d\n", c.seed)
	asked, err := askAll(ctx, c)
	if asked == nil {
		return err
	}
	if asked.print(os.Stdout, c) > 0 { // what was asked before an error counts too
		err = errors.Join(errDifferent, err)
	}
	return err
}
