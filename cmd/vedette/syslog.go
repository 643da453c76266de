package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/syslog"
)

// Where lines of syslog go, and what reads them.
const (
	syslogStream   = "logs-system.syslog-default"
	syslogDataset  = "system.syslog"
	syslogPipeline = "vedette-syslog"
	noPipeline     = "_none" // Elasticsearch's name for not even that of the index
)

// syslogFlags are the addresses at which syslog is taken.
type syslogFlags struct {
	ListenSyslogUDP string `name:"listen-syslog-udp" help:"Address at which lines of syslog are taken by UDP." placeholder:"ADDR"`
	ListenSyslogTCP string `name:"listen-syslog-tcp" help:"Address at which lines of syslog are taken by TCP." placeholder:"ADDR"`
	ListenSyslogTLS string `name:"listen-syslog-tls" help:"Address at which lines of syslog are taken by TLS, with the certificate of --tls-cert." placeholder:"ADDR"`
}

// check refuses addresses as those of the API are; syslog knows no password, and only TLS cannot be read on the way.
func (f *syslogFlags) check(s *serverFlags) error {
	plain := *s
	plain.TLSCert = ""
	for _, l := range []struct {
		flag, address string
		rules         *serverFlags
	}{{"--listen-syslog-udp", f.ListenSyslogUDP, &plain}, {"--listen-syslog-tcp", f.ListenSyslogTCP, &plain}, {"--listen-syslog-tls", f.ListenSyslogTLS, s}} {
		if l.address == "" {
			continue
		}
		host, _, err := net.SplitHostPort(l.address)
		if err != nil {
			return fmt.Errorf("%s %q: must be HOST:PORT, such as 127.0.0.1:6514", l.flag, l.address)
		}
		if loopback(host) {
			continue
		}
		if err := l.rules.checkOpen(l.flag, l.address, inContainer()); err != nil {
			if l.rules == &plain && s.TLSCert != "" && s.Auth != "off" {
				return fmt.Errorf("%s %q: others could read and forge events on the way; use --listen-syslog-tls, or say --insecure-http", l.flag, l.address)
			}
			return err
		}
	}
	if f.ListenSyslogTLS != "" && s.TLSCert == "" {
		return fmt.Errorf("--listen-syslog-tls %q: give --tls-cert and --tls-key", f.ListenSyslogTLS)
	}
	return nil
}

// syslogSource takes lines of syslog and stores them.
type syslogSource struct {
	*syslog.Listener
	writer *syslogWriter
	o      syslog.Options
}

// openSyslog opens the sockets. Without any a.syslog stays nil.
func (a *app) openSyslog() (err error) {
	s := &syslogSource{writer: &syslogWriter{}, o: syslog.Options{Log: a.log, TLS: a.tls, DrainWait: stopWait}}
	if address := a.flags.ListenSyslogUDP; address != "" {
		if s.o.Packets, err = a.listenPackets("--listen-syslog-udp", address); err != nil {
			return err
		}
	}
	if address := a.flags.ListenSyslogTCP; address != "" {
		if s.o.Streams, err = a.listen("--listen-syslog-tcp", address); err != nil {
			return err
		}
	}
	if address := a.flags.ListenSyslogTLS; address != "" {
		if s.o.Secure, err = a.listen("--listen-syslog-tls", address); err != nil {
			return err
		}
	}
	if s.o.Packets != nil || s.o.Streams != nil || s.o.Secure != nil {
		s.o.Writer = s.writer
		s.Listener, a.syslog = syslog.New(s.o), s
	}
	return nil
}

// packetBuffer is what the kernel is asked to hold of datagrams that were not read yet; it may hold less.
const packetBuffer = 4 << 20

func (a *app) listenPackets(flag, address string) (net.PacketConn, error) {
	c, err := net.ListenPacket("udp", address)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: stop what listens there, or choose another address", flag, address, err)
	}
	a.closers = append(a.closers, func() error {
		if err := c.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return c, c.(*net.UDPConn).SetReadBuffer(packetBuffer)
}

// run takes lines until ctx ends.
func (s *syslogSource) run(ctx context.Context) error {
	if s.o.Packets != nil {
		s.o.Log.Info("syslog is listening", "transport", syslog.UDP, "address", s.o.Packets.LocalAddr().String())
	}
	for transport, l := range map[syslog.Transport]net.Listener{syslog.TCP: s.o.Streams, syslog.TLS: s.o.Secure} {
		if l != nil {
			s.o.Log.Info("syslog is listening", "transport", transport, "address", l.Addr().String())
		}
	}
	return s.Run(ctx)
}

// status is how the listener stands, as other sources tell it. What the pipeline could not read is marked in the events and not counted here.
func (s *syslogSource) status() ingest.SourceStatus {
	now := s.Status()
	out := ingest.SourceStatus{Name: sourceSyslog, State: ingest.StateIdle, LastEvent: now.LastLine}
	out.Counts.Events, out.Counts.PipelineErrors = now.Stored, s.writer.refused.Load()
	for _, c := range now.By {
		out.Counts.Bytes += c.Bytes
	}
	if now.Waiting {
		out.State = ingest.StateFailed
	}
	if f := now.LastFailure; f != nil {
		out.LastError = &ingest.Problem{At: f.At, Message: f.Err.Error()}
	}
	out.Datasets = []ingest.DatasetStatus{{Dataset: ingest.Dataset{Name: syslogDataset, Type: "syslog"}, Events: out.Counts.Events, PipelineErrors: out.Counts.PipelineErrors, LastEvent: now.LastLine}}
	return out
}

// syslogWriter is the syslog.Writer: lines go through the pipeline into the data stream. A line that is refused for what it says, which only a pipeline or a mapping of the user can do, is stored as it is
// with the reason. A pipeline that fails answers 500, as a fault of the store does; which it was shows when the line is written without one.
type syslogWriter struct {
	backend engine.Backend
	refused atomic.Int64
}

// Write implements syslog.Writer.
func (w *syslogWriter) Write(ctx context.Context, lines []syslog.Line) error {
	ops := make([]engine.BulkOp, len(lines))
	for i := range lines {
		ops[i] = engine.BulkOp{Action: "create", Index: syslogStream, ID: lines[i].ID, Source: syslogDocument(&lines[i], nil), Pipeline: syslogPipeline}
	}
	refused, err := w.try(ctx, ops)
	if err != nil || len(refused) == 0 {
		return err
	}
	ops = ops[:0]
	for i, reason := range refused {
		ops = append(ops, engine.BulkOp{Action: "create", Index: syslogStream, ID: lines[i].ID, Source: syslogDocument(&lines[i], reason), Pipeline: noPipeline})
	}
	again, err := w.try(ctx, ops)
	for _, reason := range again {
		return fmt.Errorf("a line is refused by %s without a pipeline too: %w", syslogStream, reason)
	}
	if err == nil {
		w.refused.Add(int64(len(ops)))
	}
	return err
}

// try writes once. refused are those that are not refused for now, by their place; err is why all has to be tried again. What is there already was written before.
func (w *syslogWriter) try(ctx context.Context, ops []engine.BulkOp) (refused map[int]*engine.Error, err error) {
	answer, err := w.backend.Bulk(ctx, operator, ops, engine.BulkOptions{})
	if err != nil {
		return nil, err
	}
	refused = map[int]*engine.Error{}
	for i, item := range answer.Items {
		switch {
		case item.Error == nil || item.Status == http.StatusConflict:
		case item.Status == http.StatusTooManyRequests || item.Status == http.StatusServiceUnavailable:
			return nil, item.Error
		default:
			refused[i] = item.Error
		}
	}
	return refused, nil
}

// syslogEvent is the document that the pipeline is given. Names as Elastic's: https://www.elastic.co/docs/reference/beats/filebeat/exported-fields-log
type syslogEvent struct {
	Timestamp string `json:"@timestamp"` // when it came; what the line says goes before it
	Message   string `json:"message"`
	Input     struct {
		Type syslog.Transport `json:"type"`
	} `json:"input"`
	Log struct {
		Flags  []string `json:"flags,omitempty"`
		Source struct {
			Address string `json:"address"`
		} `json:"source"`
	} `json:"log"`
	Event map[string]string `json:"event,omitempty"`
	Error map[string]string `json:"error,omitempty"`
}

// syslogDocument is a line as a document. reason is why the pipeline did not take it, or nil.
func syslogDocument(l *syslog.Line, reason *engine.Error) json.RawMessage {
	d := syslogEvent{Timestamp: l.At.UTC().Format("2006-01-02T15:04:05.000Z"), Message: l.Text}
	d.Input.Type, d.Log.Source.Address = l.Transport, l.From.String()
	if l.Cut {
		d.Log.Flags = []string{"truncated"}
	}
	if reason != nil {
		d.Event = map[string]string{"kind": "pipeline_error", "module": "system", "dataset": syslogDataset, "original": l.Text}
		d.Error = map[string]string{"message": reason.Reason}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		panic("BUG: " + err.Error()) // texts
	}
	return bytes.TrimSpace(out.Bytes())
}

var (
	transportLabels = []string{"transport"}
	syslogLines     = prometheus.NewDesc("vedette_syslog_lines_total", "Lines of syslog that were read.", transportLabels, nil)
	syslogBytes     = prometheus.NewDesc("vedette_syslog_bytes_total", "Bytes of these lines.", transportLabels, nil)
	syslogCut       = prometheus.NewDesc("vedette_syslog_cut_lines_total", "Lines that were longer than is kept, or within which the connection ended.", transportLabels, nil)
	syslogCutBytes  = prometheus.NewDesc("vedette_syslog_cut_bytes_total", "Bytes of lines beyond what is kept.", transportLabels, nil)
	syslogDropped   = prometheus.NewDesc("vedette_syslog_dropped_total", "Lines that were dropped because the queue was full (UDP), or at the end of the process.", transportLabels, nil)
	syslogOpen      = prometheus.NewDesc("vedette_syslog_connections", "Connections that are open.", transportLabels, nil)
	syslogRefused   = prometheus.NewDesc("vedette_syslog_connections_refused_total", "Connections that were refused because too many were open.", transportLabels, nil)
	syslogBroken    = prometheus.NewDesc("vedette_syslog_connections_broken_total", "Connections that ended with an error: a wrong length, a failed handshake, silence, a reset.", transportLabels, nil)
)

var syslogDescs = []*prometheus.Desc{syslogLines, syslogBytes, syslogCut, syslogCutBytes, syslogDropped, syslogOpen, syslogRefused, syslogBroken}

// collectSyslog tells /metrics of the listener, if there is one.
func (m stateMetrics) collectSyslog(counter func(*prometheus.Desc, int64, ...string), gauge func(*prometheus.Desc, float64, ...string)) {
	if m.syslog == nil {
		return
	}
	for transport, c := range m.syslog.Status().By {
		name := string(transport)
		gauge(syslogOpen, float64(c.Connections), name)
		for desc, n := range map[*prometheus.Desc]int64{syslogLines: c.Lines, syslogBytes: c.Bytes, syslogCut: c.Cut, syslogCutBytes: c.CutBytes, syslogDropped: c.Dropped, syslogRefused: c.Refused, syslogBroken: c.Broken} {
			counter(desc, n, name)
		}
	}
}
