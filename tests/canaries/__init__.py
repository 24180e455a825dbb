"""A canary in every secret: wherever the program writes, shows or answers something, none of them may be found (SEC-02)."""
