"""What the pages ask of a publication; no Streamlit here."""
