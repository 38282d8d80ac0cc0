"""One module a page: filters, then query, then chart."""
