"""What free text says: normal form, intensity, category, new terms.  Strings and arrays in, arrays out."""
