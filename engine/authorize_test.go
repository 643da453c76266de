package engine

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/privilege"
	"github.com/vedette-siem/vedette/engine/search"
)

// methods lists the privileges of each of which one is enough for a method of the Backend, on the cluster or on the index. A method that is not here fails the tests below:
// whoever adds one says here who may call it.
var methods = map[string]struct{ cluster, index []string }{
	"Bulk":               {nil, []string{"write", "create", "create_doc", "index", "delete", "all"}},
	"Get":                {nil, []string{"read", "all"}},
	"Search":             {nil, []string{"read", "all"}},
	"Count":              {nil, []string{"read", "all"}},
	"FieldCaps":          {nil, []string{"read", "view_index_metadata", "manage", "all"}},
	"CreateIndex":        {nil, []string{"create_index", "manage", "all"}},
	"DeleteIndex":        {nil, []string{"delete_index", "manage", "all"}},
	"GetIndex":           {nil, []string{"view_index_metadata", "manage", "all"}},
	"PutMapping":         {nil, []string{"manage", "all"}},
	"PutSettings":        {nil, []string{"manage", "all"}},
	"Refresh":            {nil, []string{"maintenance", "manage", "all"}},
	"IndexStats":         {nil, []string{"monitor", "manage", "all"}},
	"DataStreams":        {nil, []string{"view_index_metadata", "manage", "all"}},
	"CreateDataStream":   {nil, []string{"create_index", "manage", "all"}},
	"DeleteDataStream":   {nil, []string{"delete_index", "manage", "all"}},
	"UpdateAliases":      {nil, []string{"manage", "all"}},
	"PutTemplate":        {[]string{"manage_index_templates", "manage", "all"}, nil},
	"GetTemplates":       {[]string{"manage_index_templates", "monitor", "manage", "all"}, nil},
	"DeleteTemplate":     {[]string{"manage_index_templates", "manage", "all"}, nil},
	"IngestStats":        {[]string{"monitor", "manage", "all"}, nil},
	"Info":               {[]string{"monitor", "manage", "all"}, nil},
	"Health":             {[]string{"monitor", "manage", "all"}, nil},
	"Scroll":             {nil, []string{"read", "all"}},
	"ClearScroll":        {nil, []string{"read", "all"}},
	"OpenPIT":            {nil, []string{"read", "all"}},
	"ClosePIT":           {nil, []string{"read", "all"}},
	"PITs":               {nil, []string{"read", "all"}},
	"SubmitSearch":       {nil, []string{"read", "all"}},
	"AsyncSearch":        {nil, []string{"read", "all"}},
	"DeleteAsyncSearch":  {nil, []string{"read", "all"}},
	"Explain":            {nil, []string{"read", "all"}},
	"DescribeQuery":      {nil, []string{"view_index_metadata", "manage", "all"}},
	"Flush":              {nil, []string{"maintenance", "manage", "all"}},
	"SimulateIndex":      {[]string{"manage_index_templates", "manage", "all"}, nil},
	"SimulateTemplate":   {[]string{"manage_index_templates", "manage", "all"}, nil},
	"Rollover":           {nil, []string{"manage_follow_index", "manage", "all"}},
	"CloseIndex":         {nil, []string{"manage_follow_index", "manage", "all"}},
	"OpenIndex":          {nil, []string{"manage", "all"}},
	"ForceMerge":         {nil, []string{"maintenance", "manage", "all"}},
	"Analyze":            {nil, []string{"manage", "all"}},
	"ModifyDataStreams":  {nil, []string{"manage", "all"}},
	"DiskUsage":          {nil, []string{"manage", "all"}},
	"Segments":           {nil, []string{"monitor", "manage", "all"}},
	"GetLifecycles":      {nil, []string{"view_index_metadata", "manage_data_stream_lifecycle", "manage", "all"}},
	"PutLifecycle":       {nil, []string{"manage_data_stream_lifecycle", "manage", "all"}},
	"ClusterSettings":    {[]string{"monitor", "manage", "all"}, nil},
	"PutClusterSettings": {[]string{"manage", "all"}, nil},
	"Usage":              {[]string{"monitor", "manage", "all"}, nil},
	"PutScript":          {[]string{"manage", "all"}, nil},
	"GetScript":          {[]string{"manage", "all"}, nil},
	"DeleteScript":       {[]string{"manage", "all"}, nil},
	"TermsEnum":          {nil, []string{"read", "all"}},
	"PutPolicy":          {[]string{"manage_ilm", "manage", "all"}, nil},
	"GetPolicies":        {[]string{"manage_ilm", "read_ilm", "manage", "all"}, nil},
	"DeletePolicy":       {[]string{"manage_ilm", "manage", "all"}, nil},
	"RunPolicies":        {[]string{"manage_ilm", "manage", "all"}, nil},
	"PoliciesRun":        {[]string{"manage_ilm", "read_ilm", "manage_slm", "read_slm", "manage", "all"}, nil},
	"ExplainPolicies":    {nil, []string{"view_index_metadata", "manage_ilm", "manage", "all"}},
	"PutPipeline":        {[]string{"manage_ingest_pipelines", "manage_pipeline", "manage", "all"}, nil},
	"GetPipelines":       {[]string{"manage_ingest_pipelines", "read_pipeline", "manage_pipeline", "manage", "all"}, nil},
	"DeletePipeline":     {[]string{"manage_ingest_pipelines", "manage_pipeline", "manage", "all"}, nil},
	"SimulatePipeline":   {[]string{"manage_ingest_pipelines", "read_pipeline", "manage_pipeline", "manage", "all"}, nil},
}

// byID are methods on what the principal itself has opened, which names no index: whose it is another test looks at.
var byID = []string{"Scroll", "ClearScroll", "ClosePIT", "PITs", "AsyncSearch", "DeleteAsyncSearch"}

// bodies are the JSON that methods are called with, where an empty object would not name the index.
var bodies = map[string]string{
	"UpdateAliases":     `{"actions":[{"add":{"index":"NAME","alias":"NAME-alias"}}]}`,
	"ModifyDataStreams": `{"actions":[{"remove_backing_index":{"data_stream":"NAME","index":"NAME"}}]}`,
	"PutSettings":       `{"index":{"refresh_interval":"5s"}}`,
	"Analyze":           `{"text":"a b"}`,
	"PutPipeline":       `{"processors":[]}`,
	"Explain":           `{"query":{"match_all":{}}}`,
}

// call calls a method of the Backend by its name on a name of an index, and returns what it answers. Of a bulk the error of its item counts.
func call(t *testing.T, b Backend, method string, p Principal, name string) (answer any, err error) {
	t.Helper()
	m := reflect.ValueOf(b).MethodByName(method)
	args := []reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(p)}
	for i := 2; i < m.Type().NumIn(); i++ {
		args = append(args, argument(t, method, m.Type().In(i), name))
	}
	for _, out := range m.Call(args) {
		if e, ok := out.Interface().(error); ok {
			err = e
		} else if out.Type() != reflect.TypeFor[error]() {
			answer = out.Interface()
		}
	}
	if bulk, ok := answer.(*BulkAnswer); ok && err == nil {
		for _, item := range bulk.Items {
			if item.Error != nil {
				err = errors.Join(err, item.Error)
			}
		}
	}
	return answer, err
}

func argument(t *testing.T, method string, typ reflect.Type, name string) reflect.Value {
	target := Target{Expression: name, ExpandWildcards: "all"}
	body := json.RawMessage(strings.ReplaceAll(bodies[method], "NAME", name))
	switch typ {
	case reflect.TypeFor[string]():
		return reflect.ValueOf(name)
	case reflect.TypeFor[[]string]():
		return reflect.ValueOf([]string{name})
	case reflect.TypeFor[bool]():
		return reflect.ValueOf(false)
	case reflect.TypeFor[Target]():
		return reflect.ValueOf(target)
	case reflect.TypeFor[json.RawMessage]():
		if len(body) == 0 {
			body = json.RawMessage(`{}`)
		}
		return reflect.ValueOf(body)
	case reflect.TypeFor[search.TermsQuestion]():
		return reflect.ValueOf(search.TermsQuestion{Field: "a"})
	case reflect.TypeFor[TemplateKind]():
		return reflect.ValueOf(LegacyTemplate)
	case reflect.TypeFor[[]BulkOp]():
		return reflect.ValueOf([]BulkOp{op("create", name, "", `{"@timestamp":"2026-06-01T12:00:00Z"}`), op("index", name, "1", `{}`), op("update", name, "1", `{"doc":{}}`), op("delete", name, "1", "")})
	}
	v := reflect.New(typ).Elem()
	if typ.Kind() == reflect.Pointer {
		v.Set(reflect.New(typ.Elem()))
	}
	at := reflect.Indirect(v)
	if typ.Kind() == reflect.Pointer && at.Kind() != reflect.Struct {
		return reflect.Zero(typ) // what need not be said
	}
	if at.Kind() != reflect.Struct {
		t.Fatalf("%s takes a %s: say above what to call it with", method, typ)
	}
	for field := range at.NumField() {
		switch f := at.Field(field); {
		case f.Type() == reflect.TypeFor[Target]():
			f.Set(reflect.ValueOf(target))
		case f.Type() == reflect.TypeFor[SearchRequest]():
			f.Set(reflect.ValueOf(SearchRequest{Target: target, Body: body}))
		case f.Type() == reflect.TypeFor[*SearchRequest]():
			f.Set(reflect.ValueOf(&SearchRequest{Target: target, Body: body}))
		case at.Type().Field(field).Name == "Body" && len(body) > 0:
			f.Set(reflect.ValueOf(body))
		case at.Type().Field(field).Name == "Name":
			f.SetString(name)
		case at.Type().Field(field).Name == "KeepAlive":
			f.SetString("1m")
		}
	}
	return v
}

func backendMethods(t *testing.T) (all []string) {
	for m := range reflect.TypeFor[Backend]().Methods() {
		if _, known := methods[m.Name]; !known {
			t.Errorf("Backend.%s: who may call it? Add it to the table of methods", m.Name)
		}
		all = append(all, m.Name)
	}
	return all
}

// with is a principal that has the privileges on the cluster, and on indices of a name.
func with(t *testing.T, cluster []string, names string, index ...string) Principal {
	t.Helper()
	onCluster, err := privilege.Cluster(cluster)
	if err != nil {
		t.Fatal(err)
	}
	onIndex, err := privilege.Index(index)
	if err != nil {
		t.Fatal(err)
	}
	return Principal{Name: "x", Roles: []string{"y"}, Grants: []Grant{{Cluster: onCluster, Indices: []IndexGrant{{Names: strings.Split(names, ","), Actions: onIndex}}}}}
}

func isDenied(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == 403 && e.Type == "security_exception"
}

// TestNobodyMayCallAMethodWithoutAPrivilege calls all methods that there are.
func TestNobodyMayCallAMethodWithoutAPrivilege(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "secret", "1", `{}`))
	for _, method := range backendMethods(t) {
		for _, name := range []string{"secret", "*", "", "new"} {
			if _, err := call(t, h.Embedded, method, Principal{Name: "nobody"}, name); !isDenied(err) {
				t.Errorf("%s on %q: %v", method, name, err)
			}
		}
	}
	equal(t, h.count("*"), int64(1))
}

// TestEachPrivilegeAllowsItsMethodsOnly calls each method with each single privilege.
func TestEachPrivilegeAllowsItsMethodsOnly(t *testing.T) {
	h := newHarness(t)
	for _, method := range backendMethods(t) {
		for _, name := range privilege.ClusterNames() {
			_, err := call(t, h.Embedded, method, with(t, []string{name}, "*"), "new")
			if want := !slices.Contains(methods[method].cluster, name); isDenied(err) != want {
				t.Errorf("%s with the cluster privilege %s: %v", method, name, err)
			}
		}
		for _, name := range privilege.IndexNames() {
			p := with(t, nil, "*", name)
			if err := h.CreateIndex(context.Background(), root, "there", nil); err != nil && !strings.Contains(err.Error(), "already exists") { // the method before may have deleted it
				t.Fatal(err)
			}
			_, err := call(t, h.Embedded, method, p, "there")
			want := !slices.Contains(methods[method].index, name)
			if method == "Bulk" && !want { // of whose four items some may be allowed
				answer, _ := call(t, h.Embedded, method, p, "there")
				if slices.ContainsFunc(answer.(*BulkAnswer).Items, func(i BulkItem) bool { return i.Error == nil || i.Error.Status != 403 }) {
					continue
				}
			}
			if isDenied(err) != want {
				t.Errorf("%s with the index privilege %s: %v", method, name, err)
			}
		}
	}
}

// TestNobodySeesWhatIsNotGranted calls each method about an index beside those that are granted, by its name and by wildcards.
func TestNobodySeesWhatIsNotGranted(t *testing.T) {
	for _, method := range backendMethods(t) {
		if methods[method].index == nil || slices.Contains(byID, method) {
			continue
		}
		h := newHarnessWith(t, Options{AllowWildcardDelete: true})
		h.bulk(op("index", "secret", "1", `{}`), op("index", "mine", "1", `{}`))
		h.must(h.PutTemplate(context.Background(), root, IndexTemplate, "t", json.RawMessage(`{"index_patterns":["secret-stream*"],"data_stream":{}}`), false))
		h.must(h.CreateDataStream(context.Background(), root, "secret-stream"))
		h.must(h.UpdateAliases(context.Background(), root, json.RawMessage(`{"actions":[{"add":{"index":"secret","alias":"secret-alias"}}]}`)))
		before := h.everything()
		p := with(t, nil, "mine*", "all")
		for _, name := range []string{"secret", "secret-stream", "secret-alias", "secret-new", ".ds-secret-stream-2026.06.01-000001", "secret,mine"} {
			if takesOneName := method == "Bulk" || strings.HasPrefix(method, "Create"); takesOneName && strings.Contains(name, ",") {
				continue
			}
			if _, err := call(t, h.Embedded, method, p, name); !isDenied(err) {
				t.Errorf("%s on %q: %v", method, name, err)
			}
		}
		for _, name := range []string{"*", "_all", "", "sec*", "mine,sec*", "*,-mine"} {
			answer, err := call(t, h.Embedded, method, p, name)
			text, _ := json.Marshal(answer)
			if strings.Contains(string(text), "secret") || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%s on %q tells %s, %v", method, name, text, err)
			}
		}
		for name, what := range before {
			if now := h.everything()[name]; name != "mine" && now != what {
				t.Errorf("%s changed %s from %s to %s", method, name, what, now)
			}
		}
	}
}

// everything describes all indices.
func (h *harness) everything() map[string]string {
	h.t.Helper()
	all, err := h.GetIndex(context.Background(), root, Target{ExpandWildcards: "all"})
	h.must(err)
	out := map[string]string{}
	for name, info := range all {
		text, err := json.Marshal(info)
		h.must(err)
		out[name] = string(text)
	}
	return out
}

func TestRefusalsHaveElasticsearchsWords(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "z", "1", `{}`))
	p := with(t, []string{"monitor"}, "other", "read")
	_, err := h.Search(context.Background(), p, &SearchRequest{Target: Target{Expression: "z"}})
	refusal(t, err, 403, "security_exception", "action [indices:data/read/search] is unauthorized for user [x] with effective roles [y] on indices [z], this action is granted by the index privileges [read,all]")
	p.KeyID = "k"
	_, err = h.GetTemplates(context.Background(), with(t, nil, "*", "all"), IndexTemplate, "*")
	refusal(t, err, 403, "security_exception", "is unauthorized for user [x] with effective roles [y], this action is granted by the cluster privileges [")
	refusal(t, allow(p, "indices:data/write/bulk"), 403, "security_exception", "is unauthorized for API key id [k] of user [x], this action")
}

// TestAnActionMustBeInEachGrant: an API key may do what both it and its owner may.
func TestAnActionMustBeInEachGrant(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "ab", "1", `{}`), op("index", "a", "1", `{}`), op("index", "b", "1", `{}`))
	p := with(t, []string{"monitor"}, "a*", "all")
	p.Grants = append(p.Grants, with(t, nil, "*b", "read").Grants...)
	found, err := h.find(p, searchAction, Target{})
	h.must(err)
	if len(found) != 1 || found[0].Name != "ab" {
		t.Errorf("found %v", found)
	}
	if _, err := h.Info(context.Background(), p); !isDenied(err) {
		t.Errorf("info: %v", err)
	}
	if _, err := h.find(p, "indices:admin/delete", Target{Expression: "ab"}); !isDenied(err) {
		t.Errorf("delete: %v", err)
	}
}

func TestAnAliasAndADataStreamCoverWhatLiesBehindThem(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "a1", "1", `{"n":1}`), op("index", "a1", "2", `{"n":2}`), op("create", trail, "1", `{"@timestamp":"2026-06-01T12:00:00Z"}`))
	h.must(h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"add":{"index":"a1","alias":"view","filter":{"term":{"n":1}}}}]}`)))
	count := func(p Principal, expression string) (int64, error) {
		answer, err := h.Count(ctx, p, &SearchRequest{Target: Target{Expression: expression, ExpandWildcards: "all"}})
		if err != nil {
			return -1, err
		}
		return answer.Count, nil
	}
	backing := h.streams[trail].Indices[0]
	for _, c := range []struct {
		granted, asked string
		want           int64
	}{
		{"view", "view", 1}, {"view", "a1", -1}, {"view", "*", 1}, {"view", "_all", 1}, {"view", "a*", 0}, {"a1", "view", 1}, {"a1", "*", 2}, {"a*,view", "*", 2},
		{trail, trail, 1}, {trail, backing, 1}, {trail, "*", 1}, {trail, ".ds-*", 1}, {backing, trail, -1}, {backing, backing, 1}, {"nothing", "*", 0},
	} {
		if n, err := count(with(t, nil, c.granted, "read"), c.asked); n != c.want || n < 0 && !isDenied(err) {
			t.Errorf("granted %s, asked %s: %d, %v; want %d", c.granted, c.asked, n, err, c.want)
		}
	}
	if n, err := count(with(t, nil, "a1", "read"), "a1,secret"); !isDenied(err) {
		t.Errorf("a list with a name that is not granted: %d, %v", n, err)
	}
	answer, err := h.Count(ctx, with(t, nil, "a1", "read"), &SearchRequest{Target: Target{Expression: "a1," + trail, IgnoreUnavailable: true}})
	if err != nil || answer.Count != 2 {
		t.Errorf("with ignore_unavailable: %v, %v", answer, err)
	}
}

func TestBulkItemsAreRefusedOneByOne(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "log", "1", `{}`), op("index", "secret", "1", `{}`))
	write := func(p Principal, ops ...BulkOp) (out []string) {
		answer, err := h.Bulk(context.Background(), p, ops, BulkOptions{})
		h.must(err)
		for _, item := range answer.Items {
			if out = append(out, item.Result); item.Error != nil {
				out[len(out)-1] = item.Error.Reason
			}
		}
		return out
	}
	no := func(name, privileges string) string {
		return "action [indices:data/write/bulk[s]] is unauthorized for user [x] with effective roles [y] on indices [" + name + "], this action is granted by the index privileges [" + privileges + "]"
	}
	const bulkers = "create_doc,create,delete,index,write,all"
	equal(t, write(with(t, nil, "log*", "create_doc"),
		op("create", "log", "2", `{}`), op("index", "log", "2", `{}`), op("update", "log", "1", `{"doc":{"a":1}}`), op("delete", "log", "1", ""), op("create", "secret", "2", `{}`), op("create", "log-new", "1", `{}`)),
		[]string{"created", no("log", bulkers), no("log", bulkers), no("log", bulkers), no("secret", bulkers),
			"action [indices:admin/auto_create] is unauthorized for user [x] with effective roles [y] on indices [log-new], this action is granted by the index privileges [auto_configure,create_index,manage,all]"})
	both := with(t, nil, "log*", "write", "auto_configure")
	equal(t, write(both, op("create", "log-new", "1", `{}`), op("delete", "log", "1", "")), []string{"created", "deleted"})
}

func TestATermsLookupNeedsToReadTheOtherIndex(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "mine", "1", `{"a":"x"}`), op("index", "secret", "1", `{"list":["x"]}`))
	body := json.RawMessage(`{"query":{"terms":{"a":{"index":"secret","id":"1","path":"list"}}}}`)
	_, err := h.Search(context.Background(), with(t, nil, "mine", "read"), &SearchRequest{Target: Target{Expression: "mine"}, Body: body})
	refusal(t, err, 403, "security_exception", "on indices [secret]")
	answer, err := h.Search(context.Background(), with(t, nil, "mine,secret", "read"), &SearchRequest{Target: Target{Expression: "mine"}, Body: body})
	if err != nil || len(answer.Hits.Hits) != 1 {
		t.Errorf("%v, %v", answer, err)
	}
}

// TestAliasesNeedTheIndexAndTheAlias: an alias must not be a way to what is not granted, in either direction.
func TestAliasesNeedTheIndexAndTheAlias(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "mine", "1", `{}`), op("index", "secret", "1", `{}`))
	p := with(t, nil, "mine*", "all")
	change := func(action string) error {
		return h.UpdateAliases(context.Background(), p, json.RawMessage(`{"actions":[`+action+`]}`))
	}
	for _, action := range []string{
		`{"add":{"index":"secret","alias":"mine-too"}}`, `{"add":{"index":"mine","alias":"other"}}`, `{"remove_index":{"index":"secret"}}`,
		`{"add":{"index":"mine","alias":"mine-a"}},{"add":{"index":"secret","alias":"mine-b"}}`, `{"remove":{"index":"mine","alias":"other"}}`,
	} {
		if err := change(action); !isDenied(err) {
			t.Errorf("%s: %v", action, err)
		}
	}
	h.must(change(`{"add":{"index":"mine","alias":"mine-a"}}`))
	if err := h.CreateIndex(context.Background(), p, "mine-2", json.RawMessage(`{"aliases":{"other":{}}}`)); !isDenied(err) {
		t.Errorf("create: %v", err)
	}
}
