package parquet

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// setLeaves takes the columns from a schema, which lists a tree depth first.
func (t *Table) setLeaves(schema []format.SchemaElement) error {
	if len(schema) == 0 {
		return errors.New("schema is empty")
	}
	for rest := schema[1:]; len(rest) > 0; {
		var err error
		if rest, err = t.addLeaves(rest, leaf{name: rest[0].Name}, 0); err != nil {
			return err
		}
	}
	return nil
}

// addLeaves adds the leaves at and below the first element of a schema, and returns what
// follows. above is what the levels above make of them.
func (t *Table) addLeaves(schema []format.SchemaElement, above leaf, level int) (rest []format.SchemaElement, err error) {
	if level > maxThriftDepth {
		return nil, fmt.Errorf("column %q: nests more than %d deep", above.name, maxThriftDepth)
	}
	if len(schema) == 0 {
		return nil, fmt.Errorf("column %q: the schema ends early", above.name)
	}
	e := schema[0]
	if e.RepetitionType.V != format.Required {
		above.depth++
	}
	if e.RepetitionType.V == format.Repeated {
		if above.list {
			above.beyond = "is nested otherwise than a list"
		}
		above.list = true
	}
	if level == 1 && e.Type.Valid && !above.list {
		above.part = e.Name
	}
	if rest = schema[1:]; e.Type.Valid {
		above.kind, above.sense = e.Type.V, meaningOf(e)
		switch above.kind {
		case format.FixedLenByteArray:
			if above.length = int(e.TypeLength.V); above.length < 1 {
				above.beyond = "has values of no length"
			}
		case format.Int96:
			above.length = 12
		}
		t.leaves = append(t.leaves, above)
		return rest, nil
	}
	if e.NumChildren.V != 1 {
		above.beyond = "is nested otherwise than a list"
	}
	for range e.NumChildren.V {
		if rest, err = t.addLeaves(rest, above, level+1); err != nil {
			return nil, err
		}
	}
	return rest, nil
}
