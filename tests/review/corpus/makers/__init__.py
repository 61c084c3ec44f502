"""How each returned file of the corpus was made."""
