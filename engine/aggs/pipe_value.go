package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A simpleValue is the result of most pipelines: a number, printed as null where it is none.
type simpleValue struct {
	x    float64
	show *decimal
}

func (v *simpleValue) typed() string { return "simple_value" }

func (v *simpleValue) property(path []string) (any, error) {
	if len(path) == 0 || len(path) == 1 && path[0] == "value" {
		return v.x, nil
	}
	return nil, eserr.Reduce(eserr.IllegalArgument, "path not supported: %v", path)
}

func (v *simpleValue) write(w *writer) { writePiped(w, "value", v.x, v.show) }

// writePiped prints a number under a name, and beside it name_as_string where there is a format.
func writePiped(w *writer, name string, x float64, show *decimal) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		w.null(name)
		return
	}
	w.key(name)
	w.double(x)
	if show != nil {
		w.key(name + "_as_string")
		w.str(show.format(x))
	}
}
