"""Digitising paper books: pictures of pages, what a machine reads on them, what two officers key, and the record.

1. `books` opens a paper book and takes files; `splitting` makes one picture of each page of a PDF (worker).
2. `reading` lets tesseract read a page (worker); `suggesting` makes of its words suggestions per field. They stand
   beside the form and are never entered by themselves.
3. `keying` takes what an officer keys, and what a second one keys or confirms. The same officer never does both.
4. An entry that both agree on, or that was decided with both values in view, becomes a record (`actions.enter`)
   with provenance "scan"; `queries.page_of` leads from the record back to its picture.
"""
