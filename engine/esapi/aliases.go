package esapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func aliasRoutes() []route {
	get, change := append(targetParams(), waitParams()...), waitParams()
	return []route{
		{"GET", "/_alias /_aliases /_alias/:name /:index/_alias /:index/_aliases /:index/_alias/:name", get, (*call).getAlias},
		{"HEAD", "/_alias/:name /:index/_alias /:index/_alias/:name", get, (*call).aliasExists},
		{"PUT POST", "/:index/_alias/:name /:index/_aliases/:name /_alias/:name", change, (*call).putAlias},
		{"PUT", "/:index/_alias /:index/_aliases /_alias", change, (*call).putAlias},
		{"DELETE", "/:index/_alias/:name /:index/_aliases/:name", change, (*call).deleteAlias},
		{"POST", "/_aliases", change, (*call).updateAliases},
	}
}

// An aliasTable is the aliases of each index.
type aliasTable map[string]map[string]json.RawMessage

// aliases finds the aliases of the request. Names of the path that no alias has, and that are no patterns, are missing.
func (c *call) aliases() (table aliasTable, missing []string, err error) {
	t, err := c.target()
	if err != nil {
		return nil, nil, err
	}
	if t.ExpandWildcards == "" {
		t.ExpandWildcards = "all" // an alias may be seen though its index is hidden
	}
	found, err := c.s.backend.GetIndex(c.ctx(), c.p, t)
	if err != nil {
		return nil, nil, err
	}
	names := splitList(c.path["name"])
	table, seen := aliasTable{}, map[string]bool{}
	for index, info := range found {
		all := map[string]json.RawMessage{}
		if len(info.Aliases) > 0 {
			if err := json.Unmarshal(info.Aliases, &all); err != nil {
				return nil, nil, fmt.Errorf("aliases of index %q: %w", index, err)
			}
		}
		for alias := range all {
			seen[alias] = true
			if len(names) > 0 && !wantedAlias(names, alias) {
				delete(all, alias)
			}
		}
		if len(all) > 0 || len(names) == 0 {
			table[index] = all
		}
	}
	return table, missingAliases(names, seen), nil
}

// wantedAlias reads a list of names and patterns in which `-x`, behind a pattern, takes away what was named before.
func wantedAlias(names []string, alias string) bool {
	wanted, sawPattern := false, false
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, "-"); ok && sawPattern {
			wanted = wanted && !anyGlobMatches([]string{rest}, alias)
			continue
		}
		sawPattern = sawPattern || isPattern(name)
		wanted = wanted || anyGlobMatches([]string{name}, alias)
	}
	return wanted
}

// missingAliases are the names that no alias has, unless they are patterns, or take away what a pattern before them named.
func missingAliases(names []string, seen map[string]bool) []string {
	var missing []string
	sawPattern := false
	for _, name := range names {
		excludes := strings.HasPrefix(name, "-") && sawPattern
		if !seen[name] && !isPattern(name) && !excludes {
			missing = append(missing, name)
		}
		sawPattern = sawPattern || isPattern(name)
	}
	return missing
}

func (c *call) getAlias() error {
	table, missing, err := c.aliases()
	if err != nil {
		return err
	}
	out := make(map[string]any, len(table)+2)
	for index, aliases := range table {
		out[index] = map[string]any{"aliases": aliases}
	}
	if len(missing) == 0 {
		return c.send(http.StatusOK, out)
	}
	slices.Sort(missing)
	text := "alias [" + missing[0] + "] missing"
	if len(missing) > 1 {
		text = "aliases [" + strings.Join(missing, ",") + "] missing"
	}
	out["error"], out["status"] = text, http.StatusNotFound
	return c.send(http.StatusNotFound, out)
}

func (c *call) aliasExists() error {
	table, missing, err := c.aliases()
	var told *engine.Error
	if errors.As(err, &told) && told.Status == http.StatusNotFound {
		return c.exists(false)
	}
	if err != nil {
		return err
	}
	return c.exists(len(table) > 0 && len(missing) == 0)
}

// putAlias is one action of _aliases, with what the body says of the alias.
func (c *call) putAlias() error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	action := map[string]json.RawMessage{}
	if body != nil {
		if err := onlyFields(body, "unknown field [%s] of an alias", "filter", "routing", "index_routing", "search_routing", "is_write_index", "is_hidden",
			"index", "alias"); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &action); err != nil {
			return eserr.BadRequest(eserr.Parsing, "the body of an alias is no object: %v", err)
		}
	}
	return c.aliasAction("add", action)
}

func (c *call) deleteAlias() error {
	action := map[string]json.RawMessage{"must_exist": json.RawMessage("true")}
	return c.aliasAction("remove", action)
}

// aliasAction carries out one action on the index and alias of the path, or else of the body.
func (c *call) aliasAction(verb string, action map[string]json.RawMessage) error {
	index, err := c.indexExpression()
	if err != nil {
		return err
	}
	names := map[string][]string{"indices": splitList(index), "aliases": splitList(c.path["name"])}
	for key, list := range map[string]string{"index": "indices", "alias": "aliases"} {
		var given paths
		if raw, ok := action[key]; ok && json.Unmarshal(raw, &given) != nil {
			return eserr.Illegal("[%s] of an alias is a name or a list of names", key)
		}
		delete(action, key)
		if len(names[list]) == 0 {
			names[list] = given
		}
		if len(names[list]) == 0 {
			return invalid("[" + key + "] is missing")
		}
		if action[list], err = encode(names[list]); err != nil {
			return err
		}
	}
	body, err := encode(map[string]any{"actions": []any{map[string]any{verb: action}}})
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.UpdateAliases(c.ctx(), c.p, body))
}

func (c *call) updateAliases() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.UpdateAliases(c.ctx(), c.p, body))
}
