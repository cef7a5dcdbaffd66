// Command rate sends HTTP/1.1 requests at a fixed rate, whatever the answers do, and measures each from the moment when it
// was due: an answer that keeps later requests waiting counts against the server for all of them. It prints one JSON object.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const grace = 3 * time.Second

var (
	target      = flag.String("target", "", "address of the server")
	path        = flag.String("path", "/", "path of the request")
	host        = flag.String("host", "", "host of the request")
	token       = flag.String("token", "", "credential of the request")
	connections = flag.Int("connections", 32, "how many connections; one request is in flight on each")
	perSecond   = flag.Float64("rate", 1000, "requests a second")
	duration    = flag.Duration("duration", 5*time.Second, "how long")
	leadIn      = flag.Duration("lead-in", 0, "how much of that, at its start, is left out of the latencies: its connections are new")
)

// result is what is printed.
type result struct {
	Seconds  float64        `json:"seconds"`
	Requests int            `json:"requests"`
	Statuses map[string]int `json:"statuses"`
	Failed   int            `json:"failed"`
	P50us    float64        `json:"p50_us"`
	P99us    float64        `json:"p99_us"`
	P999us   float64        `json:"p999_us"`
}

// connection has at most one request in flight.
type connection struct {
	net.Conn
	in *bufio.Reader
	// due is when the request in flight should have been sent, in nanoseconds since the start.
	due       atomic.Int64
	latencies []time.Duration
	statuses  map[string]int
}

func main() {
	flag.Parse()
	total := int(*perSecond * duration.Seconds())
	idle := make(chan *connection, *connections)
	all := make([]*connection, *connections)
	for i := range all {
		conn, err := net.Dial("tcp", *target)
		if err != nil {
			log.Fatal(err)
		}
		all[i] = &connection{Conn: conn, in: bufio.NewReader(conn), statuses: map[string]int{}}
		idle <- all[i]
	}
	start := time.Now().Add(20 * time.Millisecond)
	var readers sync.WaitGroup
	for _, each := range all {
		readers.Go(func() { each.read(start, idle) })
	}
	send(start, total, idle)
	// What is still on its way gets a little longer.
	deadline := time.Now().Add(grace)
	for range all {
		select {
		case <-idle:
		case <-time.After(time.Until(deadline)):
		}
	}
	for _, each := range all {
		_ = each.Close()
	}
	readers.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(sum(all, total, time.Since(start))); err != nil {
		log.Fatal(err)
	}
}

// send writes each request when it is due, or as soon after as a connection is idle.
func send(start time.Time, total int, idle chan *connection) {
	// A thread of its own: Go's timers wake up to a millisecond late.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	request := []byte(fmt.Sprintf(
		"GET %s HTTP/1.1\r\nhost: %s\r\nauthorization: Bearer %s\r\nuser-agent: keywarden-bench\r\n\r\n", *path, *host, *token))
	end := start.Add(*duration + grace)
	for i := range total {
		due := time.Duration(float64(i) / *perSecond * float64(time.Second))
		if wait := time.Until(start.Add(due)); wait > 0 {
			pause := syscall.NsecToTimespec(wait.Nanoseconds())
			_ = syscall.Nanosleep(&pause, nil)
		}
		select {
		case each := <-idle:
			each.due.Store(int64(due))
			// A connection that is closed shows when it is read.
			_, _ = each.Write(request)
		case <-time.After(time.Until(end)):
			return
		}
	}
}

func (c *connection) read(start time.Time, idle chan *connection) {
	for {
		status, err := response(c.in)
		if err != nil {
			return
		}
		if due := time.Duration(c.due.Load()); due >= *leadIn {
			c.latencies = append(c.latencies, time.Since(start)-due)
		}
		c.statuses[status]++
		idle <- c
	}
}

// response reads one answer with a content-length, and tells its status.
func response(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(line, " ")
	status, _, _ := strings.Cut(rest, " ")
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimSpace(line)
		if line == "" {
			_, err = io.CopyN(io.Discard, in, int64(length))
			return status, err
		}
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "content-length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return "", err
			}
		}
	}
}

func sum(all []*connection, total int, elapsed time.Duration) result {
	answers := result{Seconds: elapsed.Seconds(), Requests: total, Statuses: map[string]int{}}
	var latencies []time.Duration
	answered := 0
	for _, each := range all {
		latencies = append(latencies, each.latencies...)
		for status, count := range each.statuses {
			answers.Statuses[status] += count
			answered += count
		}
	}
	answers.Failed = total - answered
	slices.Sort(latencies)
	answers.P50us, answers.P99us, answers.P999us = at(latencies, 0.5), at(latencies, 0.99), at(latencies, 0.999)
	return answers
}

func at(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(share*float64(len(sorted)-1))].Nanoseconds()) / 1000
}
