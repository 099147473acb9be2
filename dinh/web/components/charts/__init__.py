"""Figures as drawings: SVG in the page itself, no script, no library, no colour alone. A table stands beside each.

`years` draws months and small lines, `rates` a rate through days, `bars` how much of the most; `axes` is what they share.
Colours and strokes are `dinh/charts.css`'s, so that a drawing is dark on a dark page and black on paper.
"""
