"""The demo (PKG-02): a mail server inside the process and sample mail, to see mail become tickets without an account."""
