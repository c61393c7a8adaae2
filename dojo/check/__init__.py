"""The contributor's proofs."""
