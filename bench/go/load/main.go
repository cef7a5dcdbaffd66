// Command load asks a gRPC check server over plain HTTP/2, as fast as it answers or at a steady rate, with one token or
// with many. It speaks HTTP/2 frames itself and prepares its requests, so that it costs less than what it measures.
// It prints one JSON object.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"math/rand"
	"os"
	"slices"
	"sync"
	"time"
)

var (
	target      = flag.String("target", "", "address of the server")
	body        = flag.String("body", "", "file with a CheckRequest")
	tokens      = flag.String("tokens", "", "file of tokens, one a line, all of one length; without it the body is sent as it is")
	offset      = flag.Int("offset", 0, "where in the body the token stands")
	pattern     = flag.String("pattern", "uniform", "which token comes next: uniform, zipf or sequence")
	first       = flag.Int("first", 0, "the first token that is used")
	count       = flag.Int("count", 0, "how many tokens are used; 0: all from the first on")
	stride      = flag.Int("stride", 1, "how far apart in the file these are")
	connections = flag.Int("connections", 2, "how many connections")
	streams     = flag.Int("streams", 32, "how many calls are in flight on each connection")
	duration    = flag.Duration("duration", 5*time.Second, "how long")
	most        = flag.Int("most", 0, "how many calls at most; 0: no limit but the duration")
	rate        = flag.Float64("rate", 0, "calls a second at most, over all connections; 0: as fast as they are answered")
)

// result is what is printed.
type result struct {
	Seconds  float64 `json:"seconds"`
	Checks   int     `json:"checks"`
	Allowed  int     `json:"allowed"`
	Denied   int     `json:"denied"`
	Untold   int     `json:"untold"`
	Failed   int     `json:"failed"`
	P50us    float64 `json:"p50_us"`
	P99us    float64 `json:"p99_us"`
	P999us   float64 `json:"p999_us"`
	Problems string  `json:"problems,omitempty"`
}

func main() {
	flag.Parse()
	template, err := os.ReadFile(*body)
	if err != nil {
		log.Fatal(err)
	}
	book, err := openBook(*tokens)
	if err != nil {
		log.Fatal(err)
	}
	callers := make([]*caller, *connections)
	for i := range callers {
		if callers[i], err = dial(*target, framed(template), book.chooser(i, *connections)); err != nil {
			log.Fatal(err)
		}
	}
	start := time.Now()
	var all sync.WaitGroup
	for _, each := range callers {
		all.Go(func() {
			each.run(start, pace{
				end:     start.Add(*duration),
				most:    *most / *connections,
				perSec:  *rate / float64(*connections),
				streams: *streams,
			})
		})
	}
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(sum(callers, start)); err != nil {
		log.Fatal(err)
	}
}

func sum(callers []*caller, start time.Time) result {
	var total result
	var latencies []time.Duration
	last := start
	for _, each := range callers {
		total.Allowed += each.allowed
		total.Denied += each.denied
		total.Untold += each.untold
		total.Failed += each.failed
		latencies = append(latencies, each.latencies...)
		if each.lastAnswer.After(last) {
			last = each.lastAnswer
		}
		if each.problem != nil {
			total.Problems = each.problem.Error()
		}
	}
	total.Checks = len(latencies)
	total.Seconds = last.Sub(start).Seconds()
	slices.Sort(latencies)
	total.P50us, total.P99us, total.P999us = at(latencies, 0.5), at(latencies, 0.99), at(latencies, 0.999)
	return total
}

func at(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(share*float64(len(sorted)-1))].Nanoseconds()) / 1000
}

// book holds the tokens, each of the same length.
type book struct {
	text  []byte
	width int
}

func openBook(file string) (book, error) {
	if file == "" {
		return book{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return book{}, err
	}
	width := slices.Index(text, '\n')
	return book{text: text, width: width}, nil
}

// chooser answers the tokens of one of several connections, one after another; nil where there is no book.
func (b book) chooser(index, of int) func() []byte {
	if b.width == 0 {
		return nil
	}
	n := *count
	if n == 0 {
		n = len(b.text)/(b.width+1) - *first
	}
	random := rand.New(rand.NewSource(int64(index) + time.Now().UnixNano()))
	next := index - of
	rank := func() int { return random.Intn(n) }
	switch *pattern {
	case "zipf":
		zipf := rand.NewZipf(random, 1.1, 1, uint64(n-1))
		rank = func() int { return int(zipf.Uint64()) }
	case "sequence":
		rank = func() int { next += of; return next % n }
	}
	return func() []byte {
		start := (*first + rank()**stride) * (b.width + 1)
		return b.text[start : start+b.width]
	}
}
