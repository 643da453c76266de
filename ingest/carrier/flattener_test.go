package carrier

import (
	"strings"
	"testing"

	"github.com/valyala/fastjson"
)

func TestFlattener(t *testing.T) {
	deep := strings.Repeat(`{"d":`, 21) + `1` + strings.Repeat(`}`, 21)
	for _, test := range []struct {
		name, in, want string
		f              Flattener
		masked         int
		cut            bool
	}{
		{"empty members go", `{"a":null,"b":"","c":{},"d":[[]],"e":1}`, `{"e":1}`, Flattener{}, 0, false},
		{"a secret", `{"token":"x","a":{"token":"y"}}`, `{"token":"***","a":{"token":"***"}}`, Flattener{Secret: "token"}, 2, false},
		{"no secret", `{"token":"x"}`, `{"token":"x"}`, Flattener{}, 0, false},
		{"names as the API has them", `{"Id":1,"S3Name":[{"ArnX":"Y"}],"AWS":2,"low":3,"X":4,"Q\"x":5}`, `{"id":1,"s3Name":[{"arnX":"Y"}],"AWS":2,"low":3,"X":4,"Q\"x":5}`, Flattener{Camel: true}, 0, false},
		{"a long text", `{"a":"` + strings.Repeat("x", 32_767) + `","b":1}`, `{"b":1}`, Flattener{}, 0, true},
		{"many levels", `{"b":1,"a":` + deep + `}`, `{"b":1}`, Flattener{}, 0, true},
		{"numbers that JSON does not know", `{"a":nan}`, `{"a":"nan"}`, Flattener{}, 0, false},
	} {
		v, err := fastjson.Parse(test.in)
		if err != nil {
			t.Fatal(test.name, err)
		}
		f := test.f
		if !f.Value(v, 1) || string(f.Dst) != test.want || f.Masked != test.masked || f.Cut != test.cut {
			t.Errorf("%s: %.200s, masked %d, cut %v", test.name, f.Dst, f.Masked, f.Cut)
		}
	}
}
