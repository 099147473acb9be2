"""Pure rules of figures: months, values, points, questions of quality."""
