"""The open data set of a year: counts by place, category and month that may leave the house, with what describes them."""
