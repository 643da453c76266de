package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Parse reads the object under `mappings`; nil and `{}` give one without fields. A single `_doc` around it is taken off. The error is a mapper_parsing_exception.
func Parse(body json.RawMessage, reg *analysis.Registry) (*Mapping, error) {
	return ParseWith(body, reg, Settings{})
}

// ParseWith is Parse for an index with these settings: their limits hold, not the defaults.
func ParseWith(body json.RawMessage, reg *analysis.Registry, s Settings) (*Mapping, error) {
	m := &Mapping{root: &object{}, registry: reg, settings: s}
	root, err := decode(body)
	if err == nil {
		err = m.readRoot(root)
	}
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return nil, failed(err)
	}
	return m.sealed(), nil
}

// failed wraps an error as Elasticsearch reports it of a whole mapping.
func failed(err error) error {
	var cause *eserr.Error
	if !errors.As(err, &cause) {
		return eserr.BadRequest(eserr.MapperParsing, "Failed to parse mapping: %s", err)
	}
	if Alone(cause) {
		return cause
	}
	e := eserr.BadRequest(eserr.MapperParsing, "Failed to parse mapping: %s", cause.Reason)
	e.CausedBy = cause
	return e
}

func mapperError(format string, args ...any) *eserr.Error {
	return eserr.BadRequest(eserr.MapperParsing, format, args...)
}

// decode reads JSON with numbers as they are written.
func decode(body json.RawMessage) (map[string]any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var root map[string]any
	if err := d.Decode(&root); err != nil {
		return nil, mapperError("%s", err)
	}
	if inner, ok := root["_doc"].(map[string]any); ok && len(root) == 1 {
		root = inner
	}
	return root, nil
}

// readRoot reads the parameters of the root into m.
func (m *Mapping) readRoot(root map[string]any) error {
	p := parser{registry: m.registry}
	var unknown []string
	for _, key := range sortedKeys(root) {
		value := root[key]
		var err error
		switch key {
		case "properties": // below, since other parameters decide how to read them
		case "dynamic":
			m.root.dynamic, err = readDynamic(value)
		case "enabled":
			var on bool
			on, err = readBool(key, value)
			m.root.disabled = !on
		case "subobjects":
			var on bool
			on, err = readBool(key, value)
			m.root.flat = !on
		case "date_detection":
			var on bool
			on, err = readBool(key, value)
			m.dynamics.noDates = !on
		case "numeric_detection":
			m.dynamics.numbers, err = readBool(key, value)
		case "dynamic_date_formats", "date_formats":
			m.dynamics.formats, err = readFormats(value)
		case "dynamic_templates":
			m.dynamics.templates, err = readTemplates(value, m.registry)
		case "_meta", "_source", "_routing", "_field_names", "_size", "_data_stream_timestamp", "_tier":
			if _, ok := value.(map[string]any); !ok {
				err = mapperError("Expected map for property [%s] but got %v", key, value)
			}
		case "runtime":
			if o, _ := value.(map[string]any); len(o) > 0 {
				err = eserr.Illegal("runtime fields are not supported: [%s]", sortedKeys(o)[0])
			}
		default:
			unknown = append(unknown, fmt.Sprintf(" [%s : %s]", key, javaText(value)))
		}
		if err != nil {
			return err
		}
		if key != "properties" && key != "runtime" {
			m.keepMeta(key, value)
		}
	}
	if unknown != nil {
		return mapperError("Root mapping definition has unsupported parameters: %s", strings.Join(unknown, ""))
	}
	return p.properties(m.root, root["properties"], 0)
}

// keepMeta keeps a root parameter to show it again.
func (m *Mapping) keepMeta(key string, value any) {
	meta := make(map[string]any, len(m.meta)+1)
	for k, v := range m.meta {
		meta[k] = v
	}
	switch key {
	case "dynamic":
		value = m.root.dynamic.String()
	case "enabled", "date_detection", "numeric_detection", "subobjects":
		value, _ = readBool(key, value)
	}
	meta[key] = value
	m.meta = meta
}

func readFormats(value any) (formats []dates.Format, err error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	formats = []dates.Format{}
	for _, v := range list {
		if v == "none" {
			continue
		}
		f, err := dates.ParseFormat(fmt.Sprint(v))
		if err != nil {
			return nil, err
		}
		formats = append(formats, f)
	}
	return formats, nil
}

func readDynamic(value any) (dynamic, error) {
	switch strings.ToLower(fmt.Sprint(value)) {
	case "true":
		return dynamicTrue, nil
	case "false":
		return dynamicFalse, nil
	case "strict":
		return dynamicStrict, nil
	case "runtime":
		return dynamicRuntime, nil
	}
	_, err := readBool("dynamic.dynamic", value) // what is none of the words is read as a boolean
	return 0, err
}

// check refuses what only shows when the mapping is whole: limits, and aliases without a target.
func (m *Mapping) check() error {
	if err := m.checkLimits(); err != nil {
		return err
	}
	var aliases []*leaf
	m.root.each(func(l *leaf, _ bool) {
		if l.target != "" {
			aliases = append(aliases, l)
		}
	})
	sort.Slice(aliases, func(i, j int) bool { return aliases[i].field.Name < aliases[j].field.Name })
	for _, a := range aliases {
		if err := m.checkAlias(a); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mapping) checkAlias(a *leaf) error {
	why := ""
	switch target, _ := m.root.findField(a.target); {
	case a.target == a.field.Name:
		why = "an alias cannot refer to itself."
	case target == nil:
		why = "an alias must refer to an existing field in the mappings."
	case target.target != "":
		why = "an alias cannot refer to another alias."
	default:
		return nil
	}
	return mapperError("Invalid [path] value [%s] for field alias [%s]: %s", a.target, a.field.Name, why)
}

// checkLimits refuses a mapping that has too many fields, or too long names, or too many levels.
func (m *Mapping) checkLimits() error {
	if limit := m.settings.totalFields(); limit >= 0 && m.root.count > limit {
		return eserr.Illegal("Limit of total fields [%d] has been exceeded", limit)
	}
	if m.settings.Depth == 0 && m.settings.NameLength == 0 { // what Parse looks at anyway
		return nil
	}
	return m.checkNames(m.root)
}

// checkAdding refuses a number of new fields, of which the last has that name.
func (m *Mapping) checkAdding(count int, name string) error {
	if limit := m.settings.totalFields(); limit >= 0 && m.root.count+count > limit {
		return eserr.Illegal("Limit of total fields [%d] has been exceeded while adding new fields [%d]", limit, count)
	}
	return m.checkNameLength(name)
}

func (m *Mapping) checkNameLength(name string) error {
	if limit := m.settings.NameLength; limit > 0 && Longer(name, limit) {
		return eserr.Illegal("Field name [%s] is longer than the limit of [%d] characters", name, limit)
	}
	return nil
}

// checkNames looks at all fields below an object.
func (m *Mapping) checkNames(o *object) error {
	for name, n := range o.children {
		if err := m.checkNameLength(name); err != nil {
			return err
		}
		if n.object == nil {
			for _, sub := range n.leaf.subs {
				if err := m.checkNameLength(sub.field.Name[strings.LastIndexByte(sub.field.Name, '.')+1:]); err != nil {
					return err
				}
			}
			continue
		}
		if depth := strings.Count(n.object.path, ".") + 2; depth > m.settings.depth() {
			return eserr.Illegal("Limit of mapping depth [%d] has been exceeded due to object field [%s]", m.settings.depth(), n.object.path)
		}
		if err := m.checkNames(n.object); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Alone says whether an error stands without `Failed to parse mapping` around it: Elasticsearch finds it when all fields are parsed.
func Alone(e *eserr.Error) bool {
	return strings.HasPrefix(e.Reason, "Invalid [path] value [") || strings.HasSuffix(e.Reason, "] is defined more than once")
}
