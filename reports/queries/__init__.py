"""What a report reads from the published marts: one module per subject, rows out."""
