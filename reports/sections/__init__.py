"""One module per part of a report: rows in, claims out.  A part without data says why in one line."""
