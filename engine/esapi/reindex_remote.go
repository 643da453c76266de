package esapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// maxRemoteBytes is how large an answer of another server may be, as Elasticsearch's buffer for it.
const maxRemoteBytes = 100 << 20

// remoteKeepAlive is how long the other server keeps a search between two batches.
const remoteKeepAlive = "5m"

// remoteSource is the `remote` of a _reindex.
type remoteSource struct {
	Host           string          `json:"host"`
	Username       string          `json:"username"`
	Password       string          `json:"password"`
	SocketTimeout  string          `json:"socket_timeout"`
	ConnectTimeout string          `json:"connect_timeout"`
	Headers        json.RawMessage `json:"headers"`
}

// A remoteReader reads the documents of another server by scrolling.
type remoteReader struct {
	base   *url.URL
	source *remoteSource
	client *http.Client
	index  string
}

// reindexRemote reads from another server, which must be on the list of those that are allowed.
func (c *call) reindexRemote(b *byQuery, body *reindexBody, description string) error {
	r, err := c.s.remoteReader(body.Source.Remote)
	if err != nil {
		return err
	}
	r.index = strings.Join(body.Source.Index, ",")
	b.remote = r
	return c.sendByQuery(b, "indices:data/write/reindex", description)
}

func (s *Server) remoteReader(from *remoteSource) (*remoteReader, error) {
	base, err := url.Parse(from.Host)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Port() == "" || base.RawQuery != "" || base.User != nil {
		return nil, eserr.Illegal("[host] must be of the form [scheme]://[host]:[port](/[pathPrefix])? but was [%s]", clip(from.Host))
	}
	if !isAllowed(s.o.ReindexRemote, base.Host) {
		return nil, eserr.Illegal("[%s] not whitelisted in reindex.remote.whitelist: start the server with --reindex-remote", clip(base.Host))
	}
	if len(from.Headers) > 0 && string(from.Headers) != "{}" {
		return nil, unsupported("[headers] of a remote source")
	}
	whole, err := timeoutOf(from.SocketTimeout, "socket_timeout")
	if err != nil {
		return nil, err
	}
	connect, err := timeoutOf(from.ConnectTimeout, "connect_timeout")
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: connect, Control: func(_, address string, _ syscall.RawConn) error { return checkAddress(s.o.ReindexRemote, address) }}
	return &remoteReader{base: base, source: from, client: &http.Client{
		Timeout:       whole,
		Transport:     &http.Transport{DialContext: dialer.DialContext, ResponseHeaderTimeout: whole, DisableKeepAlives: true}, // and no proxy
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func timeoutOf(text, name string) (time.Duration, error) {
	if text == "" {
		return 30 * time.Second, nil
	}
	ms, err := dates.ParseDuration(text, name)
	if err == nil && ms < 1 {
		err = eserr.Illegal("[%s] must be greater than 0", name)
	}
	return time.Duration(ms) * time.Millisecond, err
}

// isAllowed says whether a list has HOST:PORT.
func isAllowed(list []string, hostPort string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool { return glob.Match(strings.ToLower(pattern), strings.ToLower(hostPort)) })
}

// checkAddress refuses addresses that lead into one's own network, unless the list has the address itself: who controls a listed name must not be able to reach what stands
// behind our firewall. The name localhost stands for the loopback addresses.
func checkAddress(list []string, address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %s: %w", address, err)
	}
	ip := at.Addr().Unmap()
	port := strconv.Itoa(int(at.Port()))
	inside := ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsInterfaceLocalMulticast() || sharedSpace.Contains(ip)
	if !inside || isAllowed(list, net.JoinHostPort(ip.String(), port)) || ip.IsLoopback() && isAllowed(list, "localhost:"+port) {
		return nil
	}
	return &addressError{ip.String()}
}

// sharedSpace is that of carriers, and of some clouds' metadata services.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

type addressError struct{ ip string }

// Error implements error.
func (e *addressError) Error() string {
	return "its address " + e.ip + " is a private one: list the address itself in --reindex-remote to allow it"
}

// A remotePage is an answer of the other server.
type remotePage struct {
	ScrollID string `json:"_scroll_id"`
	TimedOut bool   `json:"timed_out"`
	Shards   struct {
		Failed int `json:"failed"`
	} `json:"_shards"`
	Hits struct {
		Total json.RawMessage `json:"total"`
		Hits  []struct {
			Index   string          `json:"_index"`
			ID      string          `json:"_id"`
			Version *int64          `json:"_version"`
			Routing string          `json:"_routing"`
			Source  json.RawMessage `json:"_source"`
		} `json:"hits"`
	} `json:"hits"`
}

// total is the number of hits, which servers of old tell as a number.
func (p *remotePage) total() int64 {
	var n int64
	var o struct{ Value int64 }
	if json.Unmarshal(p.Hits.Total, &n) == nil {
		return n
	}
	_ = json.Unmarshal(p.Hits.Total, &o) // 0 if it is neither, and nothing is done
	return o.Value
}

// eachRemote goes through the documents of the other server.
func (b *byQuery) eachRemote(ctx context.Context) error {
	began := b.now()
	page, err := b.remote.begin(ctx, b)
	if err != nil {
		return err
	}
	defer func() { b.remote.end(context.WithoutCancel(ctx), page.ScrollID) }()
	b.mu.Lock()
	b.answer.total, b.size = min(page.total(), b.max), b.batch
	b.mu.Unlock()
	for len(page.Hits.Hits) > 0 && !b.ended() {
		if err := b.deal(ctx, began, b.remoteHits(page)); err != nil || b.ended() {
			return err
		}
		began = b.now()
		next, err := b.remote.next(ctx, page.ScrollID)
		if err != nil {
			return err
		}
		if next.ScrollID == "" {
			next.ScrollID = page.ScrollID
		}
		page = next
	}
	return nil
}

// remoteHits are the hits of a page, as far as they are still wanted.
func (b *byQuery) remoteHits(page *remotePage) []engine.Hit {
	b.mu.Lock()
	left := b.answer.total - b.answer.handled()
	b.mu.Unlock()
	var hits []engine.Hit
	for _, h := range page.Hits.Hits[:min(int64(len(page.Hits.Hits)), left)] {
		hits = append(hits, engine.Hit{Index: h.Index, ID: h.ID, Version: h.Version, Routing: h.Routing, Source: h.Source})
	}
	return hits
}

func (r *remoteReader) begin(ctx context.Context, b *byQuery) (*remotePage, error) {
	query := b.query
	if query == nil {
		query = json.RawMessage(`{"match_all":{}}`)
	}
	body, err := encode(map[string]any{"query": query, "_source": b.source, "sort": []string{"_doc"}, "version": true, "size": min(b.batch, b.max)})
	if err != nil {
		return nil, err
	}
	return r.ask(ctx, http.MethodPost, "/"+escapedList(r.index)+"/_search?scroll="+remoteKeepAlive, body)
}

// escapedList escapes each name of an index expression.
func escapedList(expression string) string {
	names := strings.Split(expression, ",")
	for i, name := range names {
		names[i] = url.PathEscape(name)
	}
	return strings.Join(names, ",")
}

func (r *remoteReader) next(ctx context.Context, scroll string) (*remotePage, error) {
	body, err := encode(map[string]string{"scroll": remoteKeepAlive, "scroll_id": scroll})
	if err != nil {
		return nil, err
	}
	return r.ask(ctx, http.MethodPost, "/_search/scroll", body)
}

// end gives the scroll back; if that fails, it expires.
func (r *remoteReader) end(ctx context.Context, scroll string) {
	if body, err := encode(map[string]any{"scroll_id": []string{scroll}}); err == nil && scroll != "" {
		_, _ = r.ask(ctx, http.MethodDelete, "/_search/scroll", body)
	}
	r.client.CloseIdleConnections()
}

func (r *remoteReader) ask(ctx context.Context, method, path string, body []byte) (*remotePage, error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(r.base.String(), "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, eserr.Illegal("remote [%s]: %s", r.base.Host, err)
	}
	request.Header.Set("Content-Type", typeJSON)
	request.Header.Set("Accept", typeJSON)
	if r.source.Username != "" {
		request.SetBasicAuth(r.source.Username, r.source.Password)
	}
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, r.unreachable(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }() // it was read, or is not wanted
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxRemoteBytes+1))
	switch {
	case err != nil:
		return nil, r.unreachable(ctx, err)
	case len(raw) > maxRemoteBytes:
		return nil, eserr.Illegal("remote [%s]: its answer is larger than [%d] bytes: give a smaller [size] of the source", r.base.Host, maxRemoteBytes)
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return nil, eserr.Illegal("remote [%s]: it redirects to another place, which is not followed", r.base.Host)
	case answer.StatusCode >= 400:
		return nil, eserr.Errorf(answer.StatusCode, "status_exception", "remote [%s] answers: %s", r.base.Host, clip(string(raw)))
	}
	page := &remotePage{}
	if err := json.Unmarshal(raw, page); err != nil {
		return nil, eserr.Illegal("remote [%s]: is it an Elasticsearch? its answer cannot be read: %s", r.base.Host, err)
	}
	if page.Shards.Failed > 0 || page.TimedOut {
		return nil, eserr.Errorf(http.StatusServiceUnavailable, "search_phase_execution_exception", "remote [%s]: some of its documents cannot be read", r.base.Host)
	}
	return page, nil
}

// unreachable is the error of a connection, without what it might tell of the network.
func (r *remoteReader) unreachable(ctx context.Context, err error) error {
	var refused *addressError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &refused):
		return eserr.Illegal("remote [%s]: %s", r.base.Host, refused)
	}
	return eserr.Errorf(http.StatusServiceUnavailable, "connect_exception", "remote [%s] cannot be reached", r.base.Host)
}
