package main

// dropped are keys whose values are never the same on two servers.
var dropped = map[string]bool{"took": true, "_shard": true, "_node": true, "node": true, "index_uuid": true, "_scroll_id": true, "pit_id": true, "stack_trace": true, "line": true, "col": true}

// normalise takes off what is never the same on two servers, and what depends on how an answer was found rather than on what was asked.
func normalise(a answer) answer { return answer{status: a.status, body: normaliseValue(a.body)} }

// loosen takes off what OpenSearch has in its own way: its errors have other classes and places, and it does not list values that are too long as ignored.
func loosen(a answer) answer {
	if a.status >= 400 {
		return answer{status: a.status}
	}
	return answer{status: a.status, body: without(without(a.body, "_ignored"), "ignored_field_values")}
}

// without is a value without all members of that key, except in documents.
func without(value any, key string) any {
	switch v := value.(type) {
	case *object:
		out := &object{values: map[string]any{}}
		for _, name := range v.keys {
			if name == "_source" {
				out.set(name, v.values[name])
			} else if name != key {
				out.set(name, without(v.values[name], key))
			}
		}
		return out
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = without(item, key)
		}
		return list
	}
	return value
}

func normaliseValue(value any) any {
	switch v := value.(type) {
	case *object:
		return normaliseObject(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = normaliseValue(item)
		}
		sortTies(list)
		return list
	case string:
		return withoutPlace(v)
	}
	return value
}

func normaliseObject(o *object) any {
	out := &object{values: map[string]any{}}
	for _, key := range o.keys {
		switch {
		case dropped[key]:
		case key == "_source": // a document of the world: nothing in it is the server's
			out.set(key, o.values[key])
		default:
			out.set(key, normaliseValue(o.values[key]))
		}
	}
	return out
}
