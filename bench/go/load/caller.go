package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	window    = 1 << 30
	grace     = 3 * time.Second
	unaware   = 14 // gRPC's UNAVAILABLE: the server could not tell.
	remembers = 1 << 17
)

// pace is how much a caller may ask for.
type pace struct {
	end     time.Time
	most    int
	perSec  float64
	streams int
}

// caller is one connection. One goroutine writes and reads it.
type caller struct {
	conn    net.Conn
	in      *bufio.Reader
	out     *bufio.Writer
	framer  *http2.Framer
	headers []byte
	body    []byte
	choose  func() []byte

	nextID     uint32
	sendWindow int
	received   int
	inFlight   int
	issued     int
	started    [remembers]time.Time
	answered   [remembers]bool

	allowed, denied, untold, failed int
	latencies                       []time.Duration
	lastAnswer                      time.Time
	problem                         error
}

// framed puts gRPC's prefix before a message.
func framed(message []byte) []byte {
	prefixed := make([]byte, 5, 5+len(message))
	binary.BigEndian.PutUint32(prefixed[1:], uint32(len(message)))
	return append(prefixed, message...)
}

func dial(target string, body []byte, choose func() []byte) (*caller, error) {
	conn, err := net.Dial("tcp", target)
	if err != nil {
		return nil, err
	}
	c := &caller{
		conn:       conn,
		in:         bufio.NewReaderSize(conn, 1<<18),
		out:        bufio.NewWriterSize(conn, 1<<18),
		headers:    headerBlock(target),
		body:       body,
		choose:     choose,
		nextID:     1,
		sendWindow: 65535,
		latencies:  make([]time.Duration, 0, 1<<20),
	}
	c.framer = http2.NewFramer(c.out, c.in)
	c.framer.SetReuseFrames()
	if _, err := c.out.WriteString(http2.ClientPreface); err != nil {
		return nil, err
	}
	// Without a table the server can't refer to earlier headers, so those of most answers need not be decoded.
	err = errors.Join(
		c.framer.WriteSettings(
			http2.Setting{ID: http2.SettingHeaderTableSize, Val: 0},
			http2.Setting{ID: http2.SettingEnablePush, Val: 0},
			http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 20}),
		c.framer.WriteWindowUpdate(0, window),
		c.out.Flush())
	return c, err
}

func headerBlock(target string) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	encoder.SetMaxDynamicTableSize(0)
	for _, field := range []hpack.HeaderField{
		{Name: ":method", Value: "POST"},
		{Name: ":scheme", Value: "http"},
		{Name: ":path", Value: "/envoy.service.auth.v3.Authorization/Check"},
		{Name: ":authority", Value: target},
		{Name: "te", Value: "trailers"},
		{Name: "grpc-timeout", Value: "2S"},
		{Name: "content-type", Value: "application/grpc"},
	} {
		// Writing to memory does not fail.
		_ = encoder.WriteField(field)
	}
	return block.Bytes()
}

func (c *caller) run(start time.Time, p pace) {
	defer c.conn.Close()
	for {
		now := time.Now()
		over := !now.Before(p.end) || (p.most > 0 && c.issued >= p.most)
		if over && (c.inFlight == 0 || now.After(p.end.Add(grace))) {
			c.failed += c.inFlight
			return
		}
		if !over {
			c.issue(start, now, p)
		}
		if err := c.receive(now, p); err != nil {
			c.problem = err
			c.failed += c.inFlight
			return
		}
	}
}

// issue sends as many calls as may be in flight, and as are due.
func (c *caller) issue(start, now time.Time, p pace) {
	due := c.issued + p.streams
	if p.perSec > 0 {
		due = int(now.Sub(start).Seconds() * p.perSec)
	}
	if p.most > 0 {
		due = min(due, p.most)
	}
	for c.inFlight < p.streams && c.issued < due && c.sendWindow >= len(c.body) {
		if c.choose != nil {
			copy(c.body[5+*offset:], c.choose())
		}
		c.started[c.slot(c.nextID)] = now
		c.answered[c.slot(c.nextID)] = false
		// A broken connection shows when it is read.
		_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: c.nextID, BlockFragment: c.headers, EndHeaders: true})
		_ = c.framer.WriteData(c.nextID, true, c.body)
		c.sendWindow -= len(c.body)
		c.nextID += 2
		c.inFlight++
		c.issued++
	}
	_ = c.out.Flush()
}

// receive waits for something, and takes all that has arrived.
func (c *caller) receive(now time.Time, p pace) error {
	wait := p.end.Add(grace)
	if p.perSec > 0 {
		wait = now.Add(time.Millisecond)
	}
	if err := c.conn.SetReadDeadline(wait); err != nil {
		return err
	}
	if _, err := c.in.Peek(1); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		return err
	}
	if err := c.conn.SetReadDeadline(p.end.Add(2 * grace)); err != nil {
		return err
	}
	arrival := time.Now()
	for more := true; more; more = c.in.Buffered() > 0 {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return err
		}
		if err := c.take(frame, arrival); err != nil {
			return err
		}
	}
	return nil
}

func (c *caller) take(frame http2.Frame, now time.Time) error {
	switch f := frame.(type) {
	case *http2.DataFrame:
		c.judge(f)
		if f.StreamEnded() {
			c.end(f.StreamID, now)
		}
	case *http2.HeadersFrame:
		if f.StreamEnded() {
			c.end(f.StreamID, now)
		}
	case *http2.RSTStreamFrame:
		c.end(f.StreamID, now)
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return c.framer.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return errors.Join(c.framer.WritePing(true, f.Data), c.out.Flush())
		}
	case *http2.WindowUpdateFrame:
		if f.StreamID == 0 {
			c.sendWindow += int(f.Increment)
		}
	case *http2.GoAwayFrame:
		return fmt.Errorf("the server goes away: %v: %w", f.ErrCode, io.EOF)
	}
	return nil
}

func (c *caller) judge(f *http2.DataFrame) {
	data := f.Data()
	c.received += len(data)
	if c.received > window/2 {
		_ = c.framer.WriteWindowUpdate(0, uint32(c.received))
		c.received = 0
	}
	if len(data) < 5 || c.answered[c.slot(f.StreamID)] {
		return
	}
	c.answered[c.slot(f.StreamID)] = true
	switch code(data[5:]) {
	case 0:
		c.allowed++
	case unaware:
		c.untold++
	default:
		c.denied++
	}
}

// code is the code of a CheckResponse's status.
func code(response []byte) uint64 {
	for len(response) > 0 {
		number, kind, n := protowire.ConsumeTag(response)
		if n < 0 {
			return unaware
		}
		response = response[n:]
		if number == 1 && kind == protowire.BytesType {
			status, n := protowire.ConsumeBytes(response)
			if n > 0 && len(status) > 1 && status[0] == 0x08 {
				value, _ := protowire.ConsumeVarint(status[1:])
				return value
			}
			return 0
		}
		if n = protowire.ConsumeFieldValue(number, kind, response); n < 0 {
			return unaware
		}
		response = response[n:]
	}
	return 0
}

func (c *caller) end(stream uint32, now time.Time) {
	slot := c.slot(stream)
	c.inFlight--
	c.lastAnswer = now
	if !c.answered[slot] {
		c.failed++
		return
	}
	c.latencies = append(c.latencies, now.Sub(c.started[slot]))
}

func (c *caller) slot(stream uint32) uint32 {
	return (stream >> 1) % remembers
}
