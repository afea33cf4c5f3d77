"""What pages say in other languages: found in the sources, kept in .po, compiled to .mo."""
